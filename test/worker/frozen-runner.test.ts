// A runner that stands still for longer than its lease, with all that it had in hand, and then goes on as if nothing were.

import { runInDurableObject } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { later, ring, stopTheClock } from './leased-world.ts';
import { logFrame, newSession } from './session-world.ts';
import {
  claimOne,
  getTask,
  type Holder,
  logBatch,
  type Reply,
  send,
  taskStub,
  workOn,
} from './world.ts';

stopTheClock();

const FROZEN_MS = 300_000;
const LATE = ['stale_epoch', 'no_lease'];

/** Everything that the object has on disk of what was said and decided. */
const tablesOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), (_object, { storage: { sql } }) =>
    ['blocks', 'receipts'].map((table) => sql.exec(`SELECT * FROM ${table}`).toArray()),
  );

/** All that a runner can say for its lease, and its agent with the token that came with it. */
async function sayAll(holder: Holder): Promise<readonly Reply[]> {
  const { taskId, grant } = holder;
  const { leaseId, epoch } = grant.lease;
  const action = { type: 'custom', target: { name: 'x' }, params: { data: {} } };
  const use = { gateId: 'gate_x', nonce: 'x'.repeat(22), actionHash: 'x', consumeId: 'cns_1' };
  const token = grant.agentToken;
  return [
    await holder.events(logBatch(4, 3)),
    await holder.events(logBatch(1, 3)),
    await holder.beat({ workId: grant.work.workId, progress: { percent: 99 } }),
    await holder.result(grant.work.workId, { summary: 'done' }),
    await send(`/tasks/${taskId}/gates`, { leaseId, epoch, name: 'push', action }, { token }),
    await send(`/tasks/${taskId}/gates/push/consume`, { leaseId, epoch, ...use }, { token }),
    await send(`/tasks/${taskId}/log`, { message: 'still here' }, { token }),
    await send(`/tasks/${taskId}/status`, { status: 'completed' }, { token }),
  ];
}

it.each([
  ['while nobody else has taken its task', false],
  ['while another is at work on it, and after that has ended', true],
])('A runner frozen for 5 min and woken writes nothing: %s', async (_, isTaken) => {
  const { taskId, runner, holder, session } = await newSession({ autonomy: 'full' });
  await holder.beat({ workId: holder.grant.work.workId });
  await holder.events(logBatch(1, 3));

  later(FROZEN_MS);
  expect(await ring(taskId)).toBe(true);
  const expectNothing = async () => {
    const before = { task: await getTask(taskId), tables: await tablesOf(taskId) };
    for (const { status, body } of await sayAll(holder)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      if (status === 409) expect(LATE).toContain(body['code']);
    }
    // To give back what one no longer has is no fault, and no deed.
    await holder.release();
    expect({ task: await getTask(taskId), tables: await tablesOf(taskId) }).toEqual(before);
  };
  // The frame lay in the socket of the frozen process, and the socket is closed on it.
  try {
    session.say(logFrame(4, 3));
  } catch {
    // It was closed already.
  }
  await session.closed;
  expect(session.all('ack')).toEqual([]);
  expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 2 });
  await expectNothing();
  if (!isTaken) return;
  later(60_000);
  const next = await claimOne(runner);
  await next.events(logBatch(1, 1));
  await expectNothing();
  expect(await workOn(next)).toMatchObject({ do: 'stop', status: 'completed' });
  await expectNothing();
});
