// A project whose object has its tables, and a runner: what is paid once a project is paid already, and this isolate
// knows both, as it does for half a minute.

import { expect } from 'vitest';
import {
  claimOne,
  type Holder,
  newProject,
  newTask,
  newTestRunner,
  send,
  type TestRunner,
} from '../worker/world.ts';
import { costOf } from './cost-of.ts';

export interface KnownWorld {
  readonly projectId: string;
  readonly runner: TestRunner;
}

export async function newKnownWorld(): Promise<KnownWorld> {
  await signOnce();
  const projectId = await newProject();
  // Its first task makes the rows of the day, and has the project learn that nobody listens.
  const taskId = await newKnownTask({ projectId });
  await costOf(() => send(`/tasks/${taskId}/cancel`));
  const runner = await newTestRunner(projectId);
  expect((await runner.claim()).body.grants).toEqual([]);
  return { projectId, runner };
}

/** An agent's credential is signed, so this isolate knows the key, as it does for a minute. */
async function signOnce(): Promise<void> {
  const projectId = await newProject();
  const runner = await newTestRunner(projectId);
  await newTask({ projectId });
  await claimOne(runner);
}

/** A task of the project that has been told of to everybody. */
export async function newKnownTask(
  { projectId }: Pick<KnownWorld, 'projectId'>,
  fields: Record<string, unknown> = {},
): Promise<string> {
  let taskId = '';
  await costOf(async () => {
    taskId = await newTask({ projectId, ...fields });
  });
  return taskId;
}

/** The runner holds the task and has shown itself. */
export async function newKnownHolder(
  fields: Record<string, unknown> = {},
): Promise<Holder & Pick<KnownWorld, 'runner'>> {
  const world = await newKnownWorld();
  const taskId = await newKnownTask(world, fields);
  const holder = await claimOne(world.runner);
  expect(holder.taskId).toBe(taskId);
  await holder.beat({ workId: holder.grant.work.workId });
  return { ...holder, runner: world.runner };
}
