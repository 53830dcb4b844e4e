// Old bodies go and headers stay: state, numbers and the chain are what they were, and readers are told of the gap.

import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/domain/digest.ts';
import { BODY_LIMITS } from '../../src/domain/retention.ts';
import { EventLog } from '../../src/objects/task/event-log.ts';
import { Retention } from '../../src/objects/task/retention.ts';
import { ask } from './ask.ts';
import { evict, rowsOf, sizeOf } from './log-rows.ts';
import { newLog, upTo } from './log-world.ts';
import { type Seen, watchMany } from './viewer-world.ts';
import { eventually, getTask, read, send, taskStub, watch } from './world.ts';

interface Page {
  events: Seen[];
  count: number;
  last: number;
  head: number;
  end?: true;
}
const pageOf = async (taskId: string, query: string) =>
  (await read<Page>(`/tasks/${taskId}/events?${query}`)).body;

/** Prunes a task as if it might hold no more than `bytesMax`. */
async function trim(taskId: string, bytesMax: number) {
  await evict(taskId);
  const held = await runInDurableObject(taskStub(taskId), (_object, { storage }) => {
    const log = new EventLog(storage.sql, taskId);
    const retention = new Retention(storage, log, { ...BODY_LIMITS, bytesMax });
    retention.trim();
    return retention.heldBytes;
  });
  await evict(taskId);
  return held;
}

/** A log of ten commits of ten lines and one of an output among them; the first five of lines are pruned. */
async function newPrunedLog() {
  const { taskId, fill, note, ...rest } = await newLog();
  const first = (await getTask(taskId)).seq + 1;
  await fill(3, 10, { chars: 500 });
  await note();
  await fill(7, 10, { chars: 500 });
  const before = {
    task: await getTask(taskId),
    events: (await pageOf(taskId, 'limit=1000')).events,
  };
  const rows = await rowsOf(taskId);
  const told = rows.filter(({ kind }) => kind === 'p');
  const kept = (told.length - 5) * (told[0]?.body?.length ?? 0);
  await trim(taskId, Math.ceil((kept * 16) / 15) + 200);
  return { taskId, first, before, rows, ...rest };
}

/** What a reader is to get in place of the events: gaps where the bodies are gone. */
function withGaps(events: readonly Seen[], gaps: readonly (readonly [number, number])[]): Seen[] {
  return events.flatMap((event) => {
    const gap = gaps.find(([from, to]) => from <= event.seq && event.seq <= to);
    if (gap === undefined) return [event];
    const [from, to] = gap;
    if (event.seq !== to) return [];
    const { taskId, timestamp, seq } = event;
    const data = { from, to, reason: 'pruned' };
    return [{ type: 'stream:gap', taskId, timestamp, data, seq }];
  });
}

async function newGaps() {
  const world = await newPrunedLog();
  const { first } = world;
  const gaps = [
    [first, first + 29],
    [first + 31, first + 50],
  ] as const;
  return { ...world, gaps, expected: withGaps(world.before.events, gaps) };
}

describe('a task over its size', () => {
  it('loses its oldest bodies and nothing else', async () => {
    const { taskId, rows, before } = await newPrunedLog();
    const after = await rowsOf(taskId);
    const gone = after.flatMap(({ body }, index) => (body === null ? index : []));
    const told = rows.flatMap(({ kind }, index) => (kind === 'p' ? index : []));
    expect(gone).toEqual(told.slice(0, 5));
    expect(after).toEqual(
      rows.map((row, index) => (gone.includes(index) ? { ...row, body: null } : row)),
    );
    let previous = sha256(`sluice-log-1\n${taskId}`);
    for (const row of after) {
      const fields = [row.first, row.last, row.at, row.kind, row.epoch, row.producer ?? ''];
      const link = ['sluice-block-1', previous, ...fields, row.body_hash].join('\n');
      expect(row.hash).toBe(sha256(link));
      previous = row.hash;
    }
    const { logs: newest, lease: _, ...task } = await getTask(taskId);
    const { logs, lease: __, ...was } = before.task;
    expect(task).toEqual(was);
    expect(newest).toEqual(logs.slice(-50));
  });

  it('folds to the same state without its snapshot', async () => {
    const { taskId, before } = await newPrunedLog();
    await runInDurableObject(taskStub(taskId), (_object, { storage }) => {
      storage.sql.exec('DELETE FROM snapshot');
    });
    await evict(taskId);
    const { seq, status, stages } = await getTask(taskId);
    expect({ seq, status, stages }).toEqual({
      seq: before.task.seq,
      status: before.task.status,
      stages: before.task.stages,
    });
  });

  it('knows what it holds, however often it forgets', async () => {
    const { taskId, write } = await newPrunedLog();
    const generous = 1_000_000_000;
    expect(await trim(taskId, generous)).toBe(await sizeOf(taskId));
    await write(10, { message: 'ü🙂' });
    expect(await trim(taskId, generous)).toBe(await sizeOf(taskId));
    const { length } = await rowsOf(taskId);
    const held = await trim(taskId, 16_000);
    expect(held).toBe(await sizeOf(taskId));
    expect(held).toBeLessThanOrEqual(15_000);
    expect(await rowsOf(taskId)).toHaveLength(length);
    expect(await trim(taskId, 0)).toBe(0);
    expect(await sizeOf(taskId)).toBe(0);
    expect((await getTask(taskId)).logs).toEqual([]);
    await write(1, { message: 'after it' });
    expect((await getTask(taskId)).logs).toHaveLength(1);
  });

  it('never prunes what state is folded from', async () => {
    const { taskId } = await newPrunedLog();
    await trim(taskId, 0);
    for (const { kind, body } of await rowsOf(taskId)) expect(body === null).toBe(kind === 'p');
  });
});

