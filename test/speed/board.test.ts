// A thousand tasks that never rest: no task of the browser's main thread takes longer than 50 ms.

import type { WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskRow, TaskStatus } from '../../src/contract/task.ts';
import { cardsOf } from '../e2e/world/board.ts';
import { openChromium } from '../e2e/world/browser.ts';
import { watchPage } from '../e2e/world/console.ts';
import { type DevServer, serve } from '../e2e/world/dev-server.ts';
import { mainThreadTasks } from '../e2e/world/main-thread.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
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
    console.log(`longest tasks of the main thread: ${tasks.slice(0, 5).join(', ')} ms`);
    expect(tasks[0]).toBeLessThan(LONG_MS);
    await seen.picture('board-busy');
    expect(await cardsOf(seen)).toHaveLength(ROWS);
    const { taskId } = eventAt(total);
    const card = page.locator('.card').filter({ has: page.locator(`[data-task="${taskId}"]`) });
    expect(await card.textContent()).toContain(`$${total}.00`);
    expect(seen.faults).toEqual([]);
  });
});
