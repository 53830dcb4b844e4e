// A server, a browser on the page of a task, and agents that a test has at work.

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openChromium } from './browser.ts';
import { Client } from './client.ts';
import { type Watched, watchPage } from './console.ts';
import { serve } from './dev-server.ts';

/** Reports what an agent reports: words, usage, an artifact; and mends what it is asked to. */
export const WORKS = [
  'cat > /dev/null',
  'echo "reading the code"',
  `echo '::sluice {"type":"usage","inputTokens":20000,"outputTokens":4000,"model":"claude-sonnet-4"}'`,
  'if [ "$SLUICE_STAGE" = fix ]; then echo mended > mended.txt',
  `echo '::sluice {"type":"artifact","path":"mended.txt","kind":"report"}'; fi`,
  'echo "done with $SLUICE_STAGE"',
].join('\n');
/** Says why, and fails. */
export const FAILS =
  'cat > /dev/null; echo "starting" ; echo "Error: no such table: users" >&2; exit 3';

/** For what a page comes to show by itself, on a machine that has more to do. */
export const PATIENT = { timeout: 45_000 };

export interface TaskWorld {
  readonly url: string;
  readonly client: Client;
  readonly seen: Watched;
  readonly page: Page;
  /** The one sentence that says how the task stands. */
  readonly status: () => Promise<string | null>;
  /** Waits until that sentence has these words. */
  readonly says: (words: string) => Promise<void>;
  /** Both themes, both widths: axe finds nothing, nothing is wider than the screen. */
  readonly isSound: (name: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** `npm run dev` without retries, and a page that is watched. */
export async function openTaskWorld(): Promise<TaskWorld> {
  const [server, chromium] = await Promise.all([serve(), openChromium()]);
  const { url } = server;
  const client = new Client(url);
  await client.call('PATCH', '/config', { limits: { retryDelayMs: 50, maxRetries: 0 } });
  // The browser's own words on answers that a test asks for.
  const seen = await watchPage(await chromium.visitor(), url, { forgive: /status of 40[49]/ });
  const { page } = seen;
  await page.setViewportSize({ width: 1_280, height: 900 });
  const isSound = async (name: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1_280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await seen.axe()).toEqual([]);
        await seen.picture(`task-${name}-${colorScheme}-${width}`);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1_280, height: 900 });
  };
  const status = () => page.locator('main header .status').last().textContent();
  const says = (words: string) => expect.poll(status, PATIENT).toContain(words);
  const stop = async () => {
    await chromium.close();
    await server.stop();
  };
  return { url, client, seen, page, status, says, isSound, stop };
}
