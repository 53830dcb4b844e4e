// Case 11 and the shapes: what a task and a row have, always and when it is set.

import { describe, expect, it } from 'vitest';
import { TASK_STATUSES, Task, TaskRow, type TaskStatus } from '../../src/contract/task.ts';
import { newWorkingWorld } from '../worker/leased-world.ts';
import { eventually, getTask, newProject, newTask, read, report, send } from '../worker/world.ts';
import { INSTANT, NO_TASK, NO_USAGE, nullsIn, refusal } from './checks.ts';
import { newTaskIn } from './states.ts';

const ROW_ALWAYS = [
  ...['id', 'projectId', 'description', 'status', 'workflow', 'autonomy', 'priority', 'effort'],
  ...['createdAt', 'updatedAt', 'usage', 'costLimit'],
];
const ROW_WHEN_SET = [
  ...['currentStage', 'agent', 'branchName', 'prUrl', 'parentTaskId', 'waitingFor', 'error'],
  ...['completedAt', 'pausedAt', 'pauseReason', 'trashedAt', 'archivedAt', 'subtaskIds'],
];
const TASK_ALWAYS = [
  ...ROW_ALWAYS,
  ...['environment', 'branchName', 'attempt', 'retryCount', 'maxRetries', 'resumeAttempts'],
  ...['dependsOn', 'blockedBy', 'subtaskIds', 'stages', 'gates', 'createdBy', 'logs'],
  ...['artifacts', 'seq'],
];

/** What is set beside that, in each status. A report has brought the message. */
const WHEN: Readonly<Record<TaskStatus, readonly string[]>> = {
  pending: [],
  queued: ['waitingFor'],
  planning: ['statusMessage'],
  'in-progress': ['statusMessage'],
  'waiting-approval': ['statusMessage', 'waitingFor', 'waitingDetail'],
  paused: ['statusMessage', 'pausedAt', 'pauseReason'],
  completed: ['completedAt'],
  failed: ['statusMessage', 'error'],
  cancelled: ['statusMessage', 'error'],
};
/** What a queue may add to a task of its own knowledge. */
const MAY_EXPLAIN = ['waitingDetail'];

const listed = async (projectId: string, list = '') =>
  (await read<{ tasks: TaskRow[] }>(`/tasks${list}?projectId=${projectId}`)).body.tasks;

/** The row that a task should have. */
function rowOf(task: Task): Record<string, unknown> {
  const wanted = [...ROW_ALWAYS, ...ROW_WHEN_SET];
  const entries = Object.entries(task).filter(([name]) => wanted.includes(name));
  const { subtaskIds, ...row } = Object.fromEntries(entries);
  return task.subtaskIds.length === 0 ? row : { ...row, subtaskIds };
}

describe('a task', () => {
  it.each(TASK_STATUSES)(
    'that is %s has the members of §4 and no more, none null',
    async (status) => {
      const task = await getTask(await newTaskIn(status));
      expect(Task.parse(task)).toEqual(task);
      const names = Object.keys(task).filter((name) => !MAY_EXPLAIN.includes(name));
      const wanted = [...TASK_ALWAYS, ...WHEN[status]].filter(
        (name) => !MAY_EXPLAIN.includes(name),
      );
      expect(names.sort()).toEqual(wanted.sort());
      expect(nullsIn(task)).toEqual([]);
      expect(JSON.stringify(task)).not.toMatch(/prompt|conversation|projectPath/);
      for (const name of ['createdAt', 'updatedAt'] as const) expect(task[name]).toEqual(INSTANT);
    },
  );

  it('has the stages of its workflow, in order, none begun', async () => {
    for (const [workflow, stages] of [
      [
        'feature',
        ['planning', 'architecture', 'implementation', 'testing', 'review'].map((name, index) => [
          name,
          ['planner', 'architect', 'developer', 'tester', 'reviewer'][index],
        ]),
      ],
      [
        'bugfix',
        [
          ['investigation', 'developer'],
          ['fix', 'developer'],
          ['testing', 'tester'],
          ['review', 'reviewer'],
        ],
      ],
      [
        'refactor',
        [
          ['analysis', 'architect'],
          ['refactor', 'developer'],
          ['testing', 'tester'],
          ['review', 'reviewer'],
        ],
      ],
    ] as const) {
      const task = await getTask(await newTask({ workflow }));
      expect(task.stages).toEqual(
        stages.map(([name, agent]) => ({ name, agent, status: 'pending', attempts: 0 })),
      );
    }
  });

  it('has the stages of a run with their times, summaries and tries', async () => {
    const { taskId, holder } = await newWorkingWorld({ autonomy: 'full' });
    expect((await getTask(taskId)).stages[0]).toEqual({
      ...{ name: 'investigation', agent: 'developer', status: 'running' },
      ...{ startedAt: INSTANT, attempts: 1 },
    });
    await holder.result(holder.grant.work.workId, { summary: 'found it' });
    expect((await getTask(taskId)).stages[0]).toEqual({
      ...{ name: 'investigation', agent: 'developer', status: 'completed', attempts: 1 },
      ...{ startedAt: INSTANT, completedAt: INSTANT, summary: 'found it' },
    });
    await holder.release();
  });

  it.each([
    ...['non-existent-id', 'task_0_00000000000000000000', 'x'.repeat(5_000), '日本語', '%00'],
    ...['..%2f..%2fconfig', 'task_x_00000000000000000000%2fgates', "';DROP TABLE tasks;--"],
    ...['TASK_0_00000000000000000000', 'task_0_0000000000000000000G', 'a.b', '*', '0'],
    ...['%zz', '%E0%A4%A', '%ED%A0%80'],
  ])('11 GET /tasks/%s is 404', async (id) => {
    expect(await refusal(`/tasks/${id}`)).toMatchObject(NO_TASK);
  });

  it('11 the fixed words are never taken for ids', async () => {
    for (const word of ['paused', 'trashed', 'archived', 'trash']) {
      for (const part of ['/gates', '/subtasks', '/events', '/parent', '/logs']) {
        expect((await refusal(`/tasks/${word}${part}`)).status).toBe(404);
      }
      for (const verb of ['cancel', 'log', 'status', 'trash', 'decompose']) {
        const json = { status: 'failed', message: 'x', subtasks: [{ description: 'x' }] };
        expect((await refusal(`/tasks/${word}/${verb}`, { json })).status).toBe(404);
      }
    }
  });
});

