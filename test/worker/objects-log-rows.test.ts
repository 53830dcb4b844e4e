// What reading and writing a log costs stays the same however long it is: counted in rows, at 100,000 events.

import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src/objects/migrations.ts';
import type { EventLog } from '../../src/objects/task/event-log.ts';
import { LOG_LINK_MIGRATIONS, LOG_MIGRATIONS } from '../../src/objects/task/event-log.ts';
import { Snapshot } from '../../src/objects/task/snapshot.ts';
import { type BlockRow, countRows, rowsOf } from './log-rows.ts';
import { newLog } from './log-world.ts';
import { getTask, newTask, send, taskStub } from './world.ts';

/** Rows of the log that a wake may fold beside the snapshot, and those that it looks up. */
const WAKE_ROWS_MAX = 505;
/** The newest row, and the first with logs: two for each, for it passes through the queue of the query. */
const NEWEST_ROW = 4;

/** A log of 100,000 events in batches, and 1,500 that came alone. */
async function newLongLog() {
  const { taskId, fill, note, write } = await newLog();
  await fill(50, 1_000);
  await fill(1_500, 1);
  await fill(50, 1_000);
  return { taskId, note, write };
}

async function newShortLog() {
  const { taskId, fill, note, write } = await newLog();
  await fill(2, 1_000);
  await fill(15, 1);
  await fill(2, 1_000);
  return { taskId, note, write };
}

describe('a log of 100,000 events', () => {
  it('is read and woken as cheaply as a short one', async () => {
    const [long, short] = [await newLongLog(), await newShortLog()];
    const reads = async (taskId: string, act: (log: EventLog) => unknown) =>
      (await countRows(taskId, act)).read;
    const { seq } = await getTask(long.taskId);
    const { seq: shortSeq } = await getTask(short.taskId);
    expect(seq).toBeGreaterThan(101_500);

    for (const after of [0, 3_000, 50_500, seq - 1_000, seq - 1]) {
      const page = await reads(long.taskId, (log) => log.eventsAfter(after, 1_000));
      expect([after, page]).toEqual([after, expect.toSatisfy((rows: number) => rows <= 1_000)]);
    }
    expect(await reads(long.taskId, (log) => log.eventsAfter(seq, 1_000))).toBeLessThanOrEqual(1);
    expect(await reads(long.taskId, (log) => log.eventsAfter(seq - 500, 500))).toBe(1);
    expect(await reads(long.taskId, (log) => log.eventsAfter(0, 500))).toBe(
      await reads(short.taskId, (log) => log.eventsAfter(0, 500)),
    );

    for (const { taskId } of [long, short]) {
      expect(await reads(taskId, (log) => log.newestLogs(100))).toBe(NEWEST_ROW);
      expect(await reads(taskId, (log) => log.hasFoldedAfter(0))).toBe(1);
      expect(await reads(taskId, (log) => log.toldBytes)).toBe(1);
    }
    const folded = (taskId: string, after: number) =>
      reads(taskId, (log) => log.foldedAfter(after));
    expect(await folded(long.taskId, 0)).toBe(await folded(short.taskId, 0));
    expect(await folded(long.taskId, seq - 1)).toBe(await folded(short.taskId, shortSeq - 1));

    for (const { taskId } of [long, short]) {
      const wake = await countRows(taskId, (log, sql) => new Snapshot(sql).load(log));
      expect(wake.read).toBeLessThanOrEqual(WAKE_ROWS_MAX);
    }
  });

  it('shows the newest hundred logs from their own rows, whatever lies between them', async () => {
    const { taskId, fill, note } = await newLog();
    for (let round = 0; round < 110; round++) {
      await fill(1, 1);
      for (let count = 0; count < 3; count++) await note();
    }
    const { read } = await countRows(taskId, (log) => {
      expect(log.newestLogs(100)).toHaveLength(100);
    });
    expect(read).toBe(NEWEST_ROW + 99 * 2);
    expect((await getTask(taskId)).logs).toHaveLength(100);
  });

  it('looks no further back than the first that is pruned', async () => {
    const { taskId, fill } = await newLog();
    await fill(1, 5);
    await runInDurableObject(taskStub(taskId), (_object, { storage }) => {
      storage.sql.exec('UPDATE blocks SET body = NULL WHERE logs > 0');
    });
    const pruned = await countRows(taskId, (log) => expect(log.newestLogs(100)).toEqual([]));
    expect(pruned.read).toBe(NEWEST_ROW);
    const silent = await countRows(await newTask(), (log) => log.newestLogs(100));
    expect(silent.read).toBe(1);
  });

  it('looks at a thousand rows a page where nothing is to be found', async () => {
    const { taskId, fill } = await newLog();
    await fill(1_100, 1);
    const { seq } = await getTask(taskId);
    let next: number | null = 0;
    for (const expected of [1_000, (await rowsOf(taskId)).length - 1_000]) {
      const after: number = next ?? seq;
      const { read } = await countRows(taskId, (log) => {
        const page = log.logsAfter({ after, limit: 100, q: 'no such line' });
        expect(page.logs).toEqual([]);
        next = page.next;
      });
      expect(read).toBe(expected);
    }
    expect(next).toBe(null);
    await runInDurableObject(taskStub(taskId), (_object, { storage }) => {
      storage.sql.exec("UPDATE blocks SET body = NULL WHERE kind = 'p'");
    });
    const gap = await countRows(taskId, (log) => {
      expect(log.eventsAfter(50, 1).map(({ seq }) => seq)).toEqual([1_050]);
    });
    expect(gap.read).toBe(1_000);
  });

  it('takes a commit of 500 log entries in one row, and nothing beside it', async () => {
    const { taskId, write } = await newLongLog();
    const written = () =>
      runInDurableObject(taskStub(taskId), (_object, { storage }) => {
        const { sql } = storage;
        const [row] = sql.exec<{ n: number }>('SELECT total_changes() AS n').toArray();
        return row?.n ?? 0;
      });
    const before = await written();
    await write(500);
    expect((await written()) - before).toBe(1);
  });
});

describe('a log from before its rows were linked', () => {
  it('is given its links, and goes on as if it had always had them', async () => {
    const { taskId, fill, note } = await newLog();
    await fill(2, 3);
    await note();
    await fill(2, 3);
    await send(`/tasks/${taskId}/pause`);
    const expected = await rowsOf(taskId);
    const other = await newTask();
    const migrated = await runInDurableObject(taskStub(other), (_object, { storage }) => {
      const { sql } = storage;
      sql.exec('DROP TABLE blocks');
      sql.exec('DELETE FROM migrations');
      migrate(storage, LOG_MIGRATIONS);
      for (const row of expected) {
        const { told_bytes: _, logs_before: __, state_before: ___, ...old } = row;
        const names = Object.keys(old).join(', ');
        const marks = Object.keys(old).fill('?').join(', ');
        sql.exec(`INSERT INTO blocks(${names}) VALUES (${marks})`, ...Object.values(old));
      }
      migrate(storage, [...LOG_MIGRATIONS, ...LOG_LINK_MIGRATIONS]);
      return sql.exec<BlockRow>('SELECT * FROM blocks ORDER BY last').toArray();
    });
    expect(migrated).toEqual(expected);
    expect(new Set(expected.map((row) => row.logs_before)).size).toBeGreaterThan(3);
  });
});
