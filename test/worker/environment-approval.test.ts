// What a protected environment may ask of people, as it is said and shown.

import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { Environment } from '../../src/contract/project.ts';
import { ask, bearer, refusalOf } from './ask.ts';
import { codeOf } from './deployment-world.ts';
import { newMember, setRole } from './people.ts';
import { newService } from './project-world.ts';
import { personToken } from './tokens.ts';
import { newProject, send } from './world.ts';

describe('what a protected environment asks for', () => {
  it.each([
    ['nobody', { required: 0 }],
    ['too many', { required: 11 }],
    ['an unknown role', { from: ['role:king'] }],
    ['no one named', { from: [] }],
    ['longer than it waits', { waitSeconds: 60, expiresInSeconds: 60 }],
    ['another word', { quorum: 2 }],
  ])('cannot be %s', async (_, approval) => {
    const path = `/v1/projects/${await newProject()}/environments/production`;
    const answer = await send(path, { approval }, { method: 'PATCH' });
    expect(codeOf(answer)).toEqual([422, 'validation_failed']);
  });

  it('is shown whole, also where it was said at the making of the project', async () => {
    const approval = { required: 2, from: ['role:owner'] };
    const environments = [{ name: 'production', protected: true, approval }];
    const { body } = await send<{ environments: Environment[] }>('/v1/projects', {
      ...{ name: 'Shop', environments },
    });
    const rest = { preventSelfApproval: null, waitSeconds: 0, expiresInSeconds: 604_800 };
    expect(body.environments.map((one) => one.approval)).toEqual([
      { ...approval, ...rest },
      null,
      null,
    ]);
  });
});

describe('the protection of an environment', () => {
  const scope = 'projects:read projects:write';
  async function world() {
    const projectId = await newProject();
    const path = `/v1/projects/${projectId}/environments/staging`;
    const change = async (json: object, token?: string) =>
      codeOf(await send(path, json, { method: 'PATCH', ...(token && { token }) }));
    return { projectId, path, change };
  }

  it('is put up by a service and taken down, loosened or removed by people alone', async () => {
    const { projectId, path, change } = await world();
    const id = await newService(projectId);
    await setRole(id, projectId, 'project-admin');
    const claims = { ptype: 'service', client_id: id, scope } as const;
    const service = await personToken(id, Date.now(), claims);
    const person = await newMember(projectId, 'project-admin');
    const act = { act: { sub: newId('cli', 1) } };
    const delegated = await personToken(person.userId, Date.now(), { scope, ...act });
    expect(await change({ protected: true, approval: { required: 2 } }, service)).toEqual([
      200,
      undefined,
    ]);
    for (const token of [service, delegated]) {
      for (const json of [{ protected: false }, { approval: null }, { approval: {} }]) {
        expect(await change(json, token)).toEqual([403, 'human_required']);
      }
      const gone = await ask(path, { method: 'DELETE', headers: bearer(token) });
      expect(await refusalOf(gone)).toEqual([403, 'human_required']);
      const same = { protected: true, approval: { required: 2 }, url: 'https://shop.acme.com' };
      expect(await change(same, token)).toEqual([200, undefined]);
    }
    expect(await change({ protected: false }, person.token)).toEqual([200, undefined]);
    expect(await change({ approval: null }, service)).toEqual([200, undefined]);
  });

  it('stays where who takes it down has lost the role a moment ago', async () => {
    const { projectId, change } = await world();
    const ann = await newMember(projectId, 'project-admin');
    expect(await change({ protected: true }, ann.token)).toEqual([200, undefined]);
    await setRole(ann.userId, projectId, 'developer');
    expect(await change({ protected: false }, ann.token)).toEqual([403, 'role_too_low']);
  });
});
