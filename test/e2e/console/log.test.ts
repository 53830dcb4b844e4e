// Reading a log: following it, finding words in it, choosing lines, pointing at them, taking them along.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { newTalker } from '../world/talker.ts';

const ESC = '\u001b';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let client: Client;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  const visitor = await chromium.visitor();
  await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  seen = await watchPage(visitor, server.url);
  client = new Client(server.url);
  await seen.page.setViewportSize({ width: 1_280, height: 800 });
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

const lines = () => seen.page.locator('.lines');
const button = (name: string | RegExp) => seen.page.getByRole('button', { name });
const isFollowing = () => button(/^Follow/).getAttribute('aria-pressed');
const countSaid = () => seen.page.locator('.log .number').first().textContent();
const copied = () => seen.page.evaluate(() => navigator.clipboard.readText());
const seqsPicked = () =>
  seen.page
    .locator('.picked > a')
    .allTextContents()
    .then((all) => all.map(Number));
const lineThat = (words: string) => seen.page.locator('.line', { hasText: words });

/** Waits until nothing moves: a browser scrolls smoothly where a key asks it to. */
async function rested(): Promise<void> {
  await lines().evaluate(
    (box) =>
      new Promise<void>((resolve) => {
        let [last, still] = [-1, 0];
        const look = (): void => {
          still = box.scrollTop === last ? still + 1 : 0;
          last = box.scrollTop;
          if (still < 10) requestAnimationFrame(look);
          else resolve();
        };
        look();
      }),
  );
}

/** A task that a runner has taken; it is over when the test is, so that the next runner takes the next. */
async function begin() {
  const talker = await newTalker(client);
  onTestFinished(async () => {
    await client.post(`/tasks/${talker.taskId}/cancel`);
  });
  return talker;
}

/** A task with some lines, opened. */
async function openTalker(count: number) {
  const talker = await begin();
  await talker.talk(count);
  await seen.open(`/console/tasks/${talker.taskId}`);
  await lineThat(`#${count}`).last().waitFor();
  await button('Download').waitFor();
  return talker;
}

