// The objects of a task and of its project fall and rise at any moment, and no task is left where nobody looks after it.

import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from 'cloudflare:test';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Task } from '../../src/contract/task.ts';
import { push } from './gate-world.ts';
import { later, ring, stopTheClock } from './leased-world.ts';
import {
  getTask,
  type Holder,
  holderOf,
  logBatch,
  newProject,
  newTask,
  newTestRunner,
  projectStub,
  send,
  type TestRunner,
  taskStub,
} from './world.ts';

stopTheClock();

const RUNS = 100;
const SEED = Number(process.env['LAW_SEED'] ?? Date.now() % 2_147_483_647);
const WORKING: ReadonlySet<string> = new Set(['planning', 'in-progress']);

interface Scene {
  readonly taskId: string;
  readonly projectId: string;
  readonly runner: TestRunner;
  holder: Holder | null;
}
type Move = (scene: Scene) => Promise<unknown>;

const byPerson =
  (verb: string): Move =>
  ({ taskId }) =>
    send(`/tasks/${taskId}/${verb}`);
const byHolder =
  (move: (holder: Holder) => Promise<unknown>): Move =>
  async ({ holder }) =>
    holder === null ? undefined : move(holder);

/** What runners, agents, people and the clock do. Whether it is taken is not the question here. */
const MOVES: Readonly<Record<string, Move>> = {
  claim: async (scene) => {
    const [grant] = (await scene.runner.claim()).body.grants;
    if (grant !== undefined) scene.holder = holderOf(scene.runner, grant);
  },
  beat: byHolder((holder) => holder.beat({ workId: holder.grant.work.workId })),
  say: byHolder((holder) => holder.events(logBatch(1, 2))),
  finish: byHolder((holder) => holder.result(holder.grant.work.workId)),
  fail: byHolder((holder) =>
    holder.result(holder.grant.work.workId, {
      outcome: 'failed',
      error: { code: 'agent_exit', message: 'no', retryable: true },
    }),
  ),
  release: byHolder((holder) => holder.release()),
  ask: byHolder(({ taskId, grant }) =>
    send(`/tasks/${taskId}/gates`, { name: 'push', action: push() }, { token: grant.agentToken }),
  ),
  approve: byPerson('gates/push/approve'),
  reject: byPerson('gates/push/reject'),
  pause: byPerson('pause'),
  resume: byPerson('resume'),
  retry: byPerson('retry'),
  wait: async ({ taskId }) => {
    later(20_000);
    await ring(taskId);
  },
};

/** One that sleeps already cannot be sent to sleep. */
async function evict(stub: Parameters<typeof evictDurableObject>[0]): Promise<void> {
  await evictDurableObject(stub).catch((error: unknown) => {
    if (!String(error).includes('not currently running')) throw error;
  });
}

/** How an object goes: it sleeps, or it falls with all that it had in memory. */
const RESTARTS: Readonly<Record<string, Move>> = {
  none: async () => {},
  task: ({ taskId }) => evict(taskStub(taskId)),
  project: ({ projectId }) => evict(projectStub(projectId)),
  both: () => abortAllDurableObjects(),
};

/** A move, and a restart before, during or after it. */
const steps = fc.record({
  move: fc.constantFrom(...Object.keys(MOVES)),
  restart: fc.constantFrom(...Object.keys(RESTARTS)),
  when: fc.constantFrom('before', 'during', 'after'),
});
type Step = typeof steps extends fc.Arbitrary<infer S> ? S : never;

/** Without it nobody would be at work. */
const FIRST: Step = { move: 'claim', restart: 'none', when: 'after' };

async function take(scene: Scene, { move, restart, when }: Step): Promise<void> {
  const doMove = () => MOVES[move]?.(scene);
  const doRestart = () => RESTARTS[restart]?.(scene);
  if (when === 'before') await doRestart();
  // A request that an object falls under may be lost with it, as one of a real client.
  if (when === 'during') await Promise.allSettled([doMove(), doRestart()]);
  else await doMove();
  if (when === 'after') await doRestart();
}

const alarmOf = ({ taskId }: Scene): Promise<number | null> =>
  runInDurableObject(taskStub(taskId), (_object, { storage }) => storage.getAlarm());

/** Who is at work has a lease, and a clock runs for it. */
async function expectCare(scene: Scene): Promise<Task> {
  const task = await getTask(scene.taskId);
  const alarm = await alarmOf(scene);
  const isCaredFor = task.lease !== undefined && alarm !== null;
  const isWorking = WORKING.has(task.status) || task.lease !== undefined;
  expect([task.status, !isWorking || isCaredFor]).toEqual([task.status, true]);
  return task;
}

/** Nobody comes any more but the clock. */
async function leaveAlone(scene: Scene): Promise<Task> {
  for (let round = 0; round < 12; round += 1) {
    const task = await getTask(scene.taskId);
    if (task.lease === undefined) return task;
    later(60_000);
    await ring(scene.taskId);
  }
  return getTask(scene.taskId);
}

async function play(history: readonly Step[]): Promise<void> {
  const limits = { leaseTtlSeconds: 15, retryDelayMs: 1_000, maxRetries: 2 };
  const projectId = await newProject({ limits });
  const taskId = await newTask({ projectId, workflow: 'bugfix', autonomy: 'full' });
  const runner = await newTestRunner(projectId);
  const scene: Scene = { taskId, projectId, runner, holder: null };
  for (const step of [FIRST, ...history]) {
    await take(scene, step);
    await expectCare(scene);
  }
  const left = await leaveAlone(scene);
  expect(left.lease).toBeUndefined();
  expect(WORKING.has(left.status)).toBe(false);
}

it('Both objects restarted at random moments leave no task in progress without lease or alarm', async () => {
  const histories = fc.array(steps, { minLength: 3, maxLength: 8 });
  const law = fc.asyncProperty(histories, play);
  await fc.assert(law, { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: 540_000 });
}, 600_000);
