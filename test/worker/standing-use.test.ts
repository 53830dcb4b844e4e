// A standing approval in use: at opening, by the rules for every other vote, and counted.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Standing, StandingList } from '../../src/contract/standing.ts';
import { askRequired, bearer } from './ask.ts';
import { newMember, setRole } from './people.ts';
import {
  claimOne,
  type Holder,
  newProject,
  newTestRunner,
  type Reply,
  read,
  send,
  type TestRunner,
} from './world.ts';

const exec = (...argv: string[]) => ({ type: 'shell.exec', target: {}, params: { argv } });

/** A runner at work for somebody, and somebody else who agrees beforehand; or they themselves. */
async function newPlace({ own = false } = {}) {
  const projectId = await newProject();
  const [grantor, other] = [
    await newMember(projectId, 'developer'),
    await newMember(projectId, 'owner'),
  ];
  const json = { description: 'Test it', autonomy: 'full', projectId };
  const maker = own ? grantor : other;
  const made = await askRequired('/tasks', { json, headers: bearer(maker.token) });
  expect(made.status).toBe(201);
  const runner = await newTestRunner(projectId);
  const holder = await claimOne(runner);
  const agree = async (wish: Record<string, unknown> = {}): Promise<Standing> => {
    const json = {
      projectId,
      match: { type: 'shell.exec', argv: ['npm', 'test', '*'] },
      environment: 'development',
      maxUses: 2,
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      ...wish,
    };
    const made = await askRequired('/gates/standing', { json, headers: bearer(grantor.token) });
    expect(made.status).toBe(201);
    return made.json();
  };
  const kept = async () =>
    (await read<StandingList>(`/gates/standing?projectId=${projectId}`)).body.standing;
  return { projectId, grantor, other, runner, holder, agree, kept, ...asking(runner, holder) };
}

type Asked = Reply<{
  readonly id: string;
  readonly status: string;
  readonly state: string;
  readonly votes?: readonly { readonly via?: string; readonly approverId: string }[];
}>;

function asking({ token }: TestRunner, { taskId, grant }: Holder) {
  const { leaseId, epoch } = grant.lease;
  const path = `/tasks/${taskId}/gates`;
  let asked = 0;
  const ask = (action: object, fields: Record<string, unknown> = {}): Promise<Asked> => {
    asked += 1;
    const json = { leaseId, epoch, name: `ask-${asked}`, action, ...fields };
    return send(path, json, { token });
  };
  return { ask, statusOf: async (action: object) => (await ask(action)).body.status };
}

describe('a request that somebody has agreed to beforehand', () => {
  it('is approved at opening in their name, and says by what', async () => {
    const { agree, ask, grantor, holder, kept } = await newPlace();
    const { id } = await agree();
    const { status, body } = await ask(exec('npm', 'test', '--', 'a'));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'approved',
      votes: [{ approverId: grantor.userId, via: 'standing' }],
    });
    expect(JSON.stringify(body)).toContain(id);
    expect(await kept()).toMatchObject([{ id, uses: 1 }]);
    const task = await read(`/tasks/${holder.taskId}`);
    expect(task.body).toMatchObject({ status: 'planning' });
    expect(task.body).not.toHaveProperty('waitingFor');
  });

  it('waits for people where it is another one, or in another environment', async () => {
    const { agree, statusOf, kept } = await newPlace();
    await agree({ environment: 'staging' });
    expect(await statusOf(exec('npm', 'test'))).toBe('pending');
    await agree();
    expect(await statusOf(exec('npm', 'publish'))).toBe('pending');
    expect(await statusOf(exec('npm test'))).toBe('pending');
    expect(await kept()).toMatchObject([{ uses: 0 }, { uses: 0 }]);
  });

  it('asked again is the same gate, and one use', async () => {
    const { agree, ask, kept } = await newPlace();
    await agree();
    const first = await ask(exec('npm', 'test'), { name: 'one' });
    const second = await ask(exec('npm', 'test'), { name: 'one' });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body.id).toBe(first.body.id);
    expect(await kept()).toMatchObject([{ uses: 1 }]);
    const refused = await ask(exec('npm', 'test'), { epoch: 99 });
    expect(refused.status).toBe(409);
    expect(await kept()).toMatchObject([{ uses: 1 }]);
  });

  it("A standing approval stops at its limits and with its grantor's right.", async () => {
    const { agree, statusOf, grantor, projectId, kept } = await newPlace();
    await agree({ maxUses: 1 });
    expect(await statusOf(exec('npm', 'test'))).toBe('approved');
    expect(await statusOf(exec('npm', 'test'))).toBe('pending');
    const { id } = await agree({ maxUses: 100 });
    expect(await statusOf(exec('npm', 'test'))).toBe('approved');
    await setRole(grantor.userId, projectId, 'viewer');
    expect(await statusOf(exec('npm', 'test'))).toBe('pending');
    await setRole(grantor.userId, projectId, 'developer');
    expect(await statusOf(exec('npm', 'test'))).toBe('approved');
    await env.DB.prepare('UPDATE users SET disabled_at = 1 WHERE id = ?')
      .bind(grantor.userId)
      .run();
    expect(await statusOf(exec('npm', 'test'))).toBe('pending');
    await env.DB.prepare('UPDATE users SET disabled_at = NULL WHERE id = ?')
      .bind(grantor.userId)
      .run();
    const guard = (isProtected: number) =>
      env.DB.prepare(
        "UPDATE environments SET protected = ? WHERE project_id = ? AND name = 'development'",
      )
        .bind(isProtected, projectId)
        .run();
    await guard(1);
    expect(await statusOf(exec('npm', 'test'))).toBe('pending');
    await guard(0);
    expect(await kept()).toMatchObject([{ id, uses: 2 }]);
    await send(`/gates/standing/${id}`, {}, { method: 'DELETE' });
    expect(await statusOf(exec('npm', 'test'))).toBe('pending');
  });

  it('is no more than one voice, and none where others are asked', async () => {
    const { agree, ask, kept } = await newPlace();
    await agree({ maxUses: 9 });
    const two = await ask(exec('npm', 'test'), { policy: { required: 2 } });
    expect(two.body).toMatchObject({ status: 'pending', votes: [{ via: 'standing' }] });
    const named = await ask(exec('npm', 'test'), { policy: { from: ['usr_00000'] } });
    expect(named.body).toMatchObject({ status: 'pending' });
    expect(named.body.votes ?? []).toEqual([]);
    expect(await kept()).toMatchObject([{ uses: 1 }]);
  });

  it("is none for what is the grantor's own, where somebody else could approve it", async () => {
    const { agree, statusOf, kept } = await newPlace({ own: true });
    await agree();
    expect(await statusOf(exec('npm', 'test'))).toBe('pending');
    expect(await kept()).toMatchObject([{ uses: 0 }]);
  });

  it('stops once its tasks have spent what was agreed to', async () => {
    const { agree, statusOf, holder, kept } = await newPlace();
    await agree({ maxUses: 9, maxCostUsd: 0.01 });
    expect(await statusOf(exec('npm', 'test'))).toBe('approved');
    const usage = { model: 'x', inputTokens: 100_000, outputTokens: 0 };
    const sent = await holder.events([{ n: 1, type: 'usage:report', data: usage }]);
    expect(sent.status).toBe(200);
    expect(await statusOf(exec('npm', 'test'))).toBe('pending');
    expect(await kept()).toMatchObject([{ uses: 1 }]);
  });
});
