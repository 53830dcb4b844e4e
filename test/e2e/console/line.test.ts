// The stream of a page: what the live mark says of it while its connection breaks, falls silent and comes back.

import type { Locator } from 'playwright-core';
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
  await seen.open(path);
  await mark.filter({ hasText: /^live · seq \d/ }).waitFor();
  return { cable, seen, mark };
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
});
