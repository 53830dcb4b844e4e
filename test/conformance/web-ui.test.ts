// §13: every call of the original web UI, cross-origin and as it sends it.

import { describe, expect, it } from 'vitest';
import type { Decomposed, SubtaskList } from '../../src/contract/subtask.ts';
import { type Task, TaskRow } from '../../src/contract/task.ts';
import { configure, eventually, newTask, read, report, send } from '../worker/world.ts';
import { becomes, decompose, execute, expectStatuses, newFamily, plain } from './family.ts';
import { boardViewer, follow } from './sockets.ts';
import { call, ORIGIN, show } from './web-ui-client.ts';

const NEW = { description: 'Add a health check', acceptanceCriteria: 'It answers 200' };
const newGated = () => newTask({ autonomy: 'review-before-merge' });

interface Listed {
  readonly tasks: TaskRow[];
  readonly count: number;
  readonly total?: number;
}
const list = (path: string) => show<Listed>('GET', path);

describe('creating and reading tasks', () => {
  it('POST /tasks gives the taskId, which GET /tasks/:id finds: a bare task with its logs', async () => {
    const given = { ...NEW, workflow: 'bugfix', autonomy: 'review-before-merge' };
    const { taskId, status } = await show('POST', '/tasks', given);
    expect(status).toBe('pending');
    await send(`/tasks/${taskId}/log`, { message: 'hello' });
    const task = await show('GET', `/tasks/${taskId}`);
    expect(task).toMatchObject({ id: taskId, ...given, logs: [{ message: 'hello' }] });
    expect(task).not.toHaveProperty('task');
  });

  it.each(['docs', 'test'])(
    'its choice %s is 400 until the project defines it',
    async (workflow) => {
      const refused = await call('POST', '/tasks', { ...NEW, workflow, autonomy: 'full' });
      expect(refused).toMatchObject({
        status: 400,
        body: { error: `Unknown workflow: ${workflow}`, code: 'unknown_workflow' },
      });
      await show('PATCH', '/config', {
        workflows: {
          [workflow]: { stages: [{ name: 'write', agent: 'developer', writes: true }] },
        },
      });
      expect(await show('POST', '/tasks', { ...NEW, workflow })).toHaveProperty('taskId');
      await show('PATCH', '/config', { workflows: { [workflow]: null } });
    },
  );

  it.each(['feature', 'bugfix', 'refactor'])(
    'every choice of autonomy of its form is taken, with %s',
    async (workflow) => {
      for (const autonomy of ['full', 'review-before-commit', 'review-before-merge', 'manual']) {
        expect((await call('POST', '/tasks', { ...NEW, workflow, autonomy })).status).toBe(201);
      }
    },
  );

  it('GET /tasks has rows with what it shows, by status, workflow, limit and offset, and a total', async () => {
    const ids = [await newTask({ workflow: 'refactor' }), await newTask({ workflow: 'refactor' })];
    const [older = '', newer = ''] = ids;
    await report(older, { status: 'in-progress', stage: 'analysis' });
    await report(older, { status: 'failed', message: 'no luck' });
    const all = (await list('/tasks')).tasks;
    const row = all.find(({ id }) => id === older);
    expect(row).toMatchObject({
      ...{ description: 'Add a health check', status: 'failed', workflow: 'refactor' },
      ...{ currentStage: 'analysis', error: 'no luck', usage: { totalTokens: 0 } },
    });
    for (const member of ['createdAt', 'updatedAt']) expect(row).toHaveProperty(member);
    const failed = await list('/tasks?status=failed');
    expect(failed.tasks.map(({ id }) => id)).toContain(older);
    expect(failed.tasks.map(({ id }) => id)).not.toContain(newer);
    const refactors = await list('/tasks?workflow=refactor&total=true');
    expect(refactors.total).toBe(refactors.tasks.length);
    expect(new Set(refactors.tasks.map(({ workflow }) => workflow))).toEqual(new Set(['refactor']));
    const second = await list('/tasks?workflow=refactor&limit=1&offset=1&total=true');
    expect(second.tasks).toEqual([refactors.tasks[1]]);
    expect(second).toMatchObject({ count: 1, total: refactors.total });
  });
});

