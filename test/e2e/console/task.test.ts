// The page of one task, with a real runner at work on it.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OtherEvent } from '../../../console/src/live/task-stream.ts';
import { Past } from '../../../console/src/travel/fold.ts';
import type { TaskEvent } from '../../../src/contract/event.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { makeRepo } from '../world/repo.ts';
import { startRunner } from '../world/runner-process.ts';

/** Reports what an agent reports: words, usage, an artifact; and mends what it is asked to. */
const WORKS = [
  'cat > /dev/null',
  'echo "reading the code"',
  `echo '::sluice {"type":"usage","inputTokens":20000,"outputTokens":4000,"model":"claude-sonnet-4"}'`,
  'if [ "$SLUICE_STAGE" = fix ]; then echo mended > mended.txt',
  `echo '::sluice {"type":"artifact","path":"mended.txt","kind":"report"}'; fi`,
  'echo "done with $SLUICE_STAGE"',
].join('\n');
const FAILS = 'cat > /dev/null; echo "starting" ; echo "Error: no such table: users" >&2; exit 3';

let server: DevServer;
let client: Client;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let page: Page;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  client = new Client(server.url);
  await client.call('PATCH', '/config', { limits: { retryDelayMs: 50, maxRetries: 0 } });
  // The browser's own words on answers that a test asks for.
  const forgive = /status of 40[49]/;
  seen = await watchPage(await chromium.visitor(), server.url, { forgive });
  page = seen.page;
  await page.setViewportSize({ width: 1_280, height: 900 });
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});
afterEach(() => expect(seen.faults).toEqual([]));

const status = () => page.locator('header .status').last();
const button = (name: string | RegExp) => page.getByRole('button', { name });

/** Both themes, both widths: axe finds nothing, nothing is wider than the screen. */
async function isSound(name: string): Promise<void> {
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
}

/** Looks back along the whole history, and finds at its end what the server says now. */
async function travels(id: string): Promise<void> {
  const isOther = (event: TaskEvent): event is OtherEvent => event.type !== 'log:entry';
  const { logs: _, ...told } = await client.task(id);
  const past = new Past((await client.events(id)).filter(isOther));
  expect(past.at(told.seq)?.task).toEqual(told);

  await page.getByRole('tab', { name: 'Log' }).click();
  await page.locator('h1').click();
  await page.keyboard.press('t');
  const moment = page.getByRole('slider', { name: 'Moment' });
  await moment.press('Home');
  const bar = page.getByRole('region', { name: 'Time travel' });
  await bar.getByText('after event 1 of').waitFor();
  expect(await status().textContent()).toContain('pending');
  await page.getByText('$0.00').first().waitFor();

  await bar.getByRole('button', { name: 'fix', exact: true }).click();
  await bar.getByText('work:given fix').waitFor();
  expect(await status().textContent()).toContain('in-progress');
  await page.getByText('$0.12').first().waitFor();
  const lines = page.getByRole('log');
  await expect.poll(() => lines.textContent()).toContain('done with investigation');
  expect(await lines.textContent()).not.toContain('done with fix');
  await isSound('travel');

  await bar.getByRole('button', { name: 'review gate' }).click();
  await expect.poll(() => status().textContent()).toContain('waits for the gate review');
  await page.reload();
  await expect.poll(() => status().textContent()).toContain('waits for the gate review');
  await page.keyboard.press(']');
  await bar.getByText('gate:approved').waitFor();
  await page.keyboard.press('t');
  await bar.waitFor({ state: 'detached' });
  expect(await status().textContent()).toContain('completed');
}