describe('a log', () => {
  it('follows what comes until a hand moves up, and again at its end or by F', async () => {
    const { talk } = await openTalker(500);
    await talk(20);
    await lineThat('#520').waitFor();
    expect(await isFollowing()).toBe('true');
    await lines().hover();
    await seen.page.mouse.wheel(0, -300);
    await expect.poll(isFollowing).toBe('false');
    const at = await lines().evaluate(({ scrollTop }) => scrollTop);
    await talk(30);
    await expect.poll(countSaid).toBe('550 lines');
    expect(await lines().evaluate(({ scrollTop }) => scrollTop)).toBe(at);
    await lines().press('End');
    await expect.poll(isFollowing).toBe('true');
    await lines().press('Home');
    await expect.poll(isFollowing).toBe('false');
    await rested();
    expect(await lines().evaluate(({ scrollTop }) => scrollTop)).toBe(0);
    await seen.page.keyboard.press('f');
    await lineThat('#550').waitFor();
    for (let round = 1; round <= 10; round++) await talk(40);
    await lineThat('#950').waitFor();
    expect(await isFollowing()).toBe('true');
    expect(seen.faults).toEqual([]);
  });

  it('lets a hand up, however fast lines come', async () => {
    const { talk } = await openTalker(200);
    let isOver = false;
    const talking = (async () => {
      while (!isOver) await talk(5);
    })();
    const up = [
      () => lines().press('Home'),
      () => lines().press('PageUp'),
      () => lines().press('ArrowUp'),
      () => seen.page.mouse.wheel(0, -50),
    ];
    await lines().hover();
    try {
      for (const ask of [...up, ...up, ...up]) {
        await ask();
        await expect.poll(isFollowing).toBe('false');
        await rested();
        await seen.page.keyboard.press('f');
        await expect.poll(isFollowing).toBe('true');
      }
    } finally {
      isOver = true;
      await talking;
    }
    expect(seen.faults).toEqual([]);
  });

  it('is searched by /, from find to find, and shows the finds alone', async () => {
    await openTalker(300);
    await seen.page.keyboard.press('/');
    await seen.page.keyboard.type('RETRY policy');
    await seen.page.getByText('60 found').waitFor();
    await seen.page.keyboard.press('Enter');
    await seen.page.getByText(/\d of 60 found/).waitFor();
    const [first = 0] = await seqsPicked();
    await seen.page.keyboard.press('Enter');
    await expect.poll(seqsPicked).toEqual([first + 5]);
    await seen.page.keyboard.press('Shift+Enter');
    await expect.poll(seqsPicked).toEqual([first]);
    expect(await seen.page.locator('.picked mark').textContent()).toBe('retry policy');
    await seen.picture('log-search');
    await button('Only matches').click();
    await expect.poll(countSaid).toBe('60 of 300 lines');
    await seen.page.getByRole('searchbox').fill('nobody says this');
    await button('Show all lines').click();
    await expect.poll(countSaid).toBe('300 lines');
    expect(seen.faults).toEqual([]);
  });

  it('shows levels, stages and agents, as the address says', async () => {
    const talker = await begin();
    await talker.say([
      { level: 'info', message: 'drawing', stage: 'Plan', agent: 'planner' },
      { level: 'warn', message: 'careful', stage: 'Plan', agent: 'planner' },
      { level: 'error', message: 'broken', stage: 'Tests', agent: 'tester' },
      { level: 'debug', message: 'looking', stage: 'Tests', agent: 'tester' },
    ]);
    await seen.open(`/console/tasks/${talker.taskId}`);
    await button('warn').click();
    await button('error').click();
    await expect.poll(countSaid).toBe('2 of 4 lines');
    await seen.page.getByLabel('Stage', { exact: true }).selectOption('Tests');
    await expect.poll(countSaid).toBe('1 of 4 lines');
    expect(new URL(seen.page.url()).search).toContain('level=warn%2Cerror&stage=Tests');
    await seen.page.reload();
    await lineThat('broken').waitFor();
    await expect.poll(countSaid).toBe('1 of 4 lines');
    await button('warn').click();
    await button('error').click();
    await seen.page.getByLabel('Stage', { exact: true }).selectOption('');
    await seen.page.getByLabel('Agent', { exact: true }).selectOption('planner');
    await expect.poll(countSaid).toBe('2 of 4 lines');
    expect(seen.faults).toEqual([]);
  });

  it('is pointed at by the address: a click, a range with shift, J, K and L, and a link leads there', async () => {
    await openTalker(400);
    await lines().press('Home');
    await rested();
    await lineThat('#10').first().locator('a').click();
    const [from = 0] = await seqsPicked();
    await lineThat('#15')
      .locator('a')
      .click({ modifiers: ['Shift'] });
    await expect.poll(() => new URL(seen.page.url()).hash).toBe(`#L${from}-L${from + 5}`);
    expect(await seqsPicked()).toHaveLength(6);
    await seen.picture('log-range');
    await button('Copy text').click();
    await expect.poll(copied).toContain('42 tests passed (1.3s) #15');
    expect((await copied()).split('\n')).toHaveLength(6);
    expect(await copied()).not.toContain(ESC);
    await seen.page.keyboard.press('j');
    await seen.page.keyboard.press('j');
    await seen.page.keyboard.press('k');
    await expect.poll(seqsPicked).toEqual([from + 1]);
    await seen.page.keyboard.press('l');
    await expect.poll(copied).toContain(`#L${from + 1}`);
    const link = (await copied()).replace(`#L${from + 1}`, `#L${from + 200}-L${from + 202}`);
    await seen.page.goto('about:blank');
    await seen.page.goto(link);
    await expect.poll(seqsPicked).toEqual([from + 200, from + 201, from + 202]);
    expect(await isFollowing()).toBe('false');
    expect(seen.faults).toEqual([]);
  });

  it('is taken along as a file without colours', async () => {
    const { taskId } = await openTalker(1_200);
    const [download] = await Promise.all([
      seen.page.waitForEvent('download'),
      button('Download').click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${taskId}.log`);
    const text = readFileSync(await download.path(), 'utf8');
    expect(text.trimEnd().split('\n')).toHaveLength(1_200);
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}.*Edit src\/index\.ts \+12 -3 #1$/m);
    expect(text).not.toContain(ESC);
    expect(seen.faults).toEqual([]);
  });

  it('wraps what is long, whatever its script, and each line stays where it is', async () => {
    const talker = await begin();
    const long = [
      'word '.repeat(100),
      '漢字'.repeat(200),
      'one\ntwo\nthree',
      '🦀'.repeat(90),
      'x'.repeat(9_000),
    ];
    for (let round = 0; round < 40; round++)
      await talker.say([...long, `end of ${round}`].map((message) => ({ message })));
    await seen.open(`/console/tasks/${talker.taskId}`);
    await button('Wrap').click();
    await lineThat('end of 39').waitFor();
    await lines().press('Home');
    await rested();
    await lineThat('end of 0').waitFor();
    for (let page = 0; page < 12; page++) await lines().press('PageDown');
    await rested();
    // The rows follow one another without a hole, and none lies on another.
    const holes = await lines().evaluate((box) => {
      const rows = [...box.querySelectorAll('.line')].map((row) => row.getBoundingClientRect());
      return rows.filter(
        ({ top }, at) => at > 0 && Math.abs(top - (rows[at - 1]?.bottom ?? 0)) > 1,
      );
    });
    expect(holes).toEqual([]);
    await seen.picture('log-wrapped');
    await seen.page.keyboard.press('f');
    await lineThat('end of 39').waitFor();
    const { bottom } = (await lineThat('end of 39').evaluate((row) =>
      row.getBoundingClientRect(),
    )) as DOMRect;
    const box = await lines().boundingBox();
    expect(Math.abs(bottom - ((box?.y ?? 0) + (box?.height ?? 0)))).toBeLessThan(2);
    await button('Wrap').click();
    await lineThat('one⏎two⏎three').last().waitFor();
    await lineThat('… 7,000 more characters').last().waitFor();
    expect(seen.faults).toEqual([]);
  });

  it('shows what is hostile as text, and has no fault for axe in any look', async () => {
    const talker = await begin();
    await talker.say(
      [
        '<script>alert(1)</script><img src=x onerror=alert(1)>',
        '[click](javascript:alert(1)) https://evil.example/?a=<b>',
        `${ESC}[2J${ESC}]0;owned\u0007${ESC}]8;;https://evil.example\u0007a link${ESC}]8;;\u0007`,
        'access \u202etxt.exe\u202c and \u2066hidden\u2069 \u200bzero\ufeff',
        `null \u0000 bell \u0007 back \b\b\b c1 \u009b31m`,
        `${ESC}[31mred ${ESC}[32mgreen ${ESC}[33myellow ${ESC}[34mblue ${ESC}[90mgrey ${ESC}[41mon red`,
        'lone \ud800 surrogate',
        'a'.repeat(20_000),
      ].map((message, index) => ({
        message,
        level: ['info', 'warn', 'error', 'debug'][index % 4],
      })),
    );
    await seen.open(`/console/tasks/${talker.taskId}?times=1`);
    await lineThat('<script>alert(1)</script>').waitFor();
    const text = (await lines().textContent()) ?? '';
    expect(text).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(text).toContain('a link');
    expect(text).not.toContain('owned');
    expect(
      await lines().locator('script, img, a[href*="evil"], a[href^="javascript"]').count(),
    ).toBe(0);
    await lineThat('green').locator('a').click();
    await seen.page.getByRole('searchbox').fill('red');
    for (const colorScheme of ['light', 'dark'] as const) {
      await seen.page.emulateMedia({ colorScheme });
      for (const width of [1_280, 390]) {
        await seen.page.setViewportSize({ width, height: 800 });
        await seen.page.locator('.log').scrollIntoViewIfNeeded();
        expect(await seen.axe()).toEqual([]);
        const over = await seen.page.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        );
        expect(over).toBeLessThanOrEqual(0);
        await lines().scrollIntoViewIfNeeded();
        await seen.picture(`log-hostile-${colorScheme}-${width}`);
      }
    }
    expect(seen.faults).toEqual([]);
  });

  it('on a phone wraps, and keeps its tools away until they are wanted', async () => {
    await seen.page.setViewportSize({ width: 390, height: 800 });
    const talker = await begin();
    await talker.talk(200);
    await seen.open(`/console/tasks/${talker.taskId}`);
    await lineThat('#200').waitFor();
    await button('Tools').waitFor();
    await seen.page.locator('.wrapped').waitFor();
    expect(await button('Download').count()).toBe(0);
    await lines().scrollIntoViewIfNeeded();
    await seen.picture('log-phone');
    expect(await seen.axe()).toEqual([]);
    await button('Tools').click();
    await button('error').click();
    await expect.poll(countSaid).toBe('25 of 200 lines');
    expect(seen.faults).toEqual([]);
  });

  it('of a task that waits for a runner has the command that makes one', async () => {
    await seen.page.setViewportSize({ width: 1_280, height: 800 });
    const taskId = await client.create({ description: 'Quiet' });
    await seen.open(`/console/tasks/${taskId}`);
    await seen.page.getByRole('heading', { name: 'It waits for a runner' }).waitFor();
    await seen.picture('log-empty');
    const command = await seen.page.locator('.log pre').textContent();
    expect(command).toContain(`npx sluice run --url ${server.url} --project prj_`);
    await client.post(`/tasks/${taskId}/log`, { message: 'Hello from curl' });
    await lineThat('Hello from curl').waitFor();
    expect(seen.faults).toEqual([]);
  });
});