describe('subtasks', () => {
  it('decompose, list, count, execute with an empty body, parent and is-subtask', async () => {
    const taskId = await newTask();
    const made = await show<Decomposed>('POST', `/tasks/${taskId}/decompose`, {
      subtasks: [{ description: 'One' }, { description: 'Two', dependsOn: ['One'] }],
      strategy: 'dependency-based',
    });
    const ids = made.subtasks.map(({ id }) => id);
    await expectStatuses(ids, ['pending', 'pending']);
    expect(await show('POST', `/tasks/${taskId}/subtasks/execute`)).toMatchObject({
      ...{ ok: true, message: 'Subtask execution started' },
    });
    await expectStatuses(ids, ['queued', 'pending']);
    const children = await show<SubtaskList>('GET', `/tasks/${taskId}/subtasks`);
    expect(children.count).toBe(2);
    expect(children.subtasks.map(({ status }) => status)).toEqual([...['queued', 'pending']]);
    expect(await show('GET', `/tasks/${taskId}/subtasks/status`)).toMatchObject({
      ...{ total: 2, completed: 0, failed: 0, pending: 2, inProgress: 0 },
    });
    expect(await show('GET', `/tasks/${ids[0]}/parent`)).toMatchObject({ id: taskId });
    expect(await show('GET', `/tasks/${ids[0]}/is-subtask`)).toMatchObject({ isSubtask: true });
    const rows = (await list('/tasks')).tasks;
    expect(rows.find(({ id }) => id === taskId)?.subtaskIds).toEqual(ids);
  });
});

describe('gates and control', () => {
  it.each(['approve', 'reject'])('%s of review as it sends it', async (verb) => {
    const taskId = await newGated();
    await report(taskId, { status: 'completed' });
    await show('POST', `/tasks/${taskId}/gates/review/${verb}`, {
      ...{ approver: 'user', comment: 'seen' },
    });
    const status = verb === 'approve' ? 'completed' : 'failed';
    expect(await show('GET', `/tasks/${taskId}`)).toMatchObject({ status });
  });

  it('cancel, retry, pause and resume with {}', async () => {
    const taskId = await newTask();
    await show('POST', `/tasks/${taskId}/cancel`, {});
    await show('POST', `/tasks/${taskId}/retry`, {});
    await report(taskId, { status: 'paused' });
    const paused = await list('/tasks/paused');
    expect(paused.tasks.map(({ id }) => id)).toContain(taskId);
    await show('POST', `/tasks/${taskId}/resume`, {});
    expect(await show('GET', `/tasks/${taskId}`)).toMatchObject({ status: 'queued' });
  });

  it('PATCH status answers the changed task', async () => {
    const taskId = await newTask();
    const fields = { status: 'in-progress', stage: 'planning', message: 'reading' };
    expect(await show('PATCH', `/tasks/${taskId}/status`, fields)).toMatchObject({
      ...{ id: taskId, status: 'in-progress', currentStage: 'planning', logs: [] },
    });
  });

  it('a refusal has its text in error, and no message that says something else', async () => {
    const taskId = await newTask();
    await show('POST', `/tasks/${taskId}/cancel`, {});
    for (const [method, path, json, status] of [
      ['POST', `/tasks/${taskId}/cancel`, {}, 409],
      ['POST', `/tasks/${taskId}/gates/review/approve`, { approver: 'user' }, 409],
      ['POST', '/tasks', {}, 400],
      ['PATCH', '/config', { ui: {} }, 400],
      ['GET', '/tasks/non-existent-id', undefined, 404],
      ['GET', '/agents/nobody', undefined, 404],
      ['GET', '/tasks?limit=abc', undefined, 400],
    ] as const) {
      const answer = await call(method, path, json);
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.body['error']).toMatch(/\w/);
      expect([undefined, answer.body['error']]).toContain(answer.body['message']);
    }
  });
});

