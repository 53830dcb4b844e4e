// A parent with its subtasks, as a client makes them and works on them by hand.

import { expect } from 'vitest';
import type { Decomposed, SubtaskCounts, SubtaskList } from '../../src/contract/subtask.ts';
import type { Task, TaskStatus } from '../../src/contract/task.ts';
import {
  eventually,
  getTask,
  newProject,
  newTask,
  type Reply,
  read,
  report,
  send,
} from '../worker/world.ts';

export type Definition = Readonly<Record<string, unknown>>;

/** Definitions that have nothing but a description. */
export const plain = (...descriptions: readonly string[]): Definition[] =>
  descriptions.map((description) => ({ description }));

export const decompose = (
  taskId: string,
  subtasks: readonly Definition[],
  fields: Definition = {},
): Promise<Reply<Decomposed>> =>
  send<Decomposed>(`/tasks/${taskId}/decompose`, { subtasks, ...fields });

/** Splits the task, and answers the ids of its new subtasks once each of them can be read. */
export async function split(
  taskId: string,
  subtasks: readonly Definition[],
  fields: Definition = {},
): Promise<string[]> {
  const { status, body } = await decompose(taskId, subtasks, fields);
  expect(status, JSON.stringify(body)).toBe(200);
  const ids = body.subtasks.map(({ id }) => id);
  for (const id of ids) {
    await eventually(async () => (await read(`/tasks/${id}`)).status).toBe(200);
  }
  return ids;
}

export interface Family {
  readonly projectId: string;
  readonly parentId: string;
  readonly ids: readonly string[];
}

/** A parent in a project of its own, split. */
export async function newFamily(
  subtasks: readonly Definition[],
  fields: Definition = {},
  parent: Record<string, unknown> = {},
): Promise<Family> {
  const projectId = await newProject();
  const parentId = await newTask({ projectId, ...parent });
  return { projectId, parentId, ids: await split(parentId, subtasks, fields) };
}

export const execute = (taskId: string) => send(`/tasks/${taskId}/subtasks/execute`);

export const listSubtasks = async (taskId: string): Promise<SubtaskList> =>
  (await read<SubtaskList>(`/tasks/${taskId}/subtasks`)).body;

export const countSubtasks = async (taskId: string): Promise<SubtaskCounts> =>
  (await read<SubtaskCounts>(`/tasks/${taskId}/subtasks/status`)).body;

export const statusesOf = (ids: readonly string[]): Promise<TaskStatus[]> =>
  Promise.all(ids.map(async (id) => (await getTask(id)).status));

/** Waits until tasks stand so: one tells the other, and that takes a moment. */
export const expectStatuses = (ids: readonly string[], statuses: readonly TaskStatus[]) =>
  eventually(() => statusesOf(ids)).toEqual(statuses);

/** Waits until a task has become this. */
export const becomes = (taskId: string, members: Partial<Task>) =>
  eventually(() => getTask(taskId)).toMatchObject(members);

/** Reports that are taken, one after the other. */
export async function reported(taskId: string, ...statuses: readonly TaskStatus[]): Promise<void> {
  for (const status of statuses) {
    const { status: code, body } = await report(taskId, { status });
    expect([status, code, body]).toEqual([status, 200, { ok: true }]);
  }
}

export const completed = (taskId: string) => reported(taskId, 'in-progress', 'completed');

/** The task after a refusal that must have changed nothing of it. */
export async function refusedAndUnchanged(
  taskId: string,
  act: () => Promise<Reply>,
): Promise<[number, unknown, unknown]> {
  const before = await getTask(taskId);
  const { status, body } = await act();
  expect(await getTask(taskId)).toEqual(before);
  return [status, body['code'], body['error']];
}