describe('a row', () => {
  it('has the members of §4 as the task has them, in every status', async () => {
    const projectId = await newProject();
    const ids: string[] = [];
    for (const status of TASK_STATUSES) ids.push(await newTaskIn(status, { projectId }));
    const rows = await listed(projectId);
    expect(rows.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    for (const row of rows) {
      expect(TaskRow.parse(row)).toEqual(row);
      expect(row).toEqual(rowOf(await getTask(row.id)));
      expect(nullsIn(row)).toEqual([]);
    }
  });

  it('has its members on the shelves, and those that a parent and a stage bring', async () => {
    const projectId = await newProject();
    const parent = await newTask({ projectId });
    const subtasks = [{ description: 'one' }, { description: 'two' }];
    expect((await send(`/tasks/${parent}/decompose`, { subtasks })).status).toBe(200);
    const staged = await newTask({ projectId });
    await report(staged, { status: 'in-progress', stage: 'architecture' });
    const archived = await newTaskIn('completed', { projectId });
    await send(`/tasks/${archived}/archive`);
    const trashed = await newTaskIn('failed', { projectId });
    await send(`/tasks/${trashed}/trash`);
    const paused = await newTaskIn('paused', { projectId });
    for (const [list, count] of [
      ['', 5],
      ['/archived', 1],
      ['/trashed', 1],
      ['/paused', 1],
    ] as const) {
      const rows = await listed(projectId, list);
      expect([list, rows.length]).toEqual([list, count]);
      for (const row of rows) expect(row).toEqual(rowOf(await getTask(row.id)));
    }
    expect((await listed(projectId, '/paused'))[0]?.id).toBe(paused);
  });

  it('moves with a change of status and stage, not with a log', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const [before] = await listed(projectId);
    await send(`/tasks/${taskId}/log`, { message: 'x' });
    expect(await listed(projectId)).toEqual([before]);
    await report(taskId, { status: 'in-progress', stage: 'planning' });
    expect(await listed(projectId)).toMatchObject([
      { status: 'in-progress', currentStage: 'planning' },
    ]);
  });

  it('has the usage that the task had when it last changed', async () => {
    const { projectId, taskId, holder } = await newWorkingWorld({ autonomy: 'full' });
    const data = { inputTokens: 15_000, outputTokens: 5_000 };
    const { body } = await holder.events([{ n: 1, type: 'usage:report', data }]);
    expect(body).toMatchObject({ acked: 1 });
    const [before] = await listed(projectId);
    expect(before?.usage).toEqual(NO_USAGE);
    await holder.result(holder.grant.work.workId, { producers: { main: 1 } });
    const { usage } = await getTask(taskId);
    expect(usage).toMatchObject({ totalTokens: 20_000, estimatedCost: 0.12 });
    await eventually(async () => (await listed(projectId))[0]?.usage).toEqual(usage);
  });
});
