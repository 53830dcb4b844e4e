import { describe, expect, it } from 'vitest';
import { LOCAL_PROJECT_ID } from '../../src/contract/id.ts';
import { SCOPES } from '../../src/contract/principal.ts';
import { ask, askRequired, bearer, refusalOf } from './ask.ts';
import { newMember } from './people.ts';
import { newPerson as newSignedPerson, ownPage, signInAs } from './signin-world.ts';
import { claimOne, newProject, newTask, newTestRunner } from './world.ts';

const whoAmI = async (headers: Record<string, string>, door = askRequired) => {
  const answer = await door('/v1/me', { headers });
  expect(answer.status).toBe(200);
  return answer.json();
};

describe('GET /v1/me', () => {
  it('without a credential is the local owner in open mode, and nobody in required mode', async () => {
    expect(await whoAmI({}, ask)).toEqual({
      principal: { id: 'usr_local', kind: 'person', name: 'local owner', email: null },
      authMode: 'open',
      defaultProjectId: LOCAL_PROJECT_ID,
      credential: {
        kind: 'open',
        id: null,
        scopes: [...SCOPES],
        projectIds: null,
        environments: null,
        expiresAt: null,
      },
    });
    expect(await refusalOf(await askRequired('/v1/me'))).toEqual([401, 'unauthorized']);
  });

  it('shows a person with a token what the token is for, in both modes', async () => {
    const projectId = await newProject();
    const expiresAt = Date.now() + 60_000;
    const pat = await newMember(projectId, 'viewer', {
      scopes: ['tasks:read'],
      projectIds: [projectId],
      environments: ['staging'],
      expiresAt,
    });
    const me = {
      principal: {
        id: pat.userId,
        kind: 'person',
        name: 'Ada',
        email: `${pat.userId}@example.com`,
      },
      authMode: 'required',
      defaultProjectId: projectId,
      credential: {
        kind: 'pat',
        id: pat.id,
        scopes: ['tasks:read'],
        projectIds: [projectId],
        environments: ['staging'],
        expiresAt: new Date(expiresAt).toISOString(),
      },
    };
    expect(await whoAmI(bearer(pat.token))).toEqual(me);
    expect(await whoAmI(bearer(pat.token), ask)).toEqual({ ...me, authMode: 'open' });
  });

  it('shows a person who is signed in, a runner and an agent', async () => {
    const person = await newSignedPerson();
    const { cookie, row } = await signInAs(person.id);
    expect(await whoAmI(ownPage(cookie))).toMatchObject({
      principal: { id: person.id, email: person.email },
      defaultProjectId: person.projectId,
      credential: { kind: 'signin', id: row.id },
    });
    const projectId = await newProject();
    await newTask({ projectId });
    const runner = await newTestRunner(projectId);
    const { grant } = await claimOne(runner);
    expect(await whoAmI(bearer(runner.token))).toMatchObject({
      principal: { id: runner.id, kind: 'runner', email: null },
      defaultProjectId: projectId,
      credential: { kind: 'runner', id: runner.id },
    });
    expect(await whoAmI(bearer(grant.agentToken))).toMatchObject({
      principal: { kind: 'agent' },
      credential: { kind: 'agent' },
    });
  });
});
