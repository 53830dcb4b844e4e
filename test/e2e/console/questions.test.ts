// Five people's questions, each answered within three clicks from the board, on a story that a real runner has played.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLICKS_MAX, QUESTIONS } from '../../../tools/screenshots/questions.ts';
import { playStory, type Story } from '../../../tools/screenshots/story.ts';
import { openChromium } from '../world/browser.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { makeDir } from '../world/place.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let story: Story;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  story = await playStory(server.url, join(makeDir(), 'story'));
  seen = await watchPage(await chromium.visitor(), server.url);
  await seen.page.setViewportSize({ width: 1_280, height: 800 });
  await seen.page.addInitScript(() => {
    addEventListener(
      'click',
      () => {
        sessionStorage.setItem('clicks', String(Number(sessionStorage.getItem('clicks')) + 1));
      },
      true,
    );
  });
}, 240_000);
afterAll(async () => {
  await story?.stop();
  await chromium?.close();
  await server?.stop();
});

describe('from the board', () => {
  it.each(QUESTIONS)('$asked', async ({ name, answer }) => {
    const { page } = seen;
    await seen.open('/console/');
    await page.locator('[data-task]').nth(4).waitFor();
    await page.evaluate(() => sessionStorage.removeItem('clicks'));
    await answer(page, story);
    const clicks = await page.evaluate(() => Number(sessionStorage.getItem('clicks')));
    expect(clicks).toBeGreaterThan(0);
    expect(clicks).toBeLessThanOrEqual(CLICKS_MAX);
    expect(await seen.axe()).toEqual([]);
    await seen.picture(`question-${name}`);
    expect(seen.faults).toEqual([]);
  });
});
