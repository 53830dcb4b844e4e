// Idempotency-Key on the task API: what was done is done once, and answered again as it was.

import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { forgetStanding } from '../../src/auth/memberships.ts';
import { forgetPats } from '../../src/auth/pat-lookup.ts';
import type { Registered } from '../../src/contract/runner.ts';
import { ask, bearer, refusalOf } from './ask.ts';
import { newMember, setRole } from './people.ts';
import {
  allEvents,
  claimOne,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  projectStub,
  read,
  send,
  taskStub,
} from './world.ts';

const newKey = () => newId('key', Date.now());

interface Asked {
  readonly json?: unknown;
  readonly method?: string;
  readonly token?: string;
}

const keyed = (path: string, key: string, { json = {}, token, method = 'POST' }: Asked = {}) => {
  const headers = { 'Idempotency-Key': key, ...(token === undefined ? {} : bearer(token)) };
  return ask(path, { json, method, headers });
};

/** Asks twice, and expects the second answer to be the first, marked as such and with an id of its own. */
async function expectReplay(path: string, asked: Asked = {}): Promise<Record<string, unknown>> {
  const key = newKey();
  const first = await keyed(path, key, asked);
  const again = await keyed(path, key, asked);
  expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([first.status, 'true']);
  expect(first.headers.get('Idempotent-Replayed')).toBeNull();
  expect(again.headers.get('X-Request-ID')).not.toBe(first.headers.get('X-Request-ID'));
  const body = await first.json<Record<string, unknown>>();
  expect(await again.json()).toEqual(body);
  return body;
}

const createBody = (projectId: string, description = 'Once') => ({
  description,
  projectId,
  autonomy: 'full',
});
const tasksOf = async (projectId: string) =>
  (await read<{ count: number }>(`/tasks?projectId=${projectId}`)).body.count;

describe('a task that is created with a key', () => {
  it('is one task however often it is asked for', async () => {
    const projectId = await newProject();
    const body = await expectReplay('/tasks', { json: createBody(projectId) });
    expect(await tasksOf(projectId)).toBe(1);
    expect((await getTask(String(body['taskId']))).description).toBe('Once');
  });

  it('is one task for 20 parallel requests with one key', async () => {
    const projectId = await newProject();
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => keyed('/tasks', key, { json: createBody(projectId) })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const ids = await Promise.all(answers.map((answer) => answer.json<{ taskId: string }>()));
    expect(new Set(ids.map(({ taskId }) => taskId)).size).toBe(1);
    expect(await tasksOf(projectId)).toBe(1);
    const first = answers.filter(({ headers }) => headers.get('Idempotent-Replayed') === null);
    expect(first).toHaveLength(1);
  });

  it('is made under the id that was written down, when the first request died in between', async () => {
    const projectId = await newProject();
    const key = newKey();
    const first = await (await keyed('/tasks', key, { json: createBody(projectId) })).json();
    await runInDurableObject(projectStub(projectId), (_, { storage }) => {
      storage.sql.exec('UPDATE idempotency SET reply = NULL');
    });
    const again = await keyed('/tasks', key, { json: createBody(projectId) });
    expect([again.status, await again.json()]).toEqual([201, first]);
    expect(await tasksOf(projectId)).toBe(1);
  });

  it('is another task for another principal, and refused to one whose token is dead', async () => {
    const projectId = await newProject();
    const [one, two] = [await newTestRunner(projectId), await newTestRunner(projectId)];
    const key = newKey();
    const drain = (runner: typeof one) =>
      keyed(`/runners/${runner.id}/drain`, key, { token: runner.token });
    expect((await drain(one)).status).toBe(200);
    const other = await drain(two);
    expect([other.status, other.headers.get('Idempotent-Replayed')]).toEqual([200, null]);
    await ask(`/runners/${one.id}`, { method: 'DELETE' });
    expect(await refusalOf(await drain(one))).toEqual([401, 'invalid_token']);
  });

  it('is refused when the key came with another body', async () => {
    const projectId = await newProject();
    const key = newKey();
    await keyed('/tasks', key, { json: createBody(projectId) });
    const other = await keyed('/tasks', key, { json: createBody(projectId, 'Twice') });
    expect(await refusalOf(other)).toEqual([422, 'idempotency_mismatch']);
    expect(await tasksOf(projectId)).toBe(1);
  });
});

