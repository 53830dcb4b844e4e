// What a credential for some environments may not do beside them, in a project where its person may do everything.

import { describe, expect, it } from 'vitest';
import type { ClaimAnswer, QueueAnswer, Registered } from '../../src/contract/runner.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { newTeam } from './project-world.ts';
import { newQueue } from './queue-world.ts';
import { send } from './world.ts';

const SCOPES = ['projects:read', 'projects:write', 'tasks:read', 'tasks:write', 'tasks:run'];
const FORBIDDEN = [403, 'environment_forbidden'];

async function fenced() {
  const { projectId, owner } = await newTeam();
  const json = { name: 'staging only', environments: ['staging'], scopes: SCOPES };
  const { token } = await (await owner.ask('/v1/tokens', { json })).json<{ token: string }>();
  const ask = (path: string, method: string, body?: unknown) =>
    askRequired(path, { method, json: body, headers: bearer(token) });
  return { projectId, ask };
}

describe('a credential for some environments', () => {
  it('changes, removes and makes no other environment', async () => {
    const { projectId, ask } = await fenced();
    const path = `/v1/projects/${projectId}/environments`;
    const url = 'https://a.example';
    for (const answer of [
      await ask(`${path}/production`, 'PATCH', { url }),
      await ask(`${path}/production`, 'DELETE'),
      await ask(path, 'POST', { name: 'other' }),
    ]) {
      expect(await refusalOf(answer)).toEqual(FORBIDDEN);
    }
    expect((await ask(`${path}/staging`, 'PATCH', { url })).status).toBe(200);
  });

  it('registers runners for these alone', async () => {
    const { projectId, ask } = await fenced();
    const register = (environments?: readonly string[]) =>
      ask('/runners', 'POST', {
        instanceId: crypto.randomUUID(),
        name: 'r',
        projectId,
        environments,
      });
    const made = await register();
    expect(made.status).toBe(201);
    const { runner, token } = await made.json<Registered>();
    const [mine] = await newQueue(projectId, [
      { environment: 'staging' },
      { environment: 'production' },
    ]);
    const wish = { requestId: 'clm_1', slots: 2 };
    const claim = await send<ClaimAnswer>(`/runners/${runner.id}/claim`, wish, { token });
    expect(claim.body.grants.map(({ task }) => task.id)).toEqual([mine]);
    expect((await register(['staging'])).status).toBe(201);
    expect(await refusalOf(await register(['staging', 'production']))).toEqual(FORBIDDEN);
  });

  it('learns nothing of what waits elsewhere', async () => {
    const { projectId, ask } = await fenced();
    const [here, elsewhere] = await newQueue(projectId, [
      { environment: 'staging' },
      { environment: 'production', priority: 'high' },
    ]);
    const queue = await (await ask(`/queue?projectId=${projectId}`, 'GET')).json<QueueAnswer>();
    expect(queue).toMatchObject({ count: 1, items: [{ taskId: here, position: 1 }] });
    const json = { description: 'x', projectId, environment: 'staging', dependsOn: [elsewhere] };
    expect(await refusalOf(await ask('/tasks', 'POST', json))).toEqual([400, 'unknown_dependency']);
  });
});
