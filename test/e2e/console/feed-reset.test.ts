// More happens while the connection is away than the feed keeps: what is shown is read again, and is what is so.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { HandRunner } from '../world/hand-runner.ts';
import { until } from '../world/until.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let client: Client;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  client = new Client(server.url);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

/** What the feed keeps, and how much more it lets come before it drops what is older. */
const KEPT = 10_500;
/** What one batch of a runner may hold. */
const BATCH = 1_000;
/** More than the feed begins with. */
const NEWER = 101;

/** The last event of the project. */
const headOf = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws`);
    socket.onerror = () => reject(new Error('The feed does not open.'));
    socket.onmessage = ({ data }) => {
      socket.close();
      resolve((JSON.parse(String(data)) as { seq: number }).seq);
    };
  });

const report = (id: string, status: string): Promise<unknown> =>
  client.post(`/tasks/${id}/status`, { status, message: 'So be it.' });

/** A runner that says what its task has used, over and over. */
async function spend(): Promise<void> {
  const taskId = await client.create({ description: 'Spends', autonomy: 'full' });
  const runner = await HandRunner.register(client);
  const grant = await runner.claim();
  expect(grant.task.id).toBe(taskId);
  const before = await headOf();
  const used = Array.from({ length: BATCH }, () => ({ inputTokens: 1, outputTokens: 1 }));
  for (let told = 0; told < KEPT + BATCH; told += BATCH)
    await runner.tell(grant, 'usage:report', used);
  await until(async () => (await headOf()) > before + KEPT, { what: 'all of it is in the feed' });
}

interface Opened {
  readonly page: Page;
  readonly seen: Watched;
  /** The types of all frames that its sockets have brought. */
  readonly types: readonly string[];
}

async function openAt(url: string, path: string): Promise<Opened> {
  // The browser itself reports each connection that breaks.
  const forgive = /ERR_|WebSocket connection/;
  const seen = await watchPage(await chromium.visitor(), url, { forgive });
  const { page } = seen;
  onTestFinished(() => page.close());
  const types: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      types.push(/"type":"([^"]+)"/.exec(String(payload))?.[1] ?? '');
    }),
  );
  await seen.open(path);
  await page
    .locator('.live')
    .filter({ hasText: /^live · seq \d/ })
    .waitFor();
  return { page, seen, types };
}

it('every page reads again what the feed no longer has', async () => {
  const make = (description: string) => client.create({ description, autonomy: 'full' });
  const [thrown, moved, ended] = [
    await make('Is thrown'),
    await make('Moves on'),
    await make('Ends'),
  ];
  // Where nobody comes before it: a column shows its first fifty.
  await report(thrown, 'failed');
  await report(ended, 'failed');
  const { defaultProjectId } = await client.get<{ defaultProjectId: string }>('/v1/me');
  const cable = await TcpProxy.listen(server.port);
  onTestFinished(() => cable.close());
  const at = (path: string) => openAt(cable.url, path);
  const board = await at('/console/');
  const inbox = await at('/console/inbox');
  const task = await at(`/console/tasks/${ended}`);
  const runners = await at('/console/runners');
  const deployments = await at('/console/deployments');
  const all = [board, inbox, task, runners, deployments];
  const card = (title: string) => board.page.locator('.card').filter({ hasText: title });
  await card('Is thrown').waitFor();
  await task.page.locator('header .status').filter({ hasText: 'failed' }).waitFor();
  await runners.page.getByText('Nobody is here to do the work').waitFor();
  await deployments.page.getByText('Nothing was deployed yet').waitFor();

  cable.cut();
  await board.page.locator('.live').filter({ hasText: 'reconnecting' }).waitFor();
  await client.post(`/tasks/${thrown}/trash`);
  await report(moved, 'in-progress');
  await client.post(`/tasks/${ended}/retry`, {});
  await client.post(`/tasks/${ended}/cancel`, {});
  await client.post(`/v1/projects/${defaultProjectId}/deployments`, {
    ...{ environment: 'staging', release: '1.0', autoPromote: false, stages: [{ name: 'build' }] },
    artifacts: [
      { name: 'web', kind: 'bundle', uri: 'oci://web', digest: `sha256:${'1'.repeat(64)}` },
    ],
  });
  await spend();
  const asks = await make('Asks somebody');
  await report(asks, 'waiting-approval');
  await Promise.all(Array.from({ length: NEWER }, (_, n) => make(`Newer ${n}`)));
  cable.mend();

  const said = /^live · seq [\d,]+ · read all again$/;
  await board.page.locator('.live').filter({ hasText: said }).waitFor();
  await board.seen.picture('feed-reset');
  await card('Is thrown').waitFor({ state: 'detached' });
  await board.page.getByRole('region', { name: 'In progress' }).getByText('Moves on').waitFor();
  for (const { page } of all) await page.locator('.nav .count').getByText('1').waitFor();
  await inbox.page.getByText('Asks somebody').first().waitFor();
  await task.page.locator('header .status').filter({ hasText: 'cancelled' }).waitFor();
  await runners.page.getByRole('article', { name: 'by hand' }).waitFor();
  await deployments.page.getByRole('article', { name: '1.0' }).waitFor();
  for (const { types, seen } of all) {
    expect(types).toContain('feed:reset');
    expect(seen.faults).toEqual([]);
  }
});
