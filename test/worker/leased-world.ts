// A project of its own with one task and the runner that holds it; and a clock that a test moves.

import { runDurableObjectAlarm } from 'cloudflare:test';
import { afterEach, beforeEach, vi } from 'vitest';
import {
  claimOne,
  type Holder,
  newProject,
  newTask,
  newTestRunner,
  type TestRunner,
  taskStub,
} from './world.ts';

export interface LeasedWorld {
  readonly projectId: string;
  readonly taskId: string;
  readonly runner: TestRunner;
  readonly holder: Holder;
}

/** The runner has claimed, and has not shown itself yet. */
export async function newLeasedWorld(
  fields: Record<string, unknown> = {},
  config: Record<string, unknown> = {},
): Promise<LeasedWorld> {
  const projectId = await newProject(config);
  const taskId = await newTask({ projectId, ...fields });
  const runner = await newTestRunner(projectId);
  return { projectId, taskId, runner, holder: await claimOne(runner) };
}

/** The runner is at work on `bugfix`. */
export async function newWorkingWorld(fields: Record<string, unknown> = {}): Promise<LeasedWorld> {
  const world = await newLeasedWorld({ workflow: 'bugfix', ...fields });
  await world.holder.beat({ workId: world.holder.grant.work.workId });
  return world;
}

/** A lease of 15 s, and 4 s before what was lost is tried again. */
export const newShortLease = (fields: Record<string, unknown> = {}): Promise<LeasedWorld> =>
  newLeasedWorld(fields, { limits: { leaseTtlSeconds: 15, retryDelayMs: 4_000 } });

/** In each test of this file the clock stands still unless it is moved. */
export function stopTheClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}

export const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
export const ring = (taskId: string) => runDurableObjectAlarm(taskStub(taskId));
