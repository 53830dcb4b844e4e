import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { authenticate } from '../../src/auth/authenticate.ts';
import { forgetRunner } from '../../src/auth/runner-lookup.ts';
import { LOCAL_PROJECT_ID } from '../../src/contract/id.ts';
import { findRunner, markDraining, revokeRunner } from '../../src/db/runners.ts';
import { ask, bearer, refusalOf } from './ask.ts';
import { NOW, newRunner, whoIs, work } from './credentials.ts';

describe('tokens of runners', () => {
  it('make the runner of the project an actor, with two scopes', async () => {
    const runner = await newRunner();
    expect(await whoIs(runner.token)).toEqual({
      ok: true,
      value: {
        actor: {
          id: runner.id,
          name: 'mac',
          kind: 'runner',
          scopes: ['tasks:run', 'tasks:read'],
          projects: { [LOCAL_PROJECT_ID]: 'developer' },
          defaultProjectId: LOCAL_PROJECT_ID,
          open: false,
          owner: 'usr_local',
        },
        credential: { kind: 'runner', id: runner.id },
      },
    });
  });

  it('are nowhere in the table', async () => {
    const runner = await newRunner();
    const { results } = await env.DB.prepare('SELECT * FROM runners').all();
    expect(JSON.stringify(results)).not.toContain(runner.token);
    expect(await findRunner(env.DB, runner.id)).toMatchObject({ labels: ['linux'], capacity: 2 });
  });

  it('a known instance keeps its id and gets a new token; the old one is dead', async () => {
    const first = await newRunner();
    const second = await newRunner(first.instanceId);
    expect([first.created, second.created]).toEqual([true, false]);
    expect(second.id).toBe(first.id);
    expect((await whoIs(first.token)).ok).toBe(false);
    expect((await whoIs(second.token)).ok).toBe(true);
  });

  it('live 30 s without D1, and no longer once revoked', async () => {
    const runner = await newRunner();
    expect((await whoIs(runner.token)).ok).toBe(true);
    const changes = async (change: D1PreparedStatement) => (await change.run()).meta.changes;
    expect(await changes(markDraining(env.DB, runner.id, NOW))).toBe(1);
    expect(await changes(revokeRunner(env.DB, runner.id, NOW))).toBe(1);
    expect(await changes(revokeRunner(env.DB, runner.id, NOW))).toBe(0);
    expect((await whoIs(runner.token, NOW + 29_999)).ok).toBe(true);
    expect((await whoIs(runner.token, NOW + 30_000)).ok).toBe(false);
  });

  it('are refused at once where the revocation is known', async () => {
    const runner = await newRunner();
    expect((await whoIs(runner.token)).ok).toBe(true);
    await revokeRunner(env.DB, runner.id, NOW).run();
    forgetRunner(runner.id);
    expect((await whoIs(runner.token)).ok).toBe(false);
  });

  it('are neither good nor bad while D1 is away, but a known one goes on', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const authorization = `Bearer ${(await newRunner()).token}`;
    const facts = { authorization, host: 'localhost', nowMs: NOW };
    await env.DB.exec('ALTER TABLE runners RENAME TO away');
    expect(await authenticate(env, facts)).toMatchObject({ refusal: { code: 'unavailable' } });
    expect(log).toHaveBeenCalledOnce();
    await env.DB.exec('ALTER TABLE away RENAME TO runners');
    expect((await authenticate(env, facts)).ok).toBe(true);
    await env.DB.exec('ALTER TABLE runners RENAME TO away');
    expect((await authenticate(env, facts)).ok).toBe(true);
    await env.DB.exec('ALTER TABLE away RENAME TO runners');
    log.mockRestore();
  });

  it('with a wrong checksum cost no look-up', async () => {
    const broken = { ...env, DB: undefined as unknown as D1Database };
    const authorization = `Bearer slc_run_${'0'.repeat(36)}`;
    const result = await authenticate(broken, { authorization, host: 'localhost', nowMs: NOW });
    expect(result).toMatchObject({ ok: false, refusal: { code: 'invalid_token' } });
  });

  it('cannot create tasks, decide gates or register runners', async () => {
    const { token } = await newRunner();
    const headers = bearer(token);
    const task = await ask('/tasks', { json: { description: 'x' }, headers });
    expect(task.headers.get('WWW-Authenticate')).toContain('scope="tasks:write"');
    expect(await refusalOf(task)).toEqual([403, 'insufficient_scope']);
    const gate = `/tasks/${work.taskId}/gates/review`;
    const decided = await ask(`${gate}/approve`, { json: {}, headers });
    expect(await refusalOf(decided)).toEqual([403, 'human_required']);
    const register = await ask('/runners', { json: {}, headers });
    expect(await refusalOf(register)).toEqual([403, 'insufficient_scope']);
  });
});
