// A hundred thousand lines: on the screen within a second of their arrival, scrolled without a stutter.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from '../e2e/world/browser.ts';
import { Client } from '../e2e/world/client.ts';
import { type Watched, watchPage } from '../e2e/world/console.ts';
import { type DevServer, serve } from '../e2e/world/dev-server.ts';
import { newTalker } from '../e2e/world/talker.ts';

const LINES = 100_000;
const SHOWN_MS_MAX = 1_000;
const FRAME_MS_MAX = 20;
/** The machine does other things too: what can be done is what the best of some tries does. */
const TRIES = 6;

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let taskId: string;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  seen = await watchPage(await chromium.visitor(), server.url);
  await seen.page.setViewportSize({ width: 1_280, height: 800 });
  const talker = await newTalker(new Client(server.url));
  await talker.talk(LINES);
  ({ taskId } = talker);
  // Says when the socket of the task has begun to speak, and when its last line was painted.
  await seen.page.addInitScript((last) => {
    const marks: Record<string, number> = {};
    Object.assign(window, { marks });
    const Native = WebSocket;
    class Watched extends Native {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        if (!String(url).includes('/stream/task')) return;
        this.addEventListener('message', () => {
          marks['first'] ??= performance.now();
        });
        const look = (): void => {
          const end = document.querySelector('.lines > :last-child > :last-child');
          if (end?.textContent?.endsWith(`#${last}`)) {
            requestAnimationFrame(() => {
              marks['shown'] = performance.now();
            });
          } else requestAnimationFrame(look);
        };
        look();
      }
    }
    Object.assign(window, { WebSocket: Watched });
  }, LINES);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

interface Timed {
  readonly marks: { readonly first?: number; readonly shown?: number };
}

/** Opens the page; milliseconds from the first word of the stream until the last line is painted. */
async function openAndWait(): Promise<number> {
  await seen.open(`/console/tasks/${taskId}`);
  await seen.page.waitForFunction(() => (window as unknown as Timed).marks.shown !== undefined);
  const { first = 0, shown = 0 } = await seen.page.evaluate(
    () => (window as unknown as Timed).marks,
  );
  return shown - first;
}

/** Scrolls through the log, a step a frame; the times between frames. */
const scrollThrough = (): Promise<readonly number[]> =>
  seen.page.locator('.lines').evaluate(
    (lines) =>
      new Promise<readonly number[]>((resolve) => {
        const times: number[] = [];
        const step = lines.scrollHeight / 200;
        lines.scrollTop = 0;
        let last = performance.now();
        const move = (now: number): void => {
          times.push(now - last);
          last = now;
          lines.scrollTop += step;
          if (times.length < 180) requestAnimationFrame(move);
          else resolve(times.slice(5));
        };
        requestAnimationFrame(move);
      }),
  );

const atMost = (share: number, times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * share)] ?? 0;

describe('a log of 100,000 lines', () => {
  it('is shown within a second of its arrival', async () => {
    const tries: number[] = [];
    while (tries.length < TRIES && Math.min(...tries, Infinity) > SHOWN_MS_MAX)
      tries.push(await openAndWait());
    console.log(`shown after ${tries.map(Math.round).join(', ')} ms`);
    expect(Math.min(...tries)).toBeLessThanOrEqual(SHOWN_MS_MAX);
  });

  it('is scrolled at 60 frames a second, wrapped or not', async () => {
    await seen.page.setViewportSize({ width: 1_280, height: 800 });
    for (const wrap of [false, true]) {
      if (wrap) await seen.page.getByRole('button', { name: 'Wrap' }).click();
      const tries: number[] = [];
      while (tries.length < TRIES && Math.min(...tries, Infinity) > FRAME_MS_MAX)
        tries.push(atMost(0.95, await scrollThrough()));
      console.log(`p95 of frames: ${tries.map(Math.round).join(', ')} ms`);
      expect(Math.min(...tries)).toBeLessThanOrEqual(FRAME_MS_MAX);
    }
  });
});
