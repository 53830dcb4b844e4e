// The board under a feed: one that breaks, and one that never rests.

import type { WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { TaskRow, TaskStatus } from '../../../src/contract/task.ts';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { mainThreadTasks } from '../world/main-thread.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

/** Does it for each, some at a time. */
async function forEach<T>(items: readonly T[], does: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await does(item);
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

/** The last event of the project. */
const headOf = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
    socket.onerror = () => reject(new Error('The feed does not open.'));
    socket.onmessage = ({ data }) => {
      socket.close();
      resolve((JSON.parse(String(data)) as { seq: number }).seq);
    };
  });

/** Every card of the board, once all columns show all that they have. */
async function cardsOf({ page }: Watched): Promise<readonly string[]> {
  const more = page.getByRole('button', { name: '50 more' });
  const click = (all: readonly (HTMLElement | SVGElement)[]): void => {
    for (const one of all) if (one instanceof HTMLElement) one.click();
  };
  const left = async (): Promise<number> => {
    await more.evaluateAll(click);
    return more.count();
  };
  await expect.poll(left, { timeout: 20_000 }).toBe(0);
  return page
    .locator('.card [data-task]')
    .evaluateAll((links) => links.map((link) => link.getAttribute('data-task') ?? ''));
}

const ENDS: readonly TaskStatus[] = ['planning', 'in-progress', 'waiting-approval', 'failed'];
const TASKS = 180;

describe('a board whose connection is cut during 1,000 events', () => {
  it('shows each task once and as it is when it is back, and says what it has caught up', async () => {
    const client = new Client(server.url);
    const cable = await TcpProxy.listen(server.port);
    onTestFinished(() => cable.close());
    const seen = await watchPage(await chromium.visitor(), cable.url, {
      forgive: /ERR_|WebSocket connection/,
    });
    const mark = seen.page.locator('.live');
    await client.create({ description: 'Before the cut' });
    await seen.open('/console/');
    await seen.page.locator('.card').waitFor();
    await mark.filter({ hasText: 'live' }).waitFor();
    const before = await headOf(server.url);
    await expect.poll(() => mark.textContent()).toBe(`live · seq ${before}`);

    cable.cut();
    await mark.filter({ hasText: `reconnecting · seq ${before}` }).waitFor();
    await seen.picture('board-reconnecting');
    await forEach([...Array(TASKS).keys()], async (n) => {
      const id = await client.create({ description: `Task ${n}`, autonomy: 'full' });
      const report = (fields: object) => client.post(`/tasks/${id}/status`, fields);
      await report({ status: 'planning', stage: 'planning' });
      for (const message of ['a', 'b']) await report({ status: 'planning', message });
      await report({ status: ENDS[n % ENDS.length] ?? 'failed', message: 'So be it.' });
    });
    const head = await headOf(server.url);
    expect(head - before).toBeGreaterThanOrEqual(1_000);
    cable.mend();

    const said = new RegExp(`seq ${head.toLocaleString('en-US')} · caught up (\\S+) events in`);
    await mark.filter({ hasText: said }).waitFor();
    const told = said.exec((await mark.textContent()) ?? '')?.[1];
    expect(Number(told?.replace(',', ''))).toBe(head - before);
    await seen.picture('board-caught-up');
    const tasks = await client.list();
    expect(tasks).toHaveLength(TASKS + 1);
    const cards = await cardsOf(seen);
    expect([...cards].sort()).toEqual(tasks.map(({ id }) => id).sort());
    const column = (name: string) => seen.page.getByRole('region', { name }).locator('.card');
    const count = (status: TaskStatus) => tasks.filter((task) => task.status === status).length;
    expect(await column('Planning').count()).toBe(count('planning'));
    expect(await column('In progress').count()).toBe(count('in-progress'));
    expect(await column('Needs you').count()).toBe(count('waiting-approval'));
    expect(await column('Failed').count()).toBe(count('failed'));
    expect(seen.faults).toEqual([]);
  });
});

