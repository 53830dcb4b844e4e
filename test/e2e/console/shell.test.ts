import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  seen = await watchPage(await chromium.visitor(), server.url);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

const PAGES = [
  '',
  'inbox',
  'runners',
  'deployments',
  'usage',
  'webhooks',
  'projects',
  'access',
  'audit',
];

describe('every page of the console', () => {
  it.each(PAGES)('%s opens without a fault, and axe finds none', async (name) => {
    await seen.open(`/console/${name}`);
    for (const colorScheme of ['light', 'dark'] as const) {
      await seen.page.emulateMedia({ colorScheme });
      for (const width of [1_280, 390]) {
        await seen.page.setViewportSize({ width, height: 800 });
        expect(await seen.axe()).toEqual([]);
        await seen.picture(`${name || 'board'}-${colorScheme}-${width}`);
      }
    }
    expect(seen.faults).toEqual([]);
  });

  it('that does not exist says so, and a missing file is no page', async () => {
    await seen.open('/console/nowhere');
    expect(await seen.page.locator('h1').textContent()).toBe('There is no such page');
    const file = await fetch(`${server.url}/console/assets/gone.js`);
    expect(file.status).toBe(404);
    expect(file.headers.get('Content-Type')).toContain('json');
  });
});