describe('agents and config', () => {
  it('GET /agents and /agents/:name', async () => {
    const { agents } = await show<{ agents: Record<string, unknown> }>('GET', '/agents');
    expect(Object.keys(agents)).toContain('planner');
    expect(await show('GET', '/agents/planner')).toEqual(agents['planner']);
  });

  it('GET and PATCH /config', async () => {
    const before = await show('GET', '/config');
    const limits = { maxConcurrentTasks: 5 };
    const after = await show('PATCH', '/config', { limits });
    expect(after).toMatchObject({ limits });
    expect(await show('GET', '/config')).toEqual(after);
    await show('PATCH', '/config', { limits: { maxConcurrentTasks: null } });
    expect(await show('GET', '/config')).toEqual(before);
  });
});

it('B13 the calls that its own server did not answer are answered here', async () => {
  const taskId = await newTask({ workflow: 'refactor' });
  await decompose(taskId, plain('One'));
  await show('PATCH', `/tasks/${taskId}/status`, { status: 'in-progress' });
  await show('GET', '/agents/developer');
  await show('PATCH', '/config', { limits: { maxTurns: 100 } });
  const page = await list('/tasks?workflow=refactor&offset=0&limit=1&total=true');
  expect(page).toMatchObject({ count: 1, total: expect.any(Number) });
  await show('POST', `/tasks/${taskId}/subtasks/execute`);
  const { frames } = await boardViewer('/ws');
  expect(frames()[0]?.type).toBe('task:state');
});

describe('WS /ws', () => {
  it('from its page, begins with task:state and top-level tasks', async () => {
    const taskId = await newTask();
    const { frames } = await follow('/ws', { Origin: ORIGIN });
    await eventually(() => frames()[0]?.type).toBe('task:state');
    expect(frames()[0]?.tasks?.map(({ id }) => id)).toContain(taskId);
  });

  it('its task shows true when the data of task:* is merged into it, its list when data.task is', async () => {
    const { projectId, parentId, ids } = await newFamily(plain('One'), {}, {});
    await configure(projectId, { limits: { maxRetries: 0 } });
    const { frames } = await boardViewer(`/ws?projectId=${projectId}`);
    const shown = new Map<string, Partial<Task>>();
    const listed = new Map<string, TaskRow>();
    for (const row of frames()[0]?.tasks ?? []) {
      const { body } = await read<Task>(`/tasks/${row.id}`);
      shown.set(row.id, body);
    }
    await execute(parentId);
    const [child = ''] = ids;
    await becomes(child, { status: 'queued' });
    await report(child, { status: 'in-progress', stage: 'planning', message: 'reading' });
    for (const verb of ['pause', 'resume', 'cancel', 'retry', 'trash', 'restore', 'resume']) {
      expect((await send(`/tasks/${child}/${verb}`)).status).toBe(200);
    }
    await report(child, { status: 'completed' });
    await becomes(parentId, { status: 'queued' });
    const last = (await read<Task>(`/tasks/${parentId}`)).body.seq;
    await eventually(() => frames().findLast(({ taskId }) => taskId === parentId)?.taskSeq).toBe(
      last,
    );
    for (const { type, taskId, data } of frames().slice(1)) {
      if (!type.startsWith('task:')) continue;
      shown.set(taskId, { ...shown.get(taskId), ...data });
      if (data['task'] !== undefined) listed.set(taskId, TaskRow.parse(data['task']));
    }
    for (const id of [parentId, child]) {
      const { body } = await read<Task>(`/tasks/${id}`);
      expect(shown.get(id)).toMatchObject({ id, status: body.status });
      expect(shown.get(id)?.description).toBe(body.description);
    }
    expect(listed.get(child)).toMatchObject({ id: child, description: 'One' });
  });
});
