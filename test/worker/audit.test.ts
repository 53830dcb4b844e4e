// The audit of a project: what was done, what was denied, what people decided at gates.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import type { AuditEntry } from '../../src/contract/audit.ts';
import type { Listing } from '../../src/contract/listing.ts';
import type { Registered } from '../../src/contract/runner.ts';
import { refusalOf } from './ask.ts';
import { newTeam, type Team } from './project-world.ts';
import { newTask, report, taskStub } from './world.ts';

const list = async ({ projectId, owner }: Team, query = '') => {
  const answer = await owner.ask(`/v1/projects/${projectId}/audit${query}`);
  expect(answer.status).toBe(200);
  return answer.json<Listing<AuditEntry>>();
};
const actionsOf = ({ data }: Listing<AuditEntry>) => data.map(({ action }) => action);

/** Ten thousand rows. */
const MANY = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
  INSERT INTO audit (id, project_id, at, actor, actor_kind, actor_name, credential, action, target_type, target_id, outcome)
  SELECT 'aud_' || ?1 || i, ?1, ?2, 'usr_a', 'person', 'A', 'null', 'many', 'x', 'x', 'ok' FROM n`;

describe('the audit of a project', () => {
  it('tells who did what, by what and what has changed, newest first', async () => {
    const team = await newTeam();
    const { projectId, owner, viewer } = team;
    const path = `/v1/projects/${projectId}`;
    await owner.ask(path, { method: 'PATCH', json: { name: 'Renamed' } });
    await owner.ask(`${path}/environments`, { json: { name: 'preview' } });
    const member = `${path}/members/${viewer.id}`;
    const changed = await owner.ask(member, { method: 'PUT', json: { role: 'developer' } });
    const listed = await list(team);
    expect(actionsOf(listed)).toEqual([
      'member.role_changed',
      'environment.created',
      'project.changed',
      'project.created',
    ]);
    expect(listed.data[0]).toEqual({
      id: expect.stringMatching(/^aud_[0-9a-z]{26}$/),
      at: expect.any(String),
      actor: { id: owner.id, kind: 'person', name: 'Ada' },
      credential: { kind: 'signin', id: expect.stringMatching(/^sgn_/) },
      action: 'member.role_changed',
      target: { type: 'member', id: viewer.id },
      environment: null,
      outcome: 'ok',
      requestId: changed.headers.get('X-Request-ID'),
      ip: null,
      changes: { before: { role: 'viewer' }, after: { role: 'developer' } },
    });
  });

  it('is filtered by actor, action, target and time, and paged by cursor', async () => {
    const team = await newTeam();
    const { projectId, owner, 'project-admin': admin } = team;
    for (const description of ['a', 'b', 'c']) {
      await admin.ask(`/v1/projects/${projectId}`, { method: 'PATCH', json: { description } });
    }
    await owner.ask(`/v1/projects/${projectId}/environments`, { json: { name: 'preview' } });
    expect(actionsOf(await list(team, `?actor=${admin.id}`))).toHaveLength(3);
    expect(actionsOf(await list(team, '?action=environment.created'))).toHaveLength(1);
    expect(actionsOf(await list(team, '?target=preview'))).toEqual(['environment.created']);
    expect(actionsOf(await list(team, '?to=2020-01-01T00:00:00Z'))).toEqual([]);
    expect(actionsOf(await list(team, '?from=2020-01-01T00:00:00.000Z'))).toHaveLength(5);
    const first = await list(team, '?limit=2');
    expect(first.pagination.total).toBe(5);
    const second = await list(team, `?limit=2&cursor=${first.pagination.nextCursor}`);
    const third = await list(team, `?limit=2&cursor=${second.pagination.nextCursor}`);
    const pages = [first, second, third].flatMap(actionsOf);
    expect(pages).toEqual(actionsOf(await list(team)));
    for (const query of ['from=yesterday', 'limit=0', 'actor=a&actor=b', 'cursor=x']) {
      const answer = await owner.ask(`/v1/projects/${projectId}/audit?${query}`);
      expect([query, answer.status]).toEqual([query, 400]);
    }
  });

  it('goes on by cursor where no page reaches', async () => {
    const team = await newTeam();
    await env.DB.prepare(MANY).bind(team.projectId, Date.now()).run();
    const linksOf = async (query: string) => {
      const answer = await team.owner.ask(`/v1/projects/${team.projectId}/audit${query}`);
      const links = (answer.headers.get('Link') ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g);
      return Object.fromEntries([...links].map(([, url = '', rel]) => [rel, new URL(url)]));
    };
    const reachable = await linksOf('?limit=100&page=99');
    expect(reachable['next']?.search).toBe('?limit=100&page=100');
    expect(Object.keys(reachable)).toEqual(['next', 'first', 'prev']);
    const { next } = await linksOf('?limit=100&page=100');
    expect(next?.searchParams.get('page')).toBeNull();
    const beyond = await list(team, next?.search);
    expect(beyond.pagination).toMatchObject({ page: null, hasMore: false });
    expect(actionsOf(beyond)).toEqual(['project.created']);
  });

  it('knows when a runner comes, gets another token, drains and goes', async () => {
    const team = await newTeam();
    const { projectId, owner } = team;
    const json = { instanceId: crypto.randomUUID(), name: 'mac', projectId, labels: ['linux'] };
    const register = async () => (await owner.ask('/runners', { json })).json<Registered>();
    const { runner, token } = await register();
    const again = await register();
    expect([again.runner.id, again.token === token]).toEqual([runner.id, false]);
    for (let times = 0; times < 2; times++) {
      const drained = await owner.ask(`/runners/${runner.id}/drain`, { method: 'POST' });
      expect(drained.status).toBe(200);
    }
    expect((await owner.ask(`/runners/${runner.id}`, { method: 'DELETE' })).status).toBe(200);
    const listed = await list(team, `?target=${runner.id}`);
    expect(actionsOf(listed)).toEqual([
      'runner.removed',
      'runner.drained',
      'runner.token_replaced',
      'runner.registered',
    ]);
    expect(listed.data[3]).toMatchObject({
      actor: { id: owner.id },
      target: { type: 'runner', id: runner.id },
      changes: { after: { name: 'mac', labels: ['linux'], capacity: 1 } },
    });
    expect(JSON.stringify(listed)).not.toContain(again.token);
  });

  it('of runners registered at once under one name has one that is registered', async () => {
    const team = await newTeam();
    const { projectId, owner } = team;
    const json = { instanceId: crypto.randomUUID(), name: 'mac', projectId };
    const all = await Promise.all(
      Array.from({ length: 4 }, async () =>
        (await owner.ask('/runners', { json })).json<Registered>(),
      ),
    );
    const ids = new Set(all.map(({ runner }) => runner.id));
    expect(ids.size).toBe(1);
    const rows = await list(team, '?action=runner.registered');
    expect(rows.data.map(({ target }) => target.id)).toEqual([...ids]);
    expect((await list(team, '?action=runner.token_replaced')).data).toHaveLength(3);
  });

  it('knows who changed the config, and what they set', async () => {
    const team = await newTeam();
    const { projectId, owner } = team;
    const path = `/config?projectId=${projectId}`;
    const patch = (json: unknown) =>
      owner.ask(path, { method: 'PATCH', json, headers: { 'Idempotency-Key': 'once' } });
    const limits = { maxConcurrentTasks: 3 };
    expect((await patch({ limits })).status).toBe(200);
    expect((await patch({ limits })).headers.get('Idempotent-Replayed')).toBe('true');
    const wrong = { method: 'PATCH', json: { limits: { maxConcurrentTasks: -1 } } };
    expect((await owner.ask(path, wrong)).status).toBe(400);
    const listed = await list(team, '?action=config.changed');
    expect(listed.data).toHaveLength(1);
    expect(listed.data[0]).toMatchObject({
      actor: { id: owner.id },
      target: { type: 'config', id: projectId },
      changes: { before: null, after: { limits } },
    });
  });

  it('a config is changed while D1 is away, and the row stands in the log', async () => {
    const team = await newTeam();
    const { projectId, owner } = team;
    const change = (limit: number) =>
      owner.ask(`/config?projectId=${projectId}`, {
        method: 'PATCH',
        json: { limits: { maxConcurrentTasks: limit } },
      });
    expect((await change(2)).status).toBe(200);
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    await env.DB.exec('ALTER TABLE audit RENAME TO audit_away');
    try {
      expect((await change(3)).status).toBe(200);
    } finally {
      await env.DB.exec('ALTER TABLE audit_away RENAME TO audit');
    }
    const lines = log.mock.calls.map(([line]) => String(line));
    expect(lines.some((line) => line.includes('config.changed'))).toBe(true);
    log.mockRestore();
  });

  it('knows of ten denied writes a minute of one principal, and of none of a stranger', async () => {
    const team = await newTeam();
    const { projectId, viewer, stranger, owner } = team;
    const path = `/v1/projects/${projectId}`;
    for (let times = 0; times < 15; times++) {
      const answer = await viewer.ask(path, { method: 'PATCH', json: { name: 'x' } });
      expect(await refusalOf(answer)).toEqual([403, 'role_too_low']);
    }
    await stranger.ask(path, { method: 'PATCH', json: { name: 'x' } });
    await owner.ask(path, { method: 'PATCH', json: { nothing: 1 } });
    const { data } = await list(team, '?action=write.denied');
    expect(data).toHaveLength(10);
    expect(data[0]).toMatchObject({
      actor: { id: viewer.id },
      outcome: 'denied',
      target: { type: 'route', id: `PATCH ${path}` },
      changes: { before: null, after: { code: 'role_too_low' } },
    });
    const ofStranger = 'SELECT count(*) AS n FROM audit WHERE actor = ? AND outcome = ?';
    const count = env.DB.prepare(ofStranger).bind(stranger.id, 'denied');
    expect(await count.first('n')).toBe(0);
  });

  it('knows of each decision at a gate once, however often it is told', async () => {
    const team = await newTeam();
    const { projectId, developer } = team;
    const task = () => newTask({ projectId, autonomy: 'review-before-merge' });
    const [approved, rejected, changed] = [await task(), await task(), await task()];
    const decide = (taskId: string, verb: string, json = {}) =>
      developer.ask(`/tasks/${taskId}/gates/review/${verb}`, { json });
    expect((await decide(approved, 'approve')).status).toBe(200);
    expect((await decide(rejected, 'reject', { comment: 'no' })).status).toBe(200);
    await report(changed, { status: 'in-progress', stage: 'review' });
    await report(changed, { status: 'completed' });
    const again = await decide(changed, 'request-changes', { comment: 'shorter' });
    expect(again.status).toBe(200);
    const decisions = async () =>
      (await list(team, `?actor=${developer.id}`)).data.map(({ action, changes }) => [
        action,
        (changes as { after: { taskId: string } } | null)?.after.taskId,
      ]);
    await expect
      .poll(async () => (await decisions()).toSorted(), { timeout: 10_000 })
      .toEqual([
        ['gate.approved', approved],
        ['gate.changes_requested', changed],
        ['gate.rejected', rejected],
      ]);
    const { data } = await list(team, '?action=gate.approved');
    expect(data[0]).toMatchObject({
      actor: { id: developer.id, kind: 'person', name: 'Ada' },
      credential: null,
      environment: 'development',
      target: { type: 'gate' },
    });
    await runInDurableObject(taskStub(approved), (_, { storage }) => {
      storage.sql.exec("DELETE FROM cursors WHERE consumer = 'audit'");
    });
    await evictDurableObject(taskStub(approved));
    await report(approved, { status: 'in-progress' });
    const told = () =>
      runInDurableObject(
        taskStub(approved),
        (_, { storage }) =>
          storage.sql.exec("SELECT 1 FROM cursors WHERE consumer = 'audit'").toArray().length,
      );
    await expect.poll(told, { timeout: 10_000 }).toBe(1);
    expect(await decisions()).toHaveLength(3);
  });
});
