// Who may deploy, report and approve: people, services, runners and agents, by scope, role and environment.

import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { Deployment } from '../../src/contract/deployment.ts';
import type { Scope } from '../../src/contract/principal.ts';
import { ask, askRequired, bearer, refusalOf } from './ask.ts';
import { artifact, call, codeOf, create, get, open, passed, stage } from './deployment-world.ts';
import { newWorkingWorld } from './leased-world.ts';
import { newMember, setRole } from './people.ts';
import { newService } from './project-world.ts';
import { personToken } from './tokens.ts';
import { newProject, read, send } from './world.ts';

/** A token of the service, as the token endpoint would issue it. */
async function serviceToken(projectId: string, scope: string): Promise<{ token: string }> {
  const id = await newService(await newProject());
  await setRole(id, projectId, 'developer');
  return { token: await personToken(id, Date.now(), { ptype: 'service', client_id: id, scope }) };
}

const protect = (projectId: string) =>
  send(`/v1/projects/${projectId}/environments/staging`, { protected: true }, { method: 'PATCH' });

const waiting = async (projectId: string): Promise<Deployment> =>
  passed(await open(projectId, { artifacts: [artifact()] }));

describe('a deployment in a protected environment', () => {
  it('is promoted by no service, runner or agent, in whatever name they ask', async () => {
    const { projectId, runner, holder } = await newWorkingWorld();
    await protect(projectId);
    const deployment = await waiting(projectId);
    const before = await get(deployment);
    const scope = 'deployments:write gates:approve';
    const { token: agent } = { token: holder.grant.agentToken };
    const person = await newMember(projectId, 'owner');
    const delegated = await personToken(person.userId, Date.now(), {
      ...{ scope, act: { sub: newId('cli', 1) } },
    });
    const promote = async (token: string) =>
      codeOf(await call(deployment, 'promote', {}, { token }));
    expect(await promote((await serviceToken(projectId, scope)).token)).toEqual([
      403,
      'human_required',
    ]);
    expect(await promote(runner.token)).toEqual([403, 'human_required']);
    expect(await promote(agent)).toEqual([403, 'agent_forbidden']);
    expect(await promote(delegated)).toEqual([403, 'human_required']);
    expect(await get(deployment)).toEqual(before);
  });

  it('is not approved by who has lost the role a moment ago', async () => {
    const projectId = await newProject();
    await protect(projectId);
    const deployment = await waiting(projectId);
    const ann = await newMember(projectId, 'developer');
    // Her role is remembered from here on.
    expect((await read(`/v1/deployments/${deployment.id}`, ann.token)).status).toBe(200);
    await setRole(ann.userId, projectId, 'viewer');
    expect(codeOf(await call(deployment, 'promote', {}, ann))).toEqual([403, 'role_too_low']);
    expect((await get(deployment)).state).toBe('ready');
  });

  it('is approved with gates:approve alone, and not with the right to deploy alone', async () => {
    const projectId = await newProject();
    await protect(projectId);
    const deployment = await waiting(projectId);
    const by = async (...scopes: Scope[]) =>
      codeOf(
        await call(deployment, 'promote', {}, await newMember(projectId, 'developer', { scopes })),
      );
    expect(await by('deployments:write')).toEqual([403, 'human_required']);
    expect(await by('deployments:read')).toEqual([403, 'insufficient_scope']);
    expect(await by('gates:approve')).toEqual([200, undefined]);
    expect((await get(deployment)).state).toBe('succeeded');
  });
});

describe('a credential', () => {
  it('that may only approve promotes nothing where nobody has to', async () => {
    const projectId = await newProject();
    const deployment = await passed(
      await open(projectId, { autoPromote: false, artifacts: [artifact()] }),
    );
    const who = await newMember(projectId, 'developer', { scopes: ['gates:approve'] });
    expect(codeOf(await call(deployment, 'promote', {}, who))).toEqual([403, 'insufficient_scope']);
    const ci = await serviceToken(projectId, 'deployments:write');
    expect((await call(deployment, 'promote', {}, ci)).body.state).toBe('succeeded');
  });

  it('for another environment neither deploys, reports, looks nor lists', async () => {
    const projectId = await newProject();
    const production = await open(projectId, { environment: 'production' });
    const staging = await passed(await open(projectId, { artifacts: [artifact()] }));
    const only = await newMember(projectId, 'developer', { environments: ['staging'] });
    const forbidden = [403, 'environment_forbidden'];
    expect(codeOf(await create(projectId, { environment: 'production' }, only))).toEqual(forbidden);
    expect(codeOf(await stage(production, 'build', 'running', only))).toEqual(forbidden);
    expect(codeOf(await call(production, 'cancel', {}, only))).toEqual(forbidden);
    const over = await call(staging, 'redeploy', { environment: 'production' }, only);
    expect(codeOf(over)).toEqual(forbidden);
    expect(codeOf(await read(`/v1/deployments/${production.id}`, only.token))).toEqual(forbidden);
    const path = `/v1/projects/${projectId}/deployments`;
    const ids = async (query: string) =>
      (await read<{ data: Deployment[] }>(path + query, only.token)).body.data.map(({ id }) => id);
    expect(await ids('')).toEqual([staging.id]);
    expect(await ids('?environment=production')).toEqual([]);
  });

  it('of a viewer looks and changes nothing', async () => {
    const projectId = await newProject();
    const deployment = await open(projectId);
    const viewer = await newMember(projectId, 'viewer');
    expect((await read(`/v1/deployments/${deployment.id}`, viewer.token)).status).toBe(200);
    for (const answer of [
      await create(projectId, {}, viewer),
      await stage(deployment, 'build', 'running', viewer),
      await call(deployment, 'promote', {}, viewer),
      await call(deployment, 'cancel', {}, viewer),
    ]) {
      expect(codeOf(answer)).toEqual([403, 'role_too_low']);
    }
  });

  it('of a stranger learns nothing, and none at all is asked for one', async () => {
    const deployment = await open(await newProject());
    const stranger = await newMember(await newProject(), 'owner');
    const unknown = newId('dep', Date.now());
    const told = async (id: string) => {
      const answer = await ask(`/v1/deployments/${id}/cancel`, {
        ...{ json: {}, headers: bearer(stranger.token) },
      });
      return [answer.status, (await answer.text()).replace(/req_\w+/, '').replaceAll(id, '')];
    };
    expect(await told(deployment.id)).toEqual(await told(unknown));
    expect((await told(unknown))[0]).toBe(404);
    for (const id of ['dep_1', 'prj_1', `${unknown}x`, '%00']) {
      expect((await ask(`/v1/deployments/${id}`)).status).toBe(404);
    }
    const nobody = await askRequired(`/v1/deployments/${deployment.id}`);
    expect(await refusalOf(nobody)).toEqual([401, 'unauthorized']);
    const closed = await askRequired(`/v1/deployments/${deployment.id}/cancel`, { json: {} });
    expect(closed.headers.get('WWW-Authenticate')).toContain('scope="deployments:write tasks:run"');
  });
});

describe('a project that is deleted', () => {
  it('hides its deployments', async () => {
    const { body } = await send<{ id: string }>('/v1/projects', { name: 'Gone' });
    const deployment = await open(body.id);
    const headers = { 'If-Match': '*' };
    const gone = await ask(`/v1/projects/${body.id}`, { method: 'DELETE', headers });
    expect(gone.status).toBe(204);
    expect((await ask(`/v1/deployments/${deployment.id}`)).status).toBe(404);
    expect(codeOf(await call(deployment, 'cancel'))).toEqual([404, 'not_found']);
  });
});
