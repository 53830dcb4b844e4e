// A long log beside a short one: appending, reading, resuming and waking cost the same.

import type { Call } from '../client/http-connection.ts';
import { HttpConnection } from '../client/http-connection.ts';
import { openLeased } from '../client/leased-session.ts';
import { askFor } from '../client/load.ts';
import { batchText } from '../client/task-session.ts';
import { Viewer } from '../client/viewer.ts';
import { slowness } from '../report.ts';
import { type Contender, compare, type Round } from '../rounds.ts';
import type { Measure, Scene } from '../scene.ts';
import type { Subject } from '../subject.ts';

const FLAT = { max: 1.3 } as const;
/** Small batches, so that a long log has many rows too. */
const BATCH = 10;
const SHORT_LOG = 100;
const MIDDLE_LOG = 10_000;
/** How far behind the end a viewer resumes. */
const BEHIND = 50;
const RESUMES_EACH_ROUND = 8;
const WAKES_EACH_ROUND = 8;
const ENTRY = JSON.stringify({ level: 'info', message: 'One more line at the end of the log' });

interface Log {
  readonly taskId: string;
  readonly seq: number;
}

/** A task with so many log entries, which nobody holds and nothing waits for. */
const writeLog = async (subject: Subject, events: number): Promise<Log> => {
  const { taskId, session, end } = await openLeased(subject);
  const batch = batchText(BATCH);
  for (let sent = 0; sent < events; sent += BATCH) await session.send(batch, BATCH);
  await session.settled();
  await end();
  return { taskId, seq: session.seq };
};

const askAlone = (subject: Subject, ms: number, call: Call): Contender => ({
  workerdPid: subject.workerdPid,
  prepare: async () => () => askFor(subject.url, () => call, { connections: 1, ms }),
});

/** Does a thing some times, and counts only the time that it says it took. */
const timed = (subject: Subject, count: number, once: () => Promise<number>): Contender => ({
  workerdPid: subject.workerdPid,
  prepare: async () => async (): Promise<Round> => {
    let ms = 0;
    for (let done = 0; done < count; done += 1) ms += await once();
    return { operations: count, ms };
  },
});

const timeOf = async (act: () => Promise<void>): Promise<number> => {
  const started = performance.now();
  await act();
  return performance.now() - started;
};

const resume = (subject: Subject, { taskId, seq }: Log): Contender =>
  timed(subject, RESUMES_EACH_ROUND, () =>
    timeOf(async () => {
      const viewer = await Viewer.open(subject.url, taskId, 'one', seq - BEHIND);
      await viewer.reach(seq);
      viewer.close();
    }),
  );

/** The first request after the object has lost its memory. */
const wake = (subject: Subject, { taskId }: Log): Contender =>
  timed(subject, WAKES_EACH_ROUND, async () => {
    const { miniflare } = subject.edge;
    await miniflare.unsafeEvictDurableObject('sluice', 'TaskObject', { name: taskId });
    const connection = await HttpConnection.open(subject.url);
    const ms = await timeOf(async () => {
      await connection.expect({ method: 'GET', path: `/tasks/${taskId}` });
    });
    connection.close();
    return ms;
  });

/** In this order: appending moves the logs on from where they are alike. */
const WAYS: Readonly<Record<string, (subject: Subject, log: Log, ms: number) => Contender>> = {
  wake,
  page: (subject, { taskId, seq }, ms) =>
    askAlone(subject, ms, {
      method: 'GET',
      path: `/tasks/${taskId}/events?after=${seq - BEHIND}&limit=${BEHIND}`,
    }),
  resume,
  append: (subject, { taskId }, ms) =>
    askAlone(subject, ms, { method: 'POST', path: `/tasks/${taskId}/log`, body: ENTRY }),
};

const sizeText = (events: number): string =>
  events >= 1_000 ? `${Math.round(events / 1_000)}k` : String(events);

/** Each way to touch a log, with a long one and a short one. */
export const longLogs: Measure = {
  name: 'logs',
  run: async ({ real, effort, note }: Scene) => {
    const { rounds, roundMs, log } = effort;
    const small = await writeLog(real, log.small);
    // As many rows more as the small one has: a wake folds those since the last snapshot, which come by the 500.
    const large = await writeLog(real, log.large + log.small);
    for (const [name, way] of Object.entries(WAYS)) {
      const found = await compare(way(real, large, roundMs), way(real, small, roundMs), rounds);
      note(slowness(`${name}${sizeText(log.large)}`, found, FLAT));
    }
    const get = ({ taskId }: Log): Contender =>
      askAlone(real, roundMs, { method: 'GET', path: `/tasks/${taskId}` });
    const short = await writeLog(real, SHORT_LOG);
    const middle = await writeLog(real, MIDDLE_LOG);
    note(slowness('get10k', await compare(get(middle), get(short), rounds), FLAT));
    note(
      slowness(`get${sizeText(log.large)}VsShort`, await compare(get(large), get(short), rounds)),
    );
  },
};
