// A hundred thousand lines: all there, in few rows of the document and little memory, and found.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium, type Visitor } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { newTalker } from '../world/talker.ts';

const LINES = 100_000;
const ROWS_MAX = 80;
const HEAP_BYTES_MAX = 40_000_000;

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let visitor: Visitor;
let seen: Watched;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  visitor = await chromium.visitor();
  seen = await watchPage(visitor, server.url);
  const talker = await newTalker(new Client(server.url));
  await talker.talk(LINES);
  await seen.open(`/console/tasks/${talker.taskId}`);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

describe('a log of 100,000 lines', () => {
  it('is all there, in at most 80 rows and 40 MB', async () => {
    const said = seen.page.locator('.log .number').first();
    await expect.poll(() => said.textContent(), { timeout: 30_000 }).toBe('100,000 lines');
    await visitor.cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await visitor.cdp.send('Runtime.getHeapUsage');
    expect(usedSize).toBeLessThanOrEqual(HEAP_BYTES_MAX);
    for (const height of [800, 1_300]) {
      await seen.page.setViewportSize({ width: 1_280, height });
      const rows = await seen.page.locator('.line').count();
      expect(rows).toBeGreaterThan(20);
      expect(rows).toBeLessThanOrEqual(ROWS_MAX);
    }
  });

  it('is searched while one writes, and its last line is found', async () => {
    await seen.page.keyboard.press('/');
    await seen.page.keyboard.type(`#${LINES}`);
    await seen.page.getByText('1 found').waitFor();
    await seen.page.keyboard.press('Enter');
    await expect.poll(() => seen.page.locator('.picked').textContent()).toContain(`#${LINES}`);
    expect(seen.faults).toEqual([]);
  });
});