describe('a write to a task with a key', () => {
  it.each([
    ['log', { message: 'Once.' }],
    ['status', { status: 'in-progress' }],
    ['pause', { reason: 'Wait.' }],
    ['cancel', {}],
    ['trash', {}],
    ['decompose', { strategy: 'parallel', subtasks: [{ description: 'Part' }] }],
  ])('%s happens once', async (verb, json) => {
    const taskId = await newTask();
    const path = `/tasks/${taskId}/${verb}`;
    const first = await keyed(path, 'key', { json });
    const events = await allEvents(taskId);
    await evictDurableObject(taskStub(taskId));
    const again = await keyed(path, 'key', { json });
    expect([again.status, await again.json()]).toEqual([200, await first.json()]);
    expect(await allEvents(taskId)).toEqual(events);
  });

  it('writes its event once, also when the object is gone in between', async () => {
    const taskId = await newTask();
    const key = newKey();
    const json = { message: 'Once.' };
    await keyed(`/tasks/${taskId}/log`, key, { json });
    const { length } = await allEvents(taskId);
    await abortAllDurableObjects();
    const again = await keyed(`/tasks/${taskId}/log`, key, { json });
    expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await allEvents(taskId)).toHaveLength(length);
    const bare = await keyed(`/tasks/${taskId}/log`, `"${key}"`, { json });
    expect(bare.headers.get('Idempotent-Replayed')).toBe('true');
  });

  it('says the same of a resumed task, though it is no longer paused', async () => {
    const taskId = await newTask();
    await send(`/tasks/${taskId}/pause`, { reason: 'Wait.' });
    const { message } = await expectReplay(`/tasks/${taskId}/resume`);
    expect(message).toBe('Task resumed from paused state');
  });

  it('approves a gate once, and repeats that it was approved', async () => {
    const taskId = await newTask({ autonomy: 'review-before-merge' });
    for (const status of ['in-progress', 'completed']) {
      await send(`/tasks/${taskId}/status`, { status });
    }
    await expectReplay(`/tasks/${taskId}/gates/review/approve`);
    expect((await getTask(taskId)).status).toBe('completed');
  });

  it('keeps no refusal that may be another tomorrow', async () => {
    const taskId = await newTask();
    const key = newKey();
    const refused = await keyed(`/tasks/${taskId}/restore`, key);
    expect(refused.status).toBe(409);
    await send(`/tasks/${taskId}/trash`);
    const again = await keyed(`/tasks/${taskId}/restore`, key);
    expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([200, null]);
  });

  it('leaves no trace in a task that does not exist, and no table in one that is asked without', async () => {
    const taskId = await newTask();
    await send(`/tasks/${taskId}/log`, { message: 'No key.' });
    const tables = (id: string) =>
      runInDurableObject(taskStub(id), (_, { storage }) =>
        storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'idempotency'").toArray(),
      );
    expect(await tables(taskId)).toEqual([]);
    const unknown = taskId.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    expect(
      (await keyed(`/tasks/${unknown}/log`, newKey(), { json: { message: 'x' } })).status,
    ).toBe(404);
    expect(await tables(unknown)).toEqual([]);
  });

  it('forgets what is older than a day', async () => {
    const taskId = await newTask();
    const key = newKey();
    const json = { message: 'Again.' };
    await keyed(`/tasks/${taskId}/log`, key, { json });
    await runInDurableObject(taskStub(taskId), (_, { storage }) => {
      storage.sql.exec('UPDATE idempotency SET at = at - 86400001');
    });
    const again = await keyed(`/tasks/${taskId}/log`, key, { json });
    expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([200, null]);
  });
});

describe('what runners and projects write with a key', () => {
  it('a runner is registered once, and its token is shown once', async () => {
    const projectId = await newProject();
    const key = newKey();
    const json = { name: 'mac', instanceId: newId('i', Date.now()), projectId };
    const first = await (await keyed('/runners', key, { json })).json<Registered>();
    const again = await keyed('/runners', key, { json });
    expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    const { token, ...rest } = first;
    expect(await again.json()).toEqual({ ...rest, token: null, secretAlreadyShown: true });
    expect((await read(`/runners?projectId=${projectId}`, String(token))).status).toBe(200);
  });

  it('a batch of events is taken once, and a result heard once', async () => {
    const projectId = await newProject();
    await newTask({ projectId });
    const runner = await newTestRunner(projectId);
    const { grant, taskId } = await claimOne(runner);
    const { token } = runner;
    const lease = { leaseId: grant.lease.leaseId, epoch: grant.lease.epoch };
    const event = { n: 1, type: 'log:entry', data: { message: 'Hm.' } };
    const json = { ...lease, producer: 'one', events: [event] };
    await expectReplay(`/tasks/${taskId}/events`, { token, json });
    const path = `/tasks/${taskId}/work/${grant.work.workId}/result`;
    await expectReplay(path, { token, json: { ...lease, outcome: 'completed' } });
  });

  it('a claim that still waits refuses its repetition, and its end is kept without the credential', async () => {
    const projectId = await newProject();
    const runner = await newTestRunner(projectId);
    const key = newKey();
    const json = { requestId: newId('clm', Date.now()), waitMs: 20_000 };
    const { token } = runner;
    const path = `/runners/${runner.id}/claim`;
    const waiting = keyed(path, key, { token, json });
    await expect
      .poll(async () => {
        const answer = await keyed(path, key, { token, json });
        return [answer.status, answer.headers.get('Retry-After')];
      })
      .toEqual([409, '1']);
    const taskId = await newTask({ projectId });
    const { grants } = await (await waiting).json<{ grants: { task: { id: string } }[] }>();
    expect(grants.map(({ task }) => task.id)).toEqual([taskId]);
    const again = await (await keyed(path, key, { token, json })).json<{
      grants: { agentToken: unknown }[];
      secretAlreadyShown: unknown;
    }>();
    expect([again.grants[0]?.agentToken, again.secretAlreadyShown]).toEqual([null, true]);
  });

  it('templates, the config and the listing are written once', async () => {
    const projectId = await newProject();
    const query = `projectId=${projectId}`;
    const template = { name: 'T', description: 'D', workflow: 'feature' };
    await expectReplay(`/templates?${query}`, { json: template });
    const { body } = await read<{ count: number }>(`/templates?${query}`);
    expect(body.count).toBe(1);
    await expectReplay(`/config?${query}`, {
      method: 'PATCH',
      json: { limits: { maxRetries: 1 } },
    });
    await expectReplay(`/listing/rebuild?${query}`);
  });
});

