// Events of a runner's session, durable once they are acknowledged, in batches of one to a thousand.
import { openLeased } from '../client/leased-session.ts';
import { batchText, type TaskSession } from '../client/task-session.ts';
import { throughput } from '../report.ts';
import { type Contender, compare, type Round } from '../rounds.ts';
import type { Measure, Scene } from '../scene.ts';
import type { Subject } from '../subject.ts';

const BATCHES = [1, 10, 100, 500, 1_000] as const;
/** The batch that a busy runner sends, and what one task must take of it. */
const BOUNDED_BATCH = 500;
const EVENTS_PER_SECOND = 50_000;

const sendFor = async (session: TaskSession, count: number, ms: number): Promise<Round> => {
  const events = batchText(count);
  const started = performance.now();
  let operations = 0;
  while (performance.now() - started < ms) {
    await session.send(events, count);
    operations += count;
  }
  await session.settled();
  return { operations, ms: performance.now() - started };
};

const measureBatch = async (scene: Scene, count: number): Promise<void> => {
  const { roundMs, rounds } = scene.effort;
  const open = async (subject: Subject): Promise<Contender & { end: () => Promise<void> }> => {
    const leased = await openLeased(subject);
    return {
      workerdPid: subject.workerdPid,
      prepare: async () => () => sendFor(leased.session, count, roundMs),
      end: leased.end,
    };
  };
  const [left, right] = [await open(scene.real), await open(scene.skeleton)];
  const found = await compare(left, right, rounds);
  await left.end();
  await right.end();
  scene.note(throughput(`session${count}VsSkeleton`, found));
  if (count !== BOUNDED_BATCH) return;
  scene.note({
    name: `session${count}`,
    perSecond: found.left.perSecond,
    otherPerSecond: EVENTS_PER_SECOND,
    ratio: found.left.perSecond / EVENTS_PER_SECOND,
    bound: { min: 1 },
    absolute: { sessionEventsPerSecond: found.left.perSecond },
  });
};

/** Bounded is the batch that a busy runner sends. */
export const sessionBatches: Measure = {
  name: 'session',
  run: async (scene) => {
    for (const count of BATCHES) await measureBatch(scene, count);
  },
};
