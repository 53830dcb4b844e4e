// From one log entry to all who watch: the time until the last of them has it.
import { HttpConnection } from '../client/http-connection.ts';
import { openLeased } from '../client/leased-session.ts';
import { createTask } from '../client/leased-task.ts';
import { batchText } from '../client/task-session.ts';
import { type FrameForm, Viewer } from '../client/viewer.ts';
import { slowness, throughput } from '../report.ts';
import { type Contender, compare, type Round } from '../rounds.ts';
import type { Measure, Scene } from '../scene.ts';
import type { Subject } from '../subject.ts';

/** How many watch, and how many entries they are sent in a round. */
const AUDIENCES = [
  { viewers: 1, entries: 100 },
  { viewers: 100, entries: 20 },
  { viewers: 1_000, entries: 4 },
] as const;
const BOUNDED_AUDIENCE = 1_000;
const OPENED_AT_ONCE = 20;
const FRAME = 100;
const ENTRY = JSON.stringify({ level: 'info', message: 'Something that all of them shall see' });

type Closing<T> = T & { readonly end: () => Promise<void> };

const openViewers = async (
  url: string,
  taskId: string,
  options: { readonly count: number; readonly form: FrameForm },
): Promise<readonly Viewer[]> => {
  const viewers: Viewer[] = [];
  while (viewers.length < options.count) {
    const missing = Math.min(OPENED_AT_ONCE, options.count - viewers.length);
    const opening = Array.from({ length: missing }, () => Viewer.open(url, taskId, options.form));
    viewers.push(...(await Promise.all(opening)));
  }
  return viewers;
};

const openAudience = async (
  subject: Subject,
  options: { readonly count: number; readonly entries: number; readonly form: FrameForm },
): Promise<Closing<Contender>> => {
  const { url } = subject;
  const first = await HttpConnection.open(url);
  const taskId = await createTask(first);
  first.close();
  const viewers = await openViewers(url, taskId, options);
  // A task that was just created has two events.
  let seq = 2;
  const round = async (connection: HttpConnection): Promise<Round> => {
    const started = performance.now();
    for (let sent = 0; sent < options.entries; sent += 1) {
      seq += 1;
      const seen = viewers.map((viewer) => viewer.reach(seq));
      await connection.expect({ method: 'POST', path: `/tasks/${taskId}/log`, body: ENTRY });
      await Promise.all(seen);
    }
    const ms = performance.now() - started;
    connection.close();
    return { operations: options.entries, ms };
  };
  return {
    workerdPid: subject.workerdPid,
    prepare: async () => {
      const connection = await HttpConnection.open(url);
      return () => round(connection);
    },
    end: async () => {
      for (const viewer of viewers) viewer.close();
    },
  };
};

const measureAudience = async (
  scene: Scene,
  audience: (typeof AUDIENCES)[number],
  form: FrameForm,
): Promise<void> => {
  const { viewers: count, entries } = audience;
  const left = await openAudience(scene.real, { count, entries, form });
  const right = await openAudience(scene.skeleton, { count, entries, form });
  const found = await compare(left, right, scene.effort.rounds);
  await left.end();
  await right.end();
  const name = `fanOut${form === 'many' ? 'Many' : ''}${count}`;
  scene.note(slowness(name, found, count === BOUNDED_AUDIENCE ? { max: 1.15 } : undefined));
};

/** Each audience with frames of one event and of many. */
export const fanOut: Measure = {
  name: 'fanOut',
  run: async (scene) => {
    for (const form of ['one', 'many'] as const) {
      for (const audience of AUDIENCES) await measureAudience(scene, audience, form);
    }
  },
};

/** A runner and one viewer: events from the one to the other, `count` a frame on both ways. */
const openDelivery = async (
  subject: Subject,
  options: { readonly count: number; readonly form: FrameForm; readonly ms: number },
): Promise<Closing<Contender>> => {
  const { count, form, ms } = options;
  const leased = await openLeased(subject);
  const viewer = await Viewer.open(subject.url, leased.taskId, form);
  const events = batchText(count);
  const round = async (): Promise<Round> => {
    const started = performance.now();
    let operations = 0;
    while (performance.now() - started < ms) {
      await leased.session.send(events, count);
      operations += count;
    }
    await leased.session.settled();
    await viewer.reach(leased.session.seq);
    return { operations, ms: performance.now() - started };
  };
  const end = async (): Promise<void> => {
    viewer.close();
    await leased.end();
  };
  return { workerdPid: subject.workerdPid, prepare: async () => round, end };
};

/** Events that reach a viewer a second: a hundred a frame beside one. */
export const framesOfMany: Measure = {
  name: 'frames',
  run: async ({ real, effort, note }) => {
    const { roundMs: ms, rounds } = effort;
    const left = await openDelivery(real, { count: FRAME, form: 'many', ms });
    const right = await openDelivery(real, { count: 1, form: 'one', ms });
    const found = await compare(left, right, rounds);
    await left.end();
    await right.end();
    note(throughput(`framesOf${FRAME}`, found, { min: 10 }));
  },
};
