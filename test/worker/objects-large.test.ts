// Tasks that have grown large: they stay readable and writable.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { watchMany } from './viewer-world.ts';
import {
  allEvents,
  claimOne,
  eventually,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  send,
  taskStub,
  watch,
} from './world.ts';

async function newHolder() {
  const projectId = await newProject();
  await newTask({ projectId });
  return claimOne(await newTestRunner(projectId));
}

describe('a task that has grown large', () => {
  it('shows 100 logs of 60 KB to a reader and to a viewer', async () => {
    const holder = await newHolder();
    for (let first = 1; first <= 105; first += 15) {
      const events = Array.from({ length: 15 }, (_, index) => ({
        n: first + index,
        type: 'log:entry',
        data: { message: `${first + index} ${'x'.repeat(60_000)}` },
      }));
      expect((await holder.events(events)).status).toBe(200);
    }
    const { taskId } = holder;
    expect((await getTask(taskId)).logs).toHaveLength(100);
    const { frames } = await watch(taskId, '?after=0');
    await eventually(() => frames().at(-1)?.data['message']).toContain('105 x');
    const many = await watchMany(taskId, '?after=0');
    await eventually(() => many.events.at(-1)?.data.message).toContain('105 x');
    const seqs = (await allEvents(taskId)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  it('by its outputs is written in rows under 2 MB, also when its snapshot is due', async () => {
    const holder = await newHolder();
    const { taskId } = holder;
    const output = (n: number) => ({
      n,
      type: 'output:set',
      data: { key: `key ${n}`, value: 'x'.repeat(60_000) },
    });
    const eight = Array.from({ length: 8 }, (_, index) => output(index + 1));
    expect((await holder.events(eight)).status).toBe(200);
    const before = await getTask(taskId);
    expect((await holder.events([output(9)])).status).toBe(400);
    expect((await getTask(taskId)).seq).toBe(before.seq);
    const rows = await runInDurableObject(taskStub(taskId), (_object, { storage }) => {
      const sql = 'SELECT count(*) AS n FROM blocks';
      return storage.sql.exec<{ n: number }>(sql).one().n;
    });
    for (let row = rows; row < 505; row++) {
      const { status } = await send(`/tasks/${taskId}/log`, { message: `row ${row}` });
      expect([row, status]).toEqual([row, 200]);
    }
    const largest = await runInDurableObject(taskStub(taskId), (_object, { storage }) => {
      const sql = `SELECT max(n) AS n FROM (SELECT octet_length(state) AS n FROM snapshot
        UNION ALL SELECT octet_length(body) AS n FROM blocks)`;
      return storage.sql.exec<{ n: number }>(sql).one().n;
    });
    expect(largest).toBeLessThan(2_000_000);
    await evictDurableObject(taskStub(taskId));
    expect((await send(`/tasks/${taskId}/cancel`)).status).toBe(200);
    expect((await getTask(taskId)).status).toBe('cancelled');
  }, 20_000);
});
