// Standing approvals: who makes, sees and ends them, and what they cannot be for.

import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Standing, StandingList } from '../../src/contract/standing.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { newMember } from './people.ts';
import { claimOne, newProject, newTask, newTestRunner, projectStub } from './world.ts';

const HOUR_MS = 3_600_000;
const soon = (ms = HOUR_MS) => new Date(Date.now() + ms).toISOString();
const MATCH = { type: 'shell.exec', argv: ['npm', 'test', '*'] };

async function newPlace() {
  const projectId = await newProject();
  const [owner, developer, viewer] = await Promise.all([
    newMember(projectId, 'owner'),
    newMember(projectId, 'developer'),
    newMember(projectId, 'viewer'),
  ]);
  return { projectId, owner, developer, viewer };
}

const make = (token: string, fields: Record<string, unknown>) =>
  askRequired('/gates/standing', {
    json: {
      match: MATCH,
      environment: 'development',
      maxUses: 50,
      maxCostUsd: 5,
      expiresAt: soon(),
      ...fields,
    },
    headers: bearer(token),
  });

const list = async (token: string, projectId: string): Promise<StandingList> => {
  const path = `/gates/standing?projectId=${projectId}`;
  return (await askRequired(path, { headers: bearer(token) })).json();
};

const end = (token: string, id: string) =>
  askRequired(`/gates/standing/${id}`, { method: 'DELETE', headers: bearer(token) });

describe('a standing approval', () => {
  it('is made, listed, and ended at once by who made it or by a project admin', async () => {
    const { projectId, owner, developer, viewer } = await newPlace();
    const made = await make(developer.token, { projectId });
    expect(made.status).toBe(201);
    const standing = await made.json<Standing>();
    expect(standing).toMatchObject({
      projectId,
      match: MATCH,
      environment: 'development',
      maxUses: 50,
      maxCostUsd: 5,
      createdBy: developer.userId,
      uses: 0,
      costUsd: 0,
    });
    await evictDurableObject(projectStub(projectId));
    expect(await list(viewer.token, projectId)).toEqual({ standing: [standing], count: 1 });
    const other = await newMember(projectId, 'developer');
    expect(await refusalOf(await end(other.token, standing.id))).toEqual([403, 'role_too_low']);
    expect(await refusalOf(await end(viewer.token, standing.id))).toEqual([403, 'role_too_low']);
    expect((await end(developer.token, standing.id)).status).toBe(200);
    expect(await list(viewer.token, projectId)).toEqual({ standing: [], count: 0 });
    expect(await refusalOf(await end(owner.token, standing.id))).toEqual([404, 'not_found']);
    const again = await (await make(developer.token, { projectId })).json<Standing>();
    expect((await end(owner.token, again.id)).status).toBe(200);
    const { results } = await env.DB.prepare(
      'SELECT action FROM audit WHERE project_id = ? ORDER BY at, id',
    )
      .bind(projectId)
      .all<{ action: string }>();
    expect(results.map(({ action }) => action).filter((one) => one.startsWith('sta'))).toEqual([
      ...['standing.created', 'standing.ended', 'standing.created', 'standing.ended'],
    ]);
  });

  it('is never for a protected environment, a deployment, a merge, a budget, or any program at all', async () => {
    const { projectId, owner } = await newPlace();
    const wrong = async (fields: Record<string, unknown>) =>
      (await make(owner.token, { projectId, ...fields })).status;
    for (const type of ['deploy', 'git.merge', 'budget.extend', 'git.commit', 'stage.continue']) {
      expect(await wrong({ match: { type } })).toBe(400);
    }
    expect(await wrong({ match: { type: 'shell.exec', argv: ['*'] } })).toBe(400);
    expect(await wrong({ match: { type: 'shell.exec', argv: [] } })).toBe(400);
    expect(await wrong({ match: { type: 'tool.call', tool: '*', input: {} } })).toBe(400);
    expect(await wrong({ match: { type: 'custom', name: 'x', data: { n: 0.5 } } })).toBe(400);
    expect(await wrong({ environment: 'production' })).toBe(201);
    await env.DB.prepare('UPDATE environments SET protected = 1 WHERE project_id = ? AND name = ?')
      .bind(projectId, 'production')
      .run();
    expect(await wrong({ environment: 'production' })).toBe(400);
    expect(await wrong({ environment: 'nowhere' })).toBe(400);
  });

  it('names a branch whole, or any: a part of a name agrees to nothing and is refused', async () => {
    const { projectId, developer } = await newPlace();
    const push = (branch: string) =>
      make(developer.token, { projectId, match: { type: 'git.push', remote: 'origin', branch } });
    const refused = await push('feature/*');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: 'Branch must be a whole name, or * for any',
    });
    for (const branch of ['feature/a', '*']) expect((await push(branch)).status).toBe(201);
  });

  it('lasts a day at most, a hundred uses at most, and a hundred of them hold at a time', async () => {
    const { projectId, owner } = await newPlace();
    const told = async (fields: Record<string, unknown>) =>
      (await make(owner.token, { projectId, ...fields })).status;
    expect(await told({ expiresAt: soon(24 * HOUR_MS + 60_000) })).toBe(400);
    expect(await told({ expiresAt: soon(-1) })).toBe(400);
    expect(await told({ expiresAt: 'tomorrow' })).toBe(400);
    expect(await told({ maxUses: 101 })).toBe(400);
    expect(await told({ maxUses: 0 })).toBe(400);
    expect(await told({ maxCostUsd: -1 })).toBe(400);
    expect(await told({ surprise: true })).toBe(400);
    for (let made = 0; made < 100; made += 1) expect(await told({})).toBe(201);
    expect(await told({})).toBe(409);
  });

  it('is made by people who could decide, in their own projects', async () => {
    const [{ projectId, viewer }, elsewhere] = [await newPlace(), await newPlace()];
    await newTask({ projectId });
    const runner = await newTestRunner(projectId);
    const { grant } = await claimOne(runner);
    const refused = async (token: string) => refusalOf(await make(token, { projectId }));
    expect(await refused(viewer.token)).toEqual([403, 'role_too_low']);
    expect(await refused(runner.token)).toEqual([403, 'human_required']);
    expect(await refused(grant.agentToken)).toEqual([403, 'agent_forbidden']);
    expect(await refused(elsewhere.owner.token)).toEqual([404, 'not_found']);
    expect(await refusalOf(await askRequired('/gates/standing'))).toEqual([401, 'unauthorized']);
    const theirs = await (
      await make(elsewhere.owner.token, { projectId: elsewhere.projectId })
    ).json<Standing>();
    expect(await refusalOf(await end(viewer.token, theirs.id))).toEqual([404, 'not_found']);
    expect(await refusalOf(await end(viewer.token, 'sta_x'))).toEqual([404, 'not_found']);
  });

  it('is made once under one key', async () => {
    const { projectId, owner } = await newPlace();
    const json = { projectId, match: MATCH, environment: 'development', maxUses: 1 };
    const headers = { ...bearer(owner.token), 'Idempotency-Key': 'one' };
    const body = { ...json, expiresAt: soon() };
    const ask = async () =>
      (await askRequired('/gates/standing', { json: body, headers })).json<Standing>();
    expect((await ask()).id).toBe((await ask()).id);
    expect((await list(owner.token, projectId)).count).toBe(1);
  });
});
