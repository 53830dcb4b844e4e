// Links that somebody has made: what stands in an address is chosen by whoever wrote it.

import type { Request, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

/** What an agent writes must never pass for an answer of the API about something else. */
const ARTIFACT = '..%2Ftasks%2F{task}%2Fartifacts%2Fgate.json';

const LINKS = [
  `/console/inbox?gate=${ARTIFACT}`,
  `/console/inbox?gate=${ARTIFACT.replace('..', '%2e%2e')}`,
  `/console/inbox?gate=${ARTIFACT.replaceAll('%2F', '%5C')}`,
  `/console/deployments?deployment=..%2F${ARTIFACT}`,
  `/console/deployments?incident=..%2F${ARTIFACT}`,
  `/console/deployments?monitor=..%2F${ARTIFACT}`,
  `/console/webhooks/whk_1?delivery=..%2F..%2F..%2F${ARTIFACT}`,
  '/console/deployments?project=..%2F..%2Ftasks%2F{task}',
  `/console/projects?project=..%2F${ARTIFACT}%3F`,
  '/console/?project=x%26after=0',
];

describe('a link into the console', () => {
  it('leads no request of the page to another place than the one that it names', async () => {
    const taskId = await new Client(server.url).create({ description: 'x' });
    const seen = await watchPage(await chromium.visitor(), server.url, { forgive: /40\d/ });
    const asked: string[] = [];
    seen.page.on('request', (request: Request) => asked.push(request.url()));
    seen.page.on('websocket', (socket) => asked.push(socket.url()));
    for (const link of LINKS) {
      asked.length = 0;
      await seen.open(link.replaceAll('{task}', taskId));
      await seen.page.locator('.live', { hasText: 'live' }).waitFor();
      await seen.page.waitForLoadState('networkidle');
      const paths = asked.map((url) => new URL(url).pathname);
      expect([link, paths.filter((one) => one.includes(taskId))]).toEqual([link, []]);
      const feeds = asked.filter((url) => /\/ws\?.*(after|\.\.)/.test(url));
      expect([link, feeds]).toEqual([link, []]);
    }
    expect(seen.faults).toEqual([]);
  });
});

describe('a feed that does not open at the first try', () => {
  it('is live once it has opened, and says so', async () => {
    const { page } = await chromium.visitor();
    let tries = 0;
    await page.routeWebSocket(/\/ws\?/, (socket: WebSocketRoute) => {
      tries += 1;
      if (tries === 1) void socket.close({ code: 1011 });
      else socket.connectToServer();
    });
    await page.goto(`${server.url}/console/`);
    await page.locator('.live', { hasText: /^live · seq/ }).waitFor({ timeout: 10_000 });
  });

  it('is asked for ever more seldom where it is closed at once', async () => {
    const { page } = await chromium.visitor();
    let tries = 0;
    await page.routeWebSocket(/\/ws\?/, (socket: WebSocketRoute) => {
      tries += 1;
      // As the server does it: it is opened first, for a browser hears no reason else.
      setTimeout(() => void socket.close({ code: 4429, reason: 'Too many viewers' }), 1);
    });
    await page.goto(`${server.url}/console/`);
    await expect.poll(() => tries, { timeout: 10_000 }).toBe(3);
    const from = performance.now();
    await expect.poll(() => tries, { timeout: 10_000 }).toBe(5);
    // The third wait is of half a second at least, the fourth of a whole one.
    expect(performance.now() - from).toBeGreaterThan(1_400);
  });
});