describe('the page of a task', () => {
  it('follows it from the queue through its gate to its end, without a reload', async () => {
    const fields = { description: 'Mend the sign-in', workflow: 'bugfix' };
    const id = await client.create({ ...fields, autonomy: 'review-before-merge' });
    await seen.open(`/console/tasks/${id}`);
    expect(await page.locator('h1').textContent()).toBe('Mend the sign-in');
    await expect.poll(() => status().textContent()).toContain('waits for a runner');
    await isSound('queued');

    const runner = startRunner({ url: server.url, repo: makeRepo(), agent: WORKS });
    await expect
      .poll(() => status().textContent(), { timeout: 60_000 })
      .toContain('waits for the gate review');
    const cells = page.getByRole('list', { name: 'Stages and gates' }).locator('li');
    await expect.poll(() => cells.last().textContent()).toMatch(/^review gate.*waits/);
    expect(await cells.first().textContent()).toMatch(/^investigation.*done \d+:\d\d/);
    await page.getByText('$0.48').first().waitFor();
    await isSound('gate');

    await client.post(`/tasks/${id}/gates/review/approve`, {});
    expect(await runner.ended).toMatchObject({ code: 0 });
    await expect.poll(() => status().textContent()).toContain('completed');
    await isSound('completed');

    for (const tab of ['Events', 'Artifacts', 'Usage', 'Subtasks', 'JSON']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel').locator('section, .empty').first().waitFor();
      await isSound(tab.toLowerCase());
    }
    await travels(id);
  });

  it('says why it failed, and retries from there', async () => {
    const id = await client.create({ description: 'Fail', workflow: 'bugfix', autonomy: 'full' });
    const first = startRunner({ url: server.url, repo: makeRepo(), agent: FAILS });
    await first.ended;
    await seen.open(`/console/tasks/${id}`);
    const why = page.getByRole('region', { name: 'Why it failed' });
    await why.getByText('in the stage investigation').waitFor();
    await why.getByText('Error: no such table: users', { exact: true }).waitFor();
    await isSound('failed');

    await button('Retry').click();
    await isSound('retry');
    await page.getByLabel('From the stage').selectOption('investigation');
    await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => status().textContent()).toContain('waits for a runner');
    const second = startRunner({ url: server.url, repo: makeRepo(), agent: WORKS });
    expect(await second.ended).toMatchObject({ code: 0 });
    await expect.poll(() => status().textContent()).toContain('completed');
    expect(await page.locator('.timeline li').first().textContent()).toContain('try 2');
  });

  it('pauses, resumes, hears a refusal, cancels, trashes and restores, all by keyboard', async () => {
    const id = await client.create({ description: 'Wait', workflow: 'bugfix' });
    await seen.open(`/console/tasks/${id}`);
    await button('Pause').waitFor();
    await page.keyboard.press('p');
    await page.getByLabel('Reason').fill('lunch');
    await page.keyboard.press('Enter');
    await expect.poll(() => status().textContent()).toContain('paused · lunch');
    await page.keyboard.press('p');
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).press('Enter');
    await expect.poll(() => status().textContent()).toContain('queued');

    await page.keyboard.press('b');
    await page.getByLabel(/^To/).fill('0');
    await page.getByLabel('Reason').fill('less');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await isSound('refused');
    await page.keyboard.press('Escape');

    for (const [name, reached] of [
      ['Cancel', 'cancelled'],
      ['Move to the trash', 'in the trash'],
      ['Restore', 'cancelled'],
    ] as const) {
      await button(name).press('Enter');
      await page.getByRole('dialog').locator('[type=submit]').press('Enter');
      await expect.poll(() => status().textContent()).toContain(reached);
    }
  });

  it('stops at its limit, says so, and goes on once it is raised', async () => {
    const fields = { description: 'Spend', workflow: 'bugfix', autonomy: 'full' };
    const id = await client.create({ ...fields, limits: { maxCostPerTask: 0.2 } });
    await seen.open(`/console/tasks/${id}`);
    const first = startRunner({ url: server.url, repo: makeRepo(), agent: WORKS, flags: [] });
    const stopped = page.getByRole('region', { name: 'A limit is reached' });
    await stopped.waitFor({ timeout: 60_000 });
    expect(await status().textContent()).toContain('waits for the gate budget');
    await isSound('budget');
    await stopped.getByRole('button', { name: 'Raise it and continue' }).click();
    expect(await page.getByLabel(/^To/).inputValue()).toBe('2.2');
    await page.getByLabel('Reason').fill('worth it');
    await page.keyboard.press('Enter');
    await expect.poll(() => status().textContent(), { timeout: 60_000 }).toContain('completed');
    await page.getByText('of $2.20').waitFor();
    await first.kill();
  });

  it('of a task that does not exist says so', async () => {
    const asked = page.waitForResponse(/tasks\/task_none$/);
    await page.goto(`${server.url}/console/tasks/task_none`);
    await asked;
    await page.getByRole('alert').waitFor();
    expect(await seen.axe()).toEqual([]);
  });
});
