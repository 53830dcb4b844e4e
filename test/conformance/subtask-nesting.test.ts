// Subtasks of subtasks, what they cost together, and subtasks that a runner's result asks for.

import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/contract/task.ts';
import {
  claimOne,
  getTask,
  type Holder,
  newProject,
  newTask,
  newTestRunner,
  read,
  send,
  workOn,
} from '../worker/world.ts';
import {
  becomes,
  completed,
  execute,
  expectStatuses,
  newFamily,
  plain,
  refusedAndUnchanged,
  reported,
  split,
} from './family.ts';

const usage = (n: number, inputTokens: number, outputTokens: number) => ({
  n,
  type: 'usage:report',
  data: { inputTokens, outputTokens },
});

/** The task and one below the other, four in all. */
async function newLine(fields: Record<string, unknown> = {}): Promise<string[]> {
  const line = [await newTask(fields)];
  for (const name of ['Child', 'Grandchild', 'Last']) {
    const [id = ''] = await split(line.at(-1) ?? '', plain(name));
    line.push(id);
  }
  return line;
}

/** Does all of a task's work, and says what it has used on the way. */
async function spend(holder: Holder, inputTokens: number, outputTokens: number) {
  expect((await holder.events([usage(1, inputTokens, outputTokens)])).status).toBe(200);
  return workOn(holder);
}

describe('nesting', () => {
  it('is three deep and no deeper, on one branch', async () => {
    const line = await newLine();
    const [root = '', child = '', grandchild = '', last = ''] = line;
    const act = () => send(`/tasks/${last}/decompose`, { subtasks: plain('Too deep') });
    const [status, code] = await refusedAndUnchanged(last, act);
    expect([status, code]).toEqual([409, 'too_many_subtasks']);
    const { branchName } = await getTask(root);
    for (const [id, parentTaskId] of [
      [child, root],
      [grandchild, child],
      [last, grandchild],
    ] as const) {
      expect(await getTask(id)).toMatchObject({ parentTaskId, branchName });
      expect((await read(`/tasks/${id}/parent`)).body).toMatchObject({ id: parentTaskId });
    }
  });

  it('begins downwards and ends upwards', async () => {
    const line = await newLine();
    const [root = '', child = '', grandchild = '', last = ''] = line;
    for (const id of [root, child, grandchild]) await execute(id);
    await expectStatuses(line, ['in-progress', 'in-progress', 'in-progress', 'queued']);
    await completed(last);
    await becomes(grandchild, { status: 'queued' });
    await completed(grandchild);
    await becomes(child, { status: 'queued' });
    await completed(child);
    await becomes(root, { status: 'queued' });
  });

  it('executing the topmost begins all of them', async () => {
    const line = await newLine();
    await execute(line[0] ?? '');
    await expectStatuses(line, ['in-progress', 'in-progress', 'in-progress', 'queued']);
  });

  it('a failure fails all above it, each with its own count', async () => {
    const line = await newLine();
    await execute(line[0] ?? '');
    await expectStatuses(line, ['in-progress', 'in-progress', 'in-progress', 'queued']);
    await reported(line[3] ?? '', 'failed');
    await expectStatuses(line, ['failed', 'failed', 'failed', 'failed']);
    for (const id of line.slice(0, 3)) {
      expect((await getTask(id)).error).toBe('1 subtask(s) failed');
    }
  });

  it('a cancel reaches the last, a pause of the last the first', async () => {
    const line = await newLine();
    const [root = '', child = '', grandchild = '', last = ''] = line;
    await execute(root);
    await expectStatuses(line, ['in-progress', 'in-progress', 'in-progress', 'queued']);
    await send(`/tasks/${last}/pause`);
    await becomes(root, { status: 'paused', pauseReason: `subtask_paused:${child}` });
    await becomes(child, { status: 'paused', pauseReason: `subtask_paused:${grandchild}` });
    await send(`/tasks/${last}/resume`);
    await expectStatuses(line, ['in-progress', 'in-progress', 'in-progress', 'queued']);
    await send(`/tasks/${root}/cancel`);
    await expectStatuses(line, ['cancelled', 'cancelled', 'cancelled', 'cancelled']);
  });
});

describe('what a family costs', () => {
  it('stands in usage.withSubtasks; usage itself is the parent’s own', async () => {
    const projectId = await newProject();
    const parentId = await newTask({ projectId, workflow: 'bugfix' });
    expect((await getTask(parentId)).usage).not.toHaveProperty('withSubtasks');
    const ids = await split(parentId, plain('One', 'Two'), { strategy: 'parallel' });
    const zero = { inputTokens: 0, outputTokens: 0, totalTokens: 0, estimatedCost: 0 };
    expect((await getTask(parentId)).usage).toEqual({ ...zero, withSubtasks: zero });
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued']);
    const runner = await newTestRunner(projectId);
    await spend(await claimOne(runner), 1_000, 200);
    await spend(await claimOne(runner), 3_000, 400);
    await becomes(parentId, { status: 'queued' });
    const children = {
      ...{ inputTokens: 4_000, outputTokens: 600, totalTokens: 4_600, estimatedCost: 0.021 },
    };
    expect((await getTask(parentId)).usage).toEqual({ ...zero, withSubtasks: children });
    await spend(await claimOne(runner), 10_000, 1_000);
    const { usage: all } = await getTask(parentId);
    expect(all).toMatchObject({ inputTokens: 10_000, outputTokens: 1_000, estimatedCost: 0.045 });
    expect(all.withSubtasks).toEqual({
      ...{ inputTokens: 14_000, outputTokens: 1_600, totalTokens: 15_600, estimatedCost: 0.066 },
    });
    const row = await read<{ tasks: Task[] }>(`/tasks?projectId=${projectId}`);
    expect(row.body.tasks.find(({ id }) => id === parentId)?.usage).toEqual(all);
  });

  it('a grandchild counts for both above it', async () => {
    const projectId = await newProject();
    const rootId = await newTask({ projectId, workflow: 'bugfix' });
    const [childId = ''] = await split(rootId, plain('Child'));
    await split(childId, plain('Grandchild'));
    await execute(rootId);
    await becomes(childId, { status: 'in-progress' });
    const runner = await newTestRunner(projectId);
    await spend(await claimOne(runner), 100, 10);
    await spend(await claimOne(runner), 1_000, 100);
    await spend(await claimOne(runner), 10_000, 1_000);
    expect((await getTask(childId)).usage).toMatchObject({
      inputTokens: 1_000,
      withSubtasks: { inputTokens: 1_100, outputTokens: 110 },
    });
    expect((await getTask(rootId)).usage).toMatchObject({
      inputTokens: 10_000,
      withSubtasks: { inputTokens: 11_100, outputTokens: 1_110, totalTokens: 12_210 },
    });
  });
});

it('a family of its own project: a child is never offered to a runner of another one', async () => {
  const { parentId, ids } = await newFamily(plain('One'));
  await execute(parentId);
  await expectStatuses(ids, ['queued']);
  const stranger = await newTestRunner(await newProject());
  expect((await stranger.claim()).body.grants).toEqual([]);
});
