// Two viewers that are dropped and come back at random while a runner sends: neither misses nor repeats an event.

import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';
import {
  claimOne,
  eventually,
  getTask,
  logBatch,
  newProject,
  newTask,
  newTestRunner,
  watch,
} from './world.ts';

const EVENTS = 10_000;

/** Mulberry32: the same seed gives the same drops. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Follows by socket, at each drop from the last event it has had, until `isDone`. */
async function followSocket(
  taskId: string,
  random: () => number,
  isDone: (seq: number) => boolean,
) {
  const seqs: number[] = [];
  let drops = 0;
  while (!isDone(seqs.at(-1) ?? 0)) {
    const viewer = await watch(taskId, `?after=${seqs.at(-1) ?? 0}`);
    const wanted = 1 + Math.floor(random() * 2_000);
    await eventually(
      () => viewer.raw.length > wanted || isDone(viewer.frames().at(-1)?.seq ?? 0),
    ).toBe(true);
    const events = viewer.frames().filter(({ type }) => type !== 'task:state');
    seqs.push(...events.slice(0, wanted).map(({ seq }) => seq));
    viewer.socket.close(1000, 'dropped');
    drops += 1;
  }
  return { seqs, drops };
}

/** Follows by server-sent events; what came half is dropped with the connection. */
async function followEvents(
  taskId: string,
  random: () => number,
  isDone: (seq: number) => boolean,
) {
  const seqs: number[] = [];
  let drops = 0;
  while (!isDone(seqs.at(-1) ?? 0)) {
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': String(seqs.at(-1) ?? 0) };
    const reader = (await ask(`/tasks/${taskId}/events`, { headers })).body?.getReader();
    if (!reader) throw new Error('No stream.');
    const decoder = new TextDecoder();
    let left = 1 + Math.floor(random() * 400_000);
    let text = '';
    while (left > 0 && !isDone(seqs.at(-1) ?? 0)) {
      const { value, done } = await reader.read();
      if (done) break;
      left -= value.byteLength;
      text += decoder.decode(value, { stream: true });
      const whole = text.slice(0, text.lastIndexOf('\n\n') + 2);
      text = text.slice(whole.length);
      seqs.push(...[...whole.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1])));
    }
    await reader.cancel();
    drops += 1;
  }
  return { seqs, drops };
}

describe('under load', () => {
  it('Reconnects at random points under load lose nothing and, deduplicated by `seq`, repeat nothing.', async () => {
    const seed = Date.now() % 1_000_000;
    console.log(`seed ${seed}`);
    const random = randomFrom(seed);
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const holder = await claimOne(await newTestRunner(projectId));
    let last = Number.POSITIVE_INFINITY;
    const isDone = (seq: number) => seq >= last;
    const followers = [
      followSocket(taskId, random, isDone),
      followEvents(taskId, random, isDone),
    ] as const;
    for (let first = 1; first <= EVENTS; ) {
      const count = Math.min(1 + Math.floor(random() * 700), EVENTS - first + 1);
      expect((await holder.events(logBatch(first, count))).status).toBe(200);
      first += count;
    }
    last = (await getTask(taskId)).seq;
    const [socket, events] = await Promise.all(followers);
    const gapless = Array.from({ length: last }, (_, index) => index + 1);
    expect(socket.seqs).toEqual(gapless);
    expect(events.seqs).toEqual(gapless);
    expect(Math.min(socket.drops, events.drops)).toBeGreaterThan(2);
  }, 60_000);
});
