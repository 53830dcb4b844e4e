// What runners and their agents may not do, and what strangers learn: nothing.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import {
  claimOne,
  getTask,
  type Holder,
  newProject,
  newTask,
  newTestRunner,
  read,
  report,
  send,
  type TestRunner,
  workOn,
} from './world.ts';

interface World {
  taskId: string;
  projectId: string;
  runner: TestRunner;
  holder: Holder;
  agent: string;
}
async function newWorld(fields: Record<string, unknown> = {}): Promise<World> {
  const projectId = await newProject();
  const taskId = await newTask({ projectId, ...fields });
  const runner = await newTestRunner(projectId);
  const holder = await claimOne(runner);
  await holder.beat({ workId: holder.grant.work.workId });
  return { taskId, projectId, runner, holder, agent: holder.grant.agentToken };
}
const codeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => [
  status,
  body['code'],
];
const VERBS = ['approve', 'reject', 'request-changes'] as const;

describe('an agent', () => {
  it('reports and logs on its own task', async () => {
    const { taskId, agent } = await newWorld();
    const fields = { status: 'in-progress', message: 'reading', stage: 'deep thought' };
    expect((await report(taskId, fields, agent)).status).toBe(200);
    const logged = await send(`/tasks/${taskId}/log`, { message: 'hi' }, { token: agent });
    expect(logged.status).toBe(200);
    expect(await getTask(taskId)).toMatchObject({
      ...{ statusMessage: 'reading', logs: [{ message: 'hi' }] },
    });
    expect((await read(`/tasks/${taskId}`, agent)).status).toBe(200);
    expect((await read(`/tasks/${taskId}/gates`, agent)).status).toBe(200);
  });

  it('is refused everywhere else, and nothing changes', async () => {
    const { taskId, projectId, agent } = await newWorld();
    const other = await newTask({ projectId });
    const before = [await getTask(taskId), await getTask(other)];
    const token = { token: agent };
    for (const answer of [
      await report(other, { status: 'in-progress' }, agent),
      await send(`/tasks/${other}/log`, { message: 'x' }, token),
      await read(`/tasks/${other}`, agent),
      await read(`/tasks/${newTaskId(1)}`, agent),
      await read('/tasks', agent),
      await read('/queue', agent),
      await read('/runners', agent),
      await read(`/tasks/${taskId}/lease`, agent),
      await send('/tasks', { description: 'x', projectId }, token),
      await send('/runners', { name: 'x', instanceId: 'x' }, token),
      await send('/config', { limits: {} }, { ...token, method: 'PATCH' }),
      ...(await Promise.all(
        ['cancel', 'retry', 'pause', 'resume'].map((verb) =>
          send(`/tasks/${taskId}/${verb}`, {}, token),
        ),
      )),
    ]) {
      expect(codeOf(answer)).toEqual([403, 'agent_forbidden']);
    }
    expect([await getTask(taskId), await getTask(other)]).toEqual(before);
  });

  it('is told that its lease has ended, once it has', async () => {
    const { taskId, runner, holder, agent } = await newWorld();
    await holder.release();
    const later = () => [
      report(taskId, { status: 'in-progress' }, agent),
      report(taskId, { status: 'failed' }, agent),
      send(`/tasks/${taskId}/log`, { message: 'x' }, { token: agent }),
    ];
    const before = await getTask(taskId);
    for (const answer of await Promise.all(later())) {
      expect(codeOf(answer)).toEqual([409, 'stale_epoch']);
    }
    expect(await getTask(taskId)).toEqual(before);
    const next = await claimOne(runner);
    for (const answer of await Promise.all(later())) {
      expect(answer.body).toMatchObject({
        ...{ code: 'stale_epoch', currentEpoch: next.grant.lease.epoch },
      });
    }
  });

  it('can never decide a gate, nor can its runner', async () => {
    const { taskId, runner, holder, agent } = await newWorld({ autonomy: 'manual' });
    const { id = '' } = (await getTask(taskId)).gates[0] ?? {};
    await workOn(holder);
    for (const gate of ['planning', 'review', 'invented', id]) {
      for (const verb of VERBS) {
        const path = `/tasks/${taskId}/gates/${gate}/${verb}`;
        const json = { comment: 'fine', approver: 'ada' };
        expect(codeOf(await send(path, json, { token: agent }))).toEqual([403, 'agent_forbidden']);
        expect(codeOf(await send(path, json, { token: runner.token }))).toEqual([
          ...[403, 'human_required'],
        ]);
      }
    }
    for (const { status } of (await getTask(taskId)).gates) expect(status).toBe('pending');
  });
});

