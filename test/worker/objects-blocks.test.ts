// The rows of the log: how many there are, how large, how they are chained, and the snapshot beside them.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  allEvents,
  claimOne,
  getTask,
  type Holder,
  logBatch,
  newProject,
  newTask,
  newTestRunner,
  report,
  send,
  type TestRunner,
  taskStub,
} from './world.ts';

interface BlockRow extends Record<string, SqlStorageValue> {
  last: number;
  first: number;
  at: string;
  kind: string;
  epoch: number;
  producer: string | null;
  logs: number;
  body: string;
  body_hash: string;
  hash: string;
}

const blocksOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), (_object, { storage }) =>
    storage.sql.exec<BlockRow>('SELECT * FROM blocks ORDER BY last').toArray(),
  );
const snapshotsOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), (_object, { storage }) =>
    storage.sql.exec<{ seq: number }>('SELECT seq FROM snapshot').toArray(),
  );

async function newHolder(): Promise<{ taskId: string; runner: TestRunner; holder: Holder }> {
  const projectId = await newProject();
  const taskId = await newTask({ projectId });
  const runner = await newTestRunner(projectId);
  return { taskId, runner, holder: await claimOne(runner) };
}

/** A batch straight into the object, past the limits of a request. */
function ingest(runner: TestRunner, holder: Holder, texts: readonly string[], first = 1) {
  const { id, projectId } = runner;
  const { leaseId, epoch } = holder.grant.lease;
  return taskStub(holder.taskId).ingest({
    type: 'ingest',
    now: Date.now(),
    actor: {
      ...{ id, name: 'mac', kind: 'runner', scopes: ['tasks:run'] },
      ...{ projects: { [projectId]: 'owner' as const }, defaultProjectId: projectId, open: false },
    },
    ...{ leaseId, epoch, producer: 'main' },
    events: texts.map((message, index) => ({
      n: first + index,
      type: 'log:entry',
      data: { level: 'info', message },
    })),
  });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

describe('the rows of a log', () => {
  it('a batch of 500 log entries writes exactly one, and one log entry one', async () => {
    const { taskId, holder } = await newHolder();
    const before = await blocksOf(taskId);
    await holder.events(logBatch(1, 500));
    const [row, ...more] = (await blocksOf(taskId)).slice(before.length);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ kind: 'p', logs: 500, producer: 'main', producer_to: 500 });
    await send(`/tasks/${taskId}/log`, { message: 'x' });
    expect(await blocksOf(taskId)).toHaveLength(before.length + 2);
  });

  it('a repeated batch and a refused one write none', async () => {
    const { taskId, holder } = await newHolder();
    await holder.events(logBatch(1, 10));
    const before = await blocksOf(taskId);
    await holder.events(logBatch(1, 10));
    expect((await holder.events(logBatch(12, 1))).status).toBe(409);
    expect((await holder.events([{ n: 11, type: 'no:such', data: {} }])).status).toBe(400);
    expect(await blocksOf(taskId)).toEqual(before);
  });

  it('a batch of 3 MB is split into rows well under 2 MB, and comes back whole', async () => {
    const { taskId, runner, holder } = await newHolder();
    const before = (await blocksOf(taskId)).length;
    const texts = Array.from({ length: 100 }, (_, index) => `${index} ${'ä'.repeat(15_000)}`);
    const taken = await ingest(runner, holder, texts);
    expect(taken).toMatchObject({ ok: true, value: { acked: 100 } });
    const rows = (await blocksOf(taskId)).slice(before);
    expect(rows.length).toBeGreaterThan(1);
    for (const { body } of rows) {
      expect(new TextEncoder().encode(body).byteLength).toBeLessThan(2_000_000);
    }
    expect(rows.reduce((sum, { logs }) => sum + logs, 0)).toBe(100);
    await evictDurableObject(taskStub(taskId));
    const messages = (await allEvents(taskId)).flatMap((event) =>
      event.type === 'log:entry' ? event.data.message : [],
    );
    expect(messages).toEqual(texts);
  });

  it('hold every event once, and their hashes are a chain that anybody can recompute', async () => {
    const { taskId, runner, holder } = await newHolder();
    await holder.events(logBatch(1, 5));
    await ingest(runner, holder, Array(4).fill('x'.repeat(300_000)), 6);
    await holder.events([
      ...logBatch(10, 2),
      { n: 12, type: 'usage:report', data: { inputTokens: 1, outputTokens: 2 } },
      ...logBatch(13, 1),
    ]);
    await evictDurableObject(taskStub(taskId));
    await report(taskId, { status: 'cancelled' });
    let previous = sha256(`sluice-log-1\n${taskId}`);
    let last = 0;
    for (const row of await blocksOf(taskId)) {
      const { first, at, kind, epoch, producer } = row;
      expect(first).toBe(last + 1);
      const seqs = JSON.parse(row.body).map(({ seq }: { seq: number }) => seq);
      last = row.last;
      expect([seqs[0], seqs.at(-1), seqs.length]).toEqual([first, last, last - first + 1]);
      const bodyHash = sha256(row.body);
      expect(row.body_hash).toBe(bodyHash);
      const fields = [previous, first, last, at, kind, epoch, producer ?? '', bodyHash];
      expect(row.hash).toBe(sha256(['sluice-block-1', ...fields].join('\n')));
      previous = row.hash;
    }
    expect((await getTask(taskId)).seq).toBe(last);
  });
});

