// What was promised of costs, in the words of the promise.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { WINDOW } from '../../src/contract/session.ts';
import { COUNTED } from '../../tools/costs/counted.ts';
import { logFrame, openSession } from '../worker/session-world.ts';
import { eventually, getTask, newTask, report, send, taskStub } from '../worker/world.ts';
import { costOf, expectCost, stopTime } from './cost-of.ts';
import { newKnownHolder, newKnownWorld } from './known-world.ts';

stopTime();

/** What an object looks up when it wakes, before it knows that it has a snapshot: its tables and their version. */
const WAKE_ROWS = 13;
/** A hundred log entries, each in a row of its own: the step to the next one is counted as a row, too. */
const LOG_ROWS = 201;

async function newKnownSession() {
  const holder = await newKnownHolder();
  const session = await openSession(holder);
  /** So many batches of so many log lines, as fast as they are taken. */
  const log = async (batches: number, lines: number): Promise<void> => {
    for (let sent = 1; sent <= batches; sent += 1) {
      session.say(logFrame((sent - 1) * lines + 1, lines));
      if (sent % WINDOW.frames > 0 && sent < batches) continue;
      await eventually(() => session.all('ack').length).toBe(sent);
    }
  };
  return { ...holder, log };
}

const blocksAfterSnapshot = (taskId: string): Promise<number> =>
  runInDurableObject(taskStub(taskId), (_, { storage }) => {
    const sql = `SELECT count(*) AS blocks FROM blocks
      WHERE last > coalesce((SELECT seq FROM snapshot), 0)`;
    return storage.sql.exec<{ blocks: number }>(sql).one().blocks;
  });

/** What a GET reads, now and once the object has slept. */
async function expectGetInBounds(taskId: string): Promise<void> {
  expect((await costOf(() => getTask(taskId))).rowsRead ?? 0).toBeLessThanOrEqual(LOG_ROWS);
  const after = await blocksAfterSnapshot(taskId);
  expect(after).toBeLessThan(500);
  await evictDurableObject(taskStub(taskId));
  const { rowsRead } = await costOf(() => getTask(taskId));
  expect(rowsRead).toBeGreaterThan(after);
  expect(rowsRead).toBeLessThanOrEqual(WAKE_ROWS + 1 + after + LOG_ROWS);
}

describe('what was promised', () => {
  it('a batch of log events writes one row (each 500th block a snapshot too, each 10,000th event a checkpoint)', async () => {
    const { taskId, log } = await newKnownSession();
    const cost = await costOf(() => log(1_250, 80));
    // A checkpoint is a row and that of its cursor, which the first one makes with its index.
    const rowsWritten = 1_250 + 2 + 10 * 2 + 1;
    expect(cost).toMatchObject({ messagesIn: 1_250, rowsWritten, messagesOut: 1_250 });
    // Of all of them one asks for the keys, if nobody has in the last minute.
    expect(cost.d1Statements ?? 0).toBeLessThanOrEqual(1);

    // So an object wakes with its snapshot and the blocks after it, however long its log is.
    await evictDurableObject(taskStub(taskId));
    await expectCost('wake', () => send(`/tasks/${taskId}/log`, { message: 'Awake.' }));
  });

  it('a whole five-stage task at most 12 D1 statements', () => {
    expect(COUNTED.wholeTask.cost.d1Statements).toBeLessThanOrEqual(12);
    expect(COUNTED.reviewedTask.cost.d1Statements).toBeLessThanOrEqual(12);
  });

  it('a gate writes a row of the inbox when it is reached and one when it is decided, and nothing else does', async () => {
    const { projectId } = await newKnownWorld();
    const statements = async (act: () => Promise<unknown>) => (await costOf(act)).d1Statements;
    const lived = async (autonomy: string) => {
      const taskId = await newTask({ projectId, autonomy });
      return [
        await statements(() => report(taskId, { status: 'in-progress' })),
        await statements(() => report(taskId, { status: 'completed' })),
      ];
    };
    const [begun, ended] = await lived('full');
    expect([begun, ended]).toEqual([1, 1]);
    expect(await lived('review-before-merge')).toEqual([1, 2]);
    // A decision writes the row of the task, that of the gate, and the audit.
    expect(COUNTED.approveHeld.cost.d1Statements).toBe(3);
    expect(COUNTED.approveEarly.cost.d1Statements).toBe(2);
  });

  it('GET of a task with 10,000 logs costs the same as with 100', async () => {
    const [long, short] = [await newKnownSession(), await newKnownSession()];
    await long.log(500, 20);
    await short.log(5, 20);
    const cost = await costOf(() => getTask(short.taskId));
    expect(await costOf(() => getTask(long.taskId))).toEqual(cost);
    await expectGetInBounds(long.taskId);
  });

  it('a GET of a task reads no more than its snapshot, the blocks after it and 100 log entries', async () => {
    const { taskId, log, events } = await newKnownSession();
    await log(300, 1);
    await expectGetInBounds(taskId);
    for (let n = 1; n <= 200; n += 1) {
      await events([{ n, type: 'agent:message', data: { message: 'Hm.' } }], 'aside');
    }
    await expectGetInBounds(taskId);
  });
});