describe('a runner', () => {
  it('makes no tasks, reports no status, and claims for nobody else', async () => {
    const { taskId, projectId, runner } = await newWorld();
    const { token } = runner;
    const other = await newTestRunner(projectId);
    for (const answer of [
      await send('/tasks', { description: 'x', projectId }, { token }),
      await report(taskId, { status: 'in-progress' }, token),
      await send(`/tasks/${taskId}/cancel`, {}, { token }),
      await send('/config', {}, { token, method: 'PATCH' }),
    ]) {
      expect(codeOf(answer)).toEqual([403, 'insufficient_scope']);
    }
    const claim = await send(`/runners/${other.id}/claim`, { requestId: 'x' }, { token });
    expect(codeOf(claim)).toEqual([404, 'not_found']);
    const person = await send(`/runners/${other.id}/claim`, { requestId: 'x' });
    expect(codeOf(person)).toEqual([403, 'insufficient_scope']);
  });

  it('of another project learns nothing: a foreign task is as an unknown one, byte for byte', async () => {
    const { taskId, holder } = await newWorld({ autonomy: 'review-before-merge' });
    const stranger = await newTestRunner(await newProject());
    const { token } = stranger;
    const unknown = newTaskId(Date.now());
    const { leaseId, epoch } = holder.grant.lease;
    const { workId } = holder.grant.work;
    const events = [{ n: 1, type: 'log:entry', data: { message: 'x' } }];
    const before = await getTask(taskId);
    const routes: readonly [string, unknown?][] = [
      ...[[''], ['/gates'], ['/gates/review'], ['/lease']].map(([path = '']): [string] => [path]),
      ['/events'],
      ['/events?after=999999'],
      [`/work?leaseId=${leaseId}&epoch=${epoch}`],
      ['/lease/heartbeat', { leaseId, epoch }],
      ['/lease/heartbeat', { leaseId, epoch: 99 }],
      ['/lease/release', { leaseId, epoch }],
      ['/events', { leaseId, epoch, producer: 'main', events }],
      [`/work/${workId}/result`, { leaseId, epoch, outcome: 'completed' }],
    ];
    for (const [route, json] of routes) {
      const ask = (id: string) =>
        json === undefined
          ? read(`/tasks/${id}${route}`, token)
          : send(`/tasks/${id}${route}`, json, { token });
      const [foreign, missing] = [await ask(taskId), await ask(unknown)];
      const bytes = ({ status, body }: Awaited<ReturnType<typeof ask>>) =>
        JSON.stringify([status, { ...body, requestId: '' }])
          .replaceAll(taskId, 'ID')
          .replaceAll(unknown, 'ID');
      expect([route, foreign.status, foreign.body['error']]).toEqual([
        ...[route, 404, 'Task not found'],
      ]);
      expect(bytes(foreign)).toBe(bytes(missing));
    }
    expect(await getTask(taskId)).toEqual(before);
  });

  it('of another project is as an unknown one too, and so is the project', async () => {
    const { projectId, runner } = await newWorld();
    const { token } = await newTestRunner(await newProject());
    for (const path of [`/runners/${runner.id}`, '/runners/run_x']) {
      expect((await read(path, token)).body).toMatchObject({ error: 'Runner not found' });
    }
    for (const path of ['/tasks', '/runners', '/queue', '/agents']) {
      const answer = await read(`${path}?projectId=${projectId}`, token);
      expect(answer).toMatchObject({ status: 404, body: { error: 'Project not found' } });
    }
  });

  it('has its token in no table and in no answer but its own', async () => {
    const { projectId, runner, agent } = await newWorld();
    const { results } = await env.DB.prepare('SELECT * FROM runners').all();
    const { body } = await read(`/runners?projectId=${projectId}`);
    for (const text of [JSON.stringify(results), JSON.stringify(body)]) {
      expect(text).not.toContain(runner.token);
      expect(text).not.toContain(agent);
    }
  });
});
