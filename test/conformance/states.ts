// Tasks in every status, reached the ways that a client without a runner has.

import { expect } from 'vitest';
import type { TaskStatus } from '../../src/contract/task.ts';
import { getTask, newDoneTask, newTask, report, send } from '../worker/world.ts';

type Fields = Record<string, unknown>;

/** A restored task waits for somebody to start it. */
async function newPending(fields: Fields): Promise<string> {
  const taskId = await newTask(fields);
  for (const verb of ['trash', 'restore']) {
    expect((await send(`/tasks/${taskId}/${verb}`)).status).toBe(200);
  }
  return taskId;
}

async function newReported(status: TaskStatus, fields: Fields): Promise<string> {
  const taskId = await newTask(fields);
  expect((await report(taskId, { status, message: 'no luck' })).status).toBe(200);
  return taskId;
}

/** A task of autonomy `full` in this status. */
export async function newTaskIn(status: TaskStatus, fields: Fields = {}): Promise<string> {
  const make = {
    pending: newPending,
    queued: newTask,
    completed: newDoneTask,
  };
  const taskId =
    status === 'pending' || status === 'queued' || status === 'completed'
      ? await make[status](fields)
      : await newReported(status, fields);
  expect((await getTask(taskId)).status).toBe(status);
  return taskId;
}

/** Asks for one of the verbs of a task. */
export const act = (taskId: string, verb: string, json: unknown = {}) =>
  send(`/tasks/${taskId}/${verb}`, json);
