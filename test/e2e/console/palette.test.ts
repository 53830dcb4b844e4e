// The palette and the keys: anything is done and any place reached from the keyboard.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let oldest = '';

/** More than the feed begins with. */
const TASKS = 105;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  seen = await watchPage(await chromium.visitor(), server.url);
  const client = new Client(server.url);
  oldest = await client.create({ description: 'Polish the oldest lantern' });
  for (let made = 0; made < TASKS; made += 15) {
    await Promise.all(
      Array.from({ length: 15 }, (_, index) =>
        client.create({ description: `Filler ${made + index}` }),
      ),
    );
  }
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

const openPalette = async (): Promise<void> => {
  await seen.page.keyboard.press('Control+k');
  await seen.page.getByRole('combobox', { name: /^What to do/ }).waitFor();
};

it('leads to a page by a part of its name, and axe finds nothing in it', async () => {
  const { page } = seen;
  await seen.open('/console/');
  await openPalette();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1_280, 390]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await seen.axe()).toEqual([]);
      await seen.picture(`palette-${colorScheme}-${width}`);
    }
  }
  await page.keyboard.type('aud');
  await page.getByRole('option', { selected: true, name: /^Audit/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/console/audit');
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(seen.faults).toEqual([]);
});

it('finds a task that only the server knows', async () => {
  const { page } = seen;
  await page.setViewportSize({ width: 1_280, height: 800 });
  await seen.open('/console/runners');
  await openPalette();
  await page.keyboard.type('oldest lantern');
  await page.getByRole('option', { name: /Polish the oldest lantern/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/console/tasks/${oldest}`);
  await page.getByRole('heading', { level: 1, name: /Polish the oldest lantern/ }).waitFor();
  expect(seen.faults).toEqual([]);
});

it('offers what can be done to the task that is open', async () => {
  const { page } = seen;
  await openPalette();
  await page.keyboard.type('cancel');
  await page
    .getByRole('group', { name: 'Here' })
    .getByRole('option', { name: /Cancel/ })
    .waitFor();
  await page.keyboard.press('Enter');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Cancel/ })
    .first()
    .waitFor();
  await page.keyboard.press('Escape');
  expect(seen.faults).toEqual([]);
});

it('every key is listed, and two letters lead to each page', async () => {
  const { page } = seen;
  await page.locator('main').focus();
  for (const [keys, path] of [
    ['gi', '/console/inbox'],
    ['gr', '/console/runners'],
    ['gd', '/console/deployments'],
    ['gu', '/console/usage'],
    ['gw', '/console/webhooks'],
    ['gp', '/console/projects'],
    ['gt', '/console/access'],
    ['ga', '/console/audit'],
    ['gb', '/console/'],
  ] as const) {
    await page.keyboard.type(keys);
    await page.waitForURL(`**${path}`);
  }
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Everywhere' }).waitFor();
  await page.getByText('Create a task').waitFor();
  expect(await seen.axe()).toEqual([]);
  await seen.picture('keys');
  await page.keyboard.press('Escape');
  expect(seen.faults).toEqual([]);
});