describe('a key', () => {
  it.each(['', 'a b', 'k'.repeat(256), '""'])('%j is no key', async (key) => {
    const answer = await keyed('/tasks', key, { json: { description: 'x' } });
    expect(await refusalOf(answer)).toEqual([400, 'invalid_idempotency_key']);
  });
});

describe('a key under /v1', () => {
  const path = '/v1/projects';

  it('repeats what was made, and what is refused for good', async () => {
    await expectReplay(path, { json: { name: 'Once' } });
    const key = newKey();
    const bad = { json: { name: '' } };
    const first = await keyed(path, key, bad);
    expect([first.status, first.headers.get('Idempotent-Replayed')]).toEqual([422, null]);
    const again = await keyed(path, key, bad);
    expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([422, 'true']);
    const { requestId: _, ...said } = await first.json<Record<string, unknown>>();
    expect(await again.json()).toMatchObject(said);
    expect(again.headers.get('X-Request-ID')).not.toBe(first.headers.get('X-Request-ID'));
  });

  it('T30: repeats nothing to one who may not do it any more, nor to anybody else', async () => {
    const projectId = await newProject();
    const places = `${path}/${projectId}/environments`;
    const [maker, other] = [
      await newMember(projectId, 'owner'),
      await newMember(projectId, 'project-admin'),
    ];
    const key = newKey();
    const make = async ({ token }: typeof maker) => {
      const made = await keyed(places, key, { json: { name: 'qa' }, token });
      return [...(await refusalOf(made)), made.headers.get('Idempotent-Replayed')];
    };
    expect(await make(maker)).toEqual([201, undefined, null]);
    expect(await make(maker)).toEqual([201, undefined, 'true']);
    expect(await make(other)).toEqual([409, 'conflict', null]);
    await setRole(maker.userId, projectId, 'viewer');
    forgetStanding(maker.userId);
    expect(await make(maker)).toEqual([403, 'role_too_low', null]);
    await env.DB.prepare('DELETE FROM members WHERE principal_id = ?').bind(maker.userId).run();
    forgetStanding(maker.userId);
    expect(await make(maker)).toEqual([404, 'not_found', null]);
    await env.DB.prepare('UPDATE pats SET revoked_at = 1 WHERE id = ?').bind(maker.id).run();
    forgetPats([maker.id]);
    expect(await make(maker)).toEqual([401, 'invalid_token', null]);
  });

  it('is not to be used again for a corrected request', async () => {
    const key = newKey();
    expect((await keyed(path, key, { json: { name: '' } })).status).toBe(422);
    const corrected = await keyed(path, key, { json: { name: 'Corrected' } });
    expect(await refusalOf(corrected)).toEqual([422, 'idempotency_mismatch']);
    const still = await keyed(path, key, { json: { nothing: 1 } });
    expect(await refusalOf(still)).toEqual([422, 'idempotency_mismatch']);
  });

  it('keeps what is no JSON, and no refusal of who asks', async () => {
    const key = newKey();
    const post = (body: string, token?: string) =>
      ask(path, {
        method: 'POST',
        body,
        headers: {
          'Content-Type': 'application/json',
          'Idempotency-Key': key,
          ...(token === undefined ? {} : bearer(token)),
        },
      });
    expect((await post('{"name":"Mine"}', 'slc_pat_nothing')).status).toBe(401);
    expect(await refusalOf(await post('{'))).toEqual([400, 'invalid_json']);
    const again = await post('{');
    expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([400, 'true']);
  });
});
