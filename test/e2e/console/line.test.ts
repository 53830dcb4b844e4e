// The stream of a page: what the live mark says of it while its connection breaks, falls silent and comes back.

import type { Locator, WebSocket, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let client: Client;
let taskId: string;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  client = new Client(server.url);
});
beforeEach(async () => {
  taskId = await client.create({ description: 'Listen', autonomy: 'full' });
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

interface Heard {
  readonly cable: TcpProxy;
  readonly seen: Watched;
  readonly mark: Locator;
}

/** A page whose connections go by a cable that can be cut, and fall silent. */
async function listen(path: string): Promise<Heard> {
  const cable = await TcpProxy.listen(server.port);
  onTestFinished(() => cable.close());
  // The browser itself reports each connection that breaks.
  const forgive = /ERR_|WebSocket connection/;
  const seen = await watchPage(await chromium.visitor(), cable.url, { forgive });
  onTestFinished(() => seen.page.close());
  const mark = seen.page.locator('.live');
  // It goes as ever, until a test moves it on.
  await seen.page.clock.install();
  await seen.open(path);
  await mark.filter({ hasText: /^live · seq \d/ }).waitFor();
  return { cable, seen, mark };
}

/** A busy machine takes its time. */
const WITHIN = { timeout: 20_000 };

/** The connections that the page makes from now on. */
function socketsOf({ page }: Watched): readonly WebSocket[] {
  const opened: WebSocket[] = [];
  page.on('websocket', (socket) => opened.push(socket));
  return opened;
}

/** One event of the task. */
const happen = (): Promise<unknown> =>
  client.post(`/tasks/${taskId}/status`, { status: 'in-progress' });

describe('the live mark', () => {
  it('says of one event that was missed that it was one', async () => {
    const { cable, seen, mark } = await listen('/console/');
    await seen.page.locator('.card', { hasText: 'Listen' }).waitFor();
    cable.cut();
    await mark.filter({ hasText: 'reconnecting' }).waitFor();
    await happen();
    cable.mend();
    await mark.filter({ hasText: /^live · seq \d+ · caught up 1 event in \d+ ms$/ }).waitFor();
    expect(seen.faults).toEqual([]);
  });

  it.each([
    ['of the project', () => '/console/'],
    ['of a task', () => `/console/tasks/${taskId}`],
  ])('finds out that a connection %s has died without a word', async (_, path) => {
    const { cable, seen, mark } = await listen(path());
    const opened = socketsOf(seen);
    const before = await mark.textContent();
    cable.goDead();
    await happen();
    // Nothing says so yet: the connection is open, and silent.
    expect(await mark.textContent()).toBe(before);
    await seen.page.clock.fastForward(20_000);
    expect(await mark.textContent()).toBe(before);
    await seen.page.clock.fastForward(10_000);
    await mark.filter({ hasText: /^reconnecting · seq \d+$/ }).waitFor();
    await seen.picture('line-silent');
    // What it tries now is taken, and as silent: it is given up, too.
    const tried = opened.length;
    await seen.page.clock.fastForward(1_000);
    await expect.poll(() => opened.length, WITHIN).toBeGreaterThan(tried);
    const again = opened.length;
    await seen.page.clock.fastForward(20_000);
    await seen.page.clock.fastForward(10_000);
    await seen.page.clock.fastForward(1_000);
    await expect.poll(() => opened.length, WITHIN).toBeGreaterThan(again);
    cable.mend();
    await mark.filter({ hasText: /^live · seq \d+ · caught up 1 event in \d+ ms$/ }).waitFor();
    expect(seen.faults).toEqual([]);
  });

  it('comes back however the connection was closed, for no stream ends by itself', async () => {
    const seen = await watchPage(await chromium.visitor(), server.url);
    onTestFinished(() => seen.page.close());
    const routes: WebSocketRoute[] = [];
    await seen.page.routeWebSocket(/\/stream\/task_/, (route) => {
      routes.push(route);
      route.connectToServer();
    });
    await seen.open(`/console/tasks/${taskId}`);
    const mark = seen.page.locator('.live');
    await mark.filter({ hasText: /^live · seq \d/ }).waitFor();
    const [, seq = ''] = /seq (\d+)/.exec((await mark.textContent()) ?? '') ?? [];
    // As whatever stands between closes what is idle.
    await routes[0]?.close({ code: 1_000 });
    await happen();
    // Missed or not, as the one or the other was quicker: it is there.
    await mark.filter({ hasText: new RegExp(`^live · seq ${Number(seq) + 1}\\b`) }).waitFor();
    expect(routes).toHaveLength(2);
    expect(seen.faults).toEqual([]);
  });

  it('leaves a connection alone on which nothing happens, for somebody answers', async () => {
    const { seen, mark } = await listen('/console/');
    const said: string[] = [];
    const opened = socketsOf(seen);
    await seen.page.reload();
    await mark.filter({ hasText: /^live · seq \d/ }).waitFor();
    opened[0]?.on('framesent', ({ payload }) => said.push(`> ${payload}`));
    opened[0]?.on('framereceived', ({ payload }) => said.push(`< ${payload}`));
    const before = await mark.textContent();
    for (const asked of [1, 2, 3]) {
      await seen.page.clock.fastForward(20_000);
      await expect.poll(() => said, WITHIN).toEqual(Array(asked).fill(['> ping', '< pong']).flat());
    }
    await seen.page.clock.fastForward(10_000);
    expect(await mark.textContent()).toBe(before);
    expect(opened).toHaveLength(1);
    expect(seen.faults).toEqual([]);
  });

  it('says at once that the network is gone when the browser says so, and is back when it is', async () => {
    const { cable, seen, mark } = await listen('/console/');
    cable.goDead();
    await seen.page.context().setOffline(true);
    await mark.filter({ hasText: 'reconnecting' }).waitFor();
    await happen();
    cable.mend();
    await seen.page.context().setOffline(false);
    await mark.filter({ hasText: /caught up 1 event in/ }).waitFor();
    expect(seen.faults).toEqual([]);
  });
});
