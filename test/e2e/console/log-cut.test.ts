// A connection that breaks while a thousand things happen: the page shows each of them once when it is back, and says so.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { newTalker } from '../world/talker.ts';

const BEFORE = 200;
const MISSED = 1_000;

let server: DevServer;
let cable: TcpProxy;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let url: string;
let seen: Watched;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  cable = await TcpProxy.listen(server.port);
  url = cable.url.replace('127.0.0.1', 'localhost');
  // The browser itself reports each connection that breaks.
  const forgive = /WebSocket connection|Failed to load resource|net::ERR/;
  seen = await watchPage(await chromium.visitor(), url, { forgive });
  await seen.page.setViewportSize({ width: 1_280, height: 800 });
});
afterAll(async () => {
  await chromium?.close();
  await cable?.close();
  await server?.stop();
});

const said = (): Promise<string | null> => seen.page.locator('.live').textContent();
const numbers = async (): Promise<readonly number[]> => {
  const [download] = await Promise.all([
    seen.page.waitForEvent('download'),
    seen.page.getByRole('button', { name: 'Download' }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8').trimEnd();
  return text.split('\n').map((line) => Number(/#(\d+)$/.exec(line)?.[1]));
};

it('What is missed while the connection is away is shown once, in order, and the mark says how much', async () => {
  const { taskId, talk } = await newTalker(new Client(server.url));
  await talk(BEFORE);
  await seen.open(`/console/tasks/${taskId}`);
  await seen.page.locator('.line', { hasText: `#${BEFORE}` }).waitFor();
  await expect.poll(said).toMatch(/^live · seq [\d,]+$/);
  // In the middle of a run of lines, so that a part of it has come and a part has not.
  const talking = talk(MISSED / 2);
  cable.cut();
  await expect.poll(said).toMatch(/^reconnecting · seq /);
  await seen.picture('log-cut');
  await talking;
  await talk(MISSED / 2);
  cable.mend();
  await seen.page.locator('.line', { hasText: `#${BEFORE + MISSED}` }).waitFor();
  await expect.poll(said).toMatch(/^live · seq [\d,]+ · caught up [\d,]+ events in [\d,]+ ms$/);
  const [, caughtUp = ''] = /caught up ([\d,]+) events/.exec((await said()) ?? '') ?? [];
  await seen.picture('log-caught-up');
  expect(Number(caughtUp.replace(',', ''))).toBeGreaterThanOrEqual(MISSED / 2);
  const all = Array.from({ length: BEFORE + MISSED }, (_, index) => index + 1);
  expect(await numbers()).toEqual(all);
  // And it is live: what comes now comes once too.
  await talk(3);
  await seen.page.locator('.line', { hasText: `#${BEFORE + MISSED + 3}` }).waitFor();
  expect(await numbers()).toHaveLength(BEFORE + MISSED + 3);
  expect(seen.faults).toEqual([]);
});