describe('the snapshot', () => {
  it('A batch of log entries writes one row, and with every 500th block the snapshot', async () => {
    const { taskId, runner, holder } = await newHolder();
    let n = 1;
    for (let blocks = (await blocksOf(taskId)).length; blocks < 500; blocks += 1) {
      const lines = 1 + (n % 7);
      await ingest(
        runner,
        holder,
        Array.from({ length: lines }, () => 'x'),
        n,
      );
      n += lines;
      if (blocks % 100 === 0) expect(await blocksOf(taskId)).toHaveLength(blocks + 1);
      expect(await snapshotsOf(taskId)).toHaveLength(blocks + 1 === 500 ? 1 : 0);
    }
    expect(await blocksOf(taskId)).toHaveLength(500);
  });

  it('comes with the 500th row, and with the rest of the log gives what a replay gives', async () => {
    const { taskId, runner, holder } = await newHolder();
    const rows = (await blocksOf(taskId)).length;
    for (let n = 1; n < 500 - rows; n++) await ingest(runner, holder, ['x'], n);
    expect(await snapshotsOf(taskId)).toEqual([]);
    await ingest(runner, holder, ['x'], 500 - rows);
    expect(await blocksOf(taskId)).toHaveLength(500);
    const { seq } = await getTask(taskId);
    expect(await snapshotsOf(taskId)).toEqual([{ seq }]);

    await holder.events(logBatch(501 - rows, 10));
    await send(`/tasks/${taskId}/pause`, { reason: 'manual' });
    await evictDurableObject(taskStub(taskId));
    const woken = await getTask(taskId);
    expect(await holder.events(logBatch(505 - rows, 10))).toMatchObject({
      body: { acked: 514 - rows, duplicates: 6 },
    });
    await evictDurableObject(taskStub(taskId));
    const before = await getTask(taskId);
    await runInDurableObject(taskStub(taskId), (_object, { storage }) => {
      storage.sql.exec('DELETE FROM snapshot');
    });
    await evictDurableObject(taskStub(taskId));
    const timeless = { lease: expect.objectContaining({ epoch: 1 }) };
    expect(await getTask(taskId)).toEqual({ ...before, ...timeless });
    expect(woken).toMatchObject({ status: 'paused', seq: before.seq - 4 });
  });

  it('of another version is not believed', async () => {
    const taskId = await newTask();
    const before = await getTask(taskId);
    await runInDurableObject(taskStub(taskId), (_object, { storage }) => {
      storage.sql.exec(`INSERT INTO snapshot VALUES (1, 2, -1, '{"nothing":"known"}')`);
    });
    await evictDurableObject(taskStub(taskId));
    expect(await getTask(taskId)).toEqual(before);
  });
});