describe('a gap', () => {
  it('stands in pages of any size, which count it as one entry', async () => {
    const { taskId, before, expected } = await newGaps();
    const { seq } = before.task;
    for (const limit of [1_000, 7, 1]) {
      const events: Seen[] = [];
      for (let after = 0; after < seq; ) {
        const page = await pageOf(taskId, `after=${after}&limit=${limit}`);
        expect(page).toMatchObject({ count: page.events.length, head: seq });
        expect(page.count).toBeGreaterThan(0);
        expect(page.count).toBeLessThanOrEqual(limit);
        expect(page.last).toBe(page.events.at(-1)?.seq);
        after = page.last;
        events.push(...page.events);
      }
      expect(events).toEqual(expected);
    }
  });

  it('begins behind a cursor that stands in it, and a wait finds it at once', async () => {
    const { taskId, gaps, before } = await newGaps();
    const [, [from, to]] = gaps;
    const page = await pageOf(taskId, `after=${from + 4}&limit=1&wait=30`);
    expect(page.events).toEqual([
      {
        type: 'stream:gap',
        taskId,
        timestamp: before.events.find(({ seq }) => seq === to)?.timestamp,
        data: { from: from + 5, to, reason: 'pruned' },
        seq: to,
      },
    ]);
    expect(page).toMatchObject({ count: 1, last: to });
    const [next] = (await pageOf(taskId, `after=${to}&limit=1`)).events;
    expect(next?.seq).toBe(to + 1);
  });

  it('comes by WebSocket, in frames of many and as a server-sent event, in the same bytes', async () => {
    const { taskId, expected, before } = await newGaps();
    await send(`/tasks/${taskId}/cancel`);
    const { seq } = await getTask(taskId);
    const texts = [...expected, ...(await pageOf(taskId, `after=${before.task.seq}`)).events].map(
      (event) => JSON.stringify(event),
    );
    const [single, many] = [await watch(taskId, '?after=0'), await watchMany(taskId, '?after=0')];
    await eventually(() => single.frames().at(-1)?.seq).toBe(seq);
    await eventually(() => many.events.at(-1)?.seq).toBe(seq);
    expect(single.raw.slice(1)).toEqual(texts);
    expect(many.events.map((event) => JSON.stringify(event))).toEqual(texts);
    const headers = { Accept: 'text/event-stream' };
    const answer = await ask(`/tasks/${taskId}/events?after=0&until=end`, { headers });
    const text = await answer.text();
    expect([...text.matchAll(/^data: ([^\n]*)\n/gm)].map((match) => match[1]).slice(1, -1)).toEqual(
      texts,
    );
    const [id] = text.match(/id: \d+\nevent: stream:gap/) ?? [];
    expect(id).toBe(
      `id: ${expected.find(({ type }) => type === 'stream:gap')?.seq}\nevent: stream:gap`,
    );
  });

  it('is what a viewer gets who is fed from the log while that is pruned', async () => {
    const { taskId, fill, write } = await newLog();
    await fill(10, 10, { chars: 65_000 });
    const stuck = await watchMany(taskId, '?after=0', { isSilent: true });
    await eventually(stuck.bytes).toBeGreaterThan(3_000_000);
    const first = stuck.events.map(({ seq }) => seq);
    await trim(taskId, 0);
    const seq = await write(1);
    stuck.acknowledge();
    await eventually(() => stuck.events.at(-1)?.seq).toBe(seq);
    const [gap, line] = stuck.events.slice(first.length);
    expect(first).toEqual(upTo(first.length));
    expect(gap?.data).toEqual({ from: first.length + 1, to: seq - 1, reason: 'pruned' });
    expect(line).toMatchObject({ type: 'log:entry', seq });
  });
});
