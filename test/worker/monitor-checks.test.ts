// What a check finds, and what is kept of it.

import { runInDurableObject } from 'cloudflare:test';
import { expect, it } from 'vitest';
import type { Check } from '../../src/contract/monitor.ts';
import { quantileOf } from '../../src/domain/histogram.ts';
import { CheckTable } from '../../src/objects/monitor/check-table.ts';
import type { Remembered } from '../../src/objects/monitor/monitor-memory.ts';
import { ask } from './ask.ts';
import { publish, visitsTo } from './internet.ts';
import {
  checkNow,
  checkTimes,
  getMonitor,
  monitorStub,
  newMonitor,
  sleep,
  UP,
} from './monitor-world.ts';
import { eventually, read } from './world.ts';

type Page = { data: Check[]; pagination: { total: number | null; nextCursor: string | null } };

it.each([
  [{}, { status: 200 }, { ok: true, status: 200, error: null }],
  [{}, { status: 404 }, { ok: false, status: 404, error: 'unexpected_status' }],
  [{ expectedStatus: [404] }, { status: 404 }, { ok: true, status: 404, error: null }],
  [{ expectedStatus: '3xx' }, { status: 302 }, { ok: true, status: 302, error: null }],
  [{}, { status: 302 }, { ok: false, status: 302, error: 'unexpected_status' }],
  [{ bodyContains: 'well' }, { body: 'all is well' }, { ok: true, error: null }],
  [{ bodyContains: 'ill' }, { body: 'all is w' }, { ok: false, error: 'text_missing' }],
  [{ bodyContains: '0000' }, { endless: true }, { ok: true, error: null }],
  [
    { bodyContains: 'end' },
    { body: `${'x'.repeat(16_381)}end` },
    { ok: true, status: 200, error: null },
  ],
  [
    { bodyContains: 'end' },
    { body: `${'x'.repeat(16_382)}end` },
    { ok: false, error: 'text_missing' },
  ],
  [{ timeoutMs: 200 }, { silent: true }, { ok: false, status: null, error: 'timeout' }],
  [{ method: 'HEAD' }, { status: 200 }, { ok: true, status: 200 }],
] as const)('a check is judged as its monitor says (case %#)', async (fields, page, found) => {
  const target = 'https://elsewhere.example.com/';
  const { id } = await newMonitor(fields, { ...page, headers: { Location: target } });
  const { check, monitor } = await checkNow(id);
  expect(check).toMatchObject(found);
  expect(monitor).toMatchObject({
    lastCheckAt: check.at,
    lastLatencyMs: check.latencyMs,
    consecutiveFailures: check.ok ? 0 : 2,
  });
  expect(await visitsTo(target)).toEqual([]);
});

it('lists the newest first, by page and by cursor, each once', async () => {
  const { id } = await newMonitor();
  for (let n = 0; n < 4; n++) await checkNow(id);
  const path = `/v1/monitors/${id}/checks`;
  const { body: first } = await read<Page>(`${path}?limit=3`);
  expect([first.data.length, first.pagination.total]).toEqual([3, 5]);
  const { body: rest } = await read<Page>(
    `${path}?limit=3&cursor=${first.pagination.nextCursor ?? ''}`,
  );
  const times = [...first.data, ...rest.data].map(({ at }) => Date.parse(at));
  expect(times).toHaveLength(5);
  expect(times).toEqual(times.toSorted((one, other) => other - one));
  expect(Object.keys(first.data[0] ?? {}).sort()).toEqual(
    ['at', 'error', 'latencyMs', 'ok', 'status'].sort(),
  );
  expect((await ask(`${path}?limit=101`)).status).toBe(400);
});

it('keeps 1,440 checks and the sums of all, also while it sleeps', async () => {
  const { id } = await newMonitor();
  const day = Date.UTC(2026, 0, 5);
  await runInDurableObject(monitorStub(id), (_, { storage }) => {
    const table = new CheckTable(storage.sql);
    for (let n = 0; n < 2_000; n++) {
      const at = new Date(day + n * 60_000).toISOString();
      const ok = n % 10 !== 0;
      table.add({ at, ok, status: ok ? 200 : 500, latencyMs: n, error: null });
    }
    expect(
      storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM checks').one().n,
    ).toBeLessThan(1_440 + 60);
  });
  await sleep(id);
  const { body } = await read<Page>(`/v1/monitors/${id}/checks?limit=100`);
  expect(body.pagination.total).toBe(1_440);
  const sums = (from: number, to: number) =>
    runInDurableObject(monitorStub(id), (object) => object.sums(day + from, day + to));
  const both = await sums(0, 2 * 86_400_000);
  expect([both.checks, both.failed, both.latencies.max]).toEqual([2_000, 200, 1_999]);
  expect(Math.abs((quantileOf(both.latencies, 0.5) ?? 0) / 1_000 - 1)).toBeLessThan(0.06);
  expect(await sums(0, 86_400_000)).toMatchObject({ checks: 1_440, failed: 144 });
  expect(await sums(86_400_000, 2 * 86_400_000)).toMatchObject({ checks: 560, failed: 56 });
});

it('asks once where many ask at the same time', async () => {
  const { id, url } = await newMonitor({}, { ...UP });
  const visits = (await visitsTo(url)).length;
  await publish(url, { ...UP, silent: true });
  const answers = await Promise.all(Array.from({ length: 8 }, () => checkNow(id)));
  expect(new Set(answers.map(({ check }) => check.at)).size).toBe(1);
  expect(await visitsTo(url)).toHaveLength(visits + 1);
});

it('shows what it has found also where an earlier release has kept it, without since when', async () => {
  const { id } = await newMonitor();
  const { monitor } = await checkTimes(id, 2);
  expect(monitor).toMatchObject({ state: 'up', consecutiveFailures: 0 });
  await runInDurableObject(monitorStub(id), (_, { storage }) => {
    const { since: _since, row, ...known } = storage.kv.get<Remembered>('monitor') as Remembered;
    const { since: _also, ...before } = row;
    storage.kv.put('monitor', { ...known, row: before });
  });
  await eventually(() => getMonitor(id)).toEqual(monitor);
});