const ROWS = 1_000;
const EVENTS_A_SECOND = 100;
const SECONDS = 6;
const LONG_MS = 50;
const MOVES: readonly TaskStatus[] = ['queued', 'planning', 'in-progress', 'waiting-approval'];

const rowAt = (n: number): TaskRow => ({
  id: `task_${String(n).padStart(8, '0')}_0123456789abcdef0123`,
  projectId: 'prj_00000000000000000000000000',
  description: `Task ${n} of many, which has a title of usual length`,
  status: MOVES[n % MOVES.length] ?? 'queued',
  ...{ workflow: 'feature', autonomy: 'full', priority: 'normal', effort: 'medium' },
  createdAt: new Date(1_700_000_000_000 + n).toISOString(),
  updatedAt: new Date(1_700_000_000_000 + n).toISOString(),
  usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0, estimatedCost: n / 1_000 },
  ...{ currentStage: 'implementation', agent: 'developer', costLimit: 10 },
});

/** What happens next: a task spends something, or it comes to another column. */
const eventAt = (seq: number) => {
  const { id: taskId } = rowAt((seq * 7) % ROWS);
  const common = { taskId, timestamp: new Date().toISOString(), seq, taskSeq: seq };
  const tokens = { inputTokens: seq, outputTokens: seq, totalTokens: 2 * seq };
  const status = MOVES[(seq * 7 + seq) % MOVES.length];
  return seq % 2 === 0
    ? { ...common, type: 'usage:updated', data: { ...tokens, estimatedCost: seq, costMicros: 1 } }
    : { ...common, type: 'task:stage-changed', data: { status, stage: `stage-${seq % 5}` } };
};

describe('1,000 tasks that change 100 times a second', () => {
  it('are on the board without a task of the browser over 50 ms', async () => {
    const seen = await watchPage(await chromium.visitor(), server.url);
    const { page } = seen;
    const rows = Array.from({ length: ROWS }, (_, n) => rowAt(n));
    let feed: WebSocketRoute | undefined;
    await page.routeWebSocket(/\/ws\?/, (socket) => {
      feed = socket;
      const tasks = rows.slice(-100);
      socket.send(JSON.stringify({ type: 'task:state', taskId: '0', data: { tasks }, seq: 0 }));
    });
    await page.route(/\/tasks\?/, (route) => {
      const { searchParams } = new URL(route.request().url());
      const statuses = searchParams.get('status')?.split(',') ?? [];
      const from = Number(searchParams.get('cursor') ?? 0);
      const all = rows.filter(({ status }) => statuses.includes(status)).reverse();
      const tasks = all.slice(from, from + 50);
      const next = from + 50 < all.length ? { nextCursor: String(from + 50) } : {};
      return route.fulfill({ json: { tasks, count: tasks.length, ...next } });
    });
    await seen.open('/console/');
    await page.locator('.card').first().waitFor();
    expect(await cardsOf(seen)).toHaveLength(ROWS);
    const total = SECONDS * EVENTS_A_SECOND;
    const tasks = await mainThreadTasks(page, async () => {
      const start = performance.now();
      for (let seq = 1; seq <= total; seq += 1) {
        feed?.send(JSON.stringify(eventAt(seq)));
        const due = start + (seq * 1_000) / EVENTS_A_SECOND - performance.now();
        if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
      }
      await page
        .locator('.live')
        .filter({ hasText: `seq ${total}` })
        .waitFor();
    });
    // It was painted all the while, not once at the end.
    expect(tasks.length).toBeGreaterThan(total);
    expect(tasks[0]).toBeLessThan(LONG_MS);
    await seen.picture('board-busy');
    expect(await cardsOf(seen)).toHaveLength(ROWS);
    const { taskId } = eventAt(total);
    const card = page.locator('.card').filter({ has: page.locator(`[data-task="${taskId}"]`) });
    expect(await card.textContent()).toContain(`$${total}.00`);
    expect(seen.faults).toEqual([]);
  });
});
