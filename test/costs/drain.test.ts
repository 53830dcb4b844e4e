// Many runners empty a long queue side by side: nobody asks a task or the project more often than a single claim does.

import { expect, it } from 'vitest';
import type { Grant } from '../../src/contract/runner.ts';
import { COUNTED } from '../../tools/costs/counted.ts';
import { configure, newTask, newTestRunner, type TestRunner } from '../worker/world.ts';
import { costOf, stopTime } from './cost-of.ts';
import { newKnownWorld } from './known-world.ts';

stopTime();

const TASKS = 1_000;
const RUNNERS = 50;
const EACH = TASKS / RUNNERS;
const AT_ONCE = 20;
const MS_MAX = 300_000;

/** So many at a time, each as soon as there is room for it. */
async function inLanes(count: number, lanes: number, step: () => Promise<unknown>): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await step();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function claimAll(runner: TestRunner): Promise<Grant[]> {
  const grants: Grant[] = [];
  for (let claims = 0; claims < EACH; claims += 1) {
    const { status, body } = await runner.claim();
    expect(status).toBe(200);
    grants.push(...body.grants);
  }
  return grants;
}

it(
  '1,000 queued tasks are granted to 50 runners, each by one claim that asks the project once and its task once',
  async () => {
    const { projectId } = await newKnownWorld();
    await configure(projectId, { limits: { maxConcurrentTasks: TASKS, dailyBudget: 100_000 } });
    const register = () => newTestRunner(projectId, { capacity: EACH });
    const runners = await Promise.all(Array.from({ length: RUNNERS }, register));
    await costOf(() => inLanes(TASKS, AT_ONCE, () => newTask({ projectId })));

    const granted: Grant[] = [];
    const cost = await costOf(async () => {
      const all = await Promise.all(runners.map(claimAll));
      granted.push(...all.flat());
    });

    expect(new Set(granted.map(({ task }) => task.id)).size).toBe(TASKS);
    expect(new Set(granted.map(({ lease }) => lease.leaseId)).size).toBe(TASKS);
    const { taskCalls = 0, projectCalls = 0 } = COUNTED.claim.cost;
    expect(cost.requests).toBe(TASKS);
    expect(cost.taskCalls).toBe(TASKS * taskCalls);
    // The project is asked once for each claim; what a task tells it besides may be told of two changes at once.
    expect(cost.projectCalls).toBeGreaterThanOrEqual(TASKS);
    expect(cost.projectCalls).toBeLessThanOrEqual(TASKS * projectCalls);
  },
  MS_MAX,
);
