// For who hears the console, enlarges it or gives it colours of their own: what is read aloud, where the focus goes, what
// is still seen.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let client: Client;
let task = '';

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  client = new Client(server.url);
  task = await client.create({ description: 'Read me aloud', autonomy: 'manual' });
  await client.post(`/tasks/${task}/pause`);
  await client.post(`/tasks/${task}/resume`);
  for (let line = 1; line <= 30; line += 1) {
    await client.post(`/tasks/${task}/log`, { message: `line ${line}` });
  }
  seen = await watchPage(await chromium.visitor(), server.url);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

const focused = (): Promise<string> =>
  seen.page.evaluate(() => document.activeElement?.id || document.activeElement?.localName || '');

describe('what is read aloud', () => {
  it('is that the page is live, and not each event that comes', async () => {
    await seen.open('/console/');
    const mark = seen.page.locator('.live');
    const aloud = mark.getByRole('status');
    await mark.filter({ hasText: /^live · seq \d/ }).waitFor();
    const before = await mark.textContent();
    const said = await aloud.allTextContents();
    await client.create({ description: 'One more event' });
    await expect.poll(() => mark.textContent()).not.toBe(before);
    expect(await aloud.allTextContents()).toEqual(said);
    expect(said).toEqual(['live', '']);
  });

  it('is how a task stands, once it stands otherwise', async () => {
    const { page } = seen;
    const id = await client.create({ description: 'Change of heart', requires: ['nobody'] });
    await seen.open(`/console/tasks/${id}`);
    const status = page.locator('main').getByRole('status');
    await status.filter({ hasText: 'queued' }).first().waitFor();
    await client.post(`/tasks/${id}/cancel`);
    await status.filter({ hasText: 'cancelled' }).first().waitFor();
  });
});

describe('the focus', () => {
  it('is where the next page begins, by a link and by Back', async () => {
    const { page } = seen;
    await seen.open('/console/');
    await page.getByRole('link', { name: 'Runners' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Runners' }).waitFor();
    await expect.poll(focused).toBe('main');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
    await expect.poll(focused).toBe('main');
  });

  it('makes Enter press what it is on, also where the page has a use for that key', async () => {
    const { page } = seen;
    await seen.open('/console/');
    await page.locator('.card').first().waitFor();
    await page.getByRole('button', { name: /^New task/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'New task' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('is in the palette from its first moment: no key that follows is lost to the page', async () => {
    const { page } = seen;
    await seen.open('/console/');
    await page.evaluate(() => {
      const [root] = document.querySelectorAll('#app');
      const seenOpen: boolean[] = [];
      Object.assign(window, { seenOpen });
      new MutationObserver(() => {
        const dialog = document.querySelector('dialog');
        if (dialog !== null) seenOpen.push(dialog.open && dialog.contains(document.activeElement));
      }).observe(root as Element, { childList: true, subtree: true });
    });
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^What to do/ }).waitFor();
    const first = (): Promise<boolean> => page.evaluate(() => Reflect.get(window, 'seenOpen')[0]);
    await expect.poll(first).toBe(true);
    await page.keyboard.press('Escape');
  });

  it('is on the slider of time travel, where the letters still work', async () => {
    const { page } = seen;
    await seen.open(`/console/tasks/${task}`);
    await page.locator('.live', { hasText: /seq \d/ }).waitFor();
    await page.keyboard.press('t');
    const slider = page.getByRole('slider', { name: 'Moment' });
    await slider.waitFor();
    await expect.poll(() => slider.evaluate((one) => one === document.activeElement)).toBe(true);
    const at = (): number => Number(new URL(page.url()).searchParams.get('at'));
    const last = at();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(at).toBeLessThan(last);
    const before = at();
    const said = (): Promise<string | null> => slider.getAttribute('aria-valuetext');
    await expect.poll(said).toMatch(new RegExp(`^After event ${before}:`));
    await page.keyboard.press('[');
    await expect.poll(at).toBeLessThan(before);
    await page.keyboard.press('t');
    await expect.poll(() => slider.count()).toBe(0);
    expect(seen.faults).toEqual([]);
  });
});

describe('what is seen', () => {
  /** Opens a page and waits for what comes last on it. */
  const read = async (path: string): Promise<void> => {
    await seen.open(path.replace('{task}', task));
    const isReference = path.startsWith('/docs');
    await seen.page.getByText(isReference ? 'First request' : 'Do this in code').waitFor();
  };
  const PAGES = [
    '/console/',
    '/console/?view=table',
    '/console/tasks/{task}',
    '/console/inbox',
    '/console/usage',
    '/console/webhooks',
    '/console/runners',
    '/console/deployments',
    '/console/projects',
    '/console/access',
    '/console/audit',
    '/docs/',
  ] as const;

  it.each(PAGES)('%s is read without scrolling sideways at 400 %', async (path) => {
    const { page } = seen;
    await page.setViewportSize({ width: 320, height: 640 });
    await read(path);
    const wider = (): Promise<number> =>
      page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await expect.poll(wider).toBeLessThanOrEqual(0);
    await seen.picture(`zoomed-${path.replaceAll(/\W+/g, '-')}`);
    await page.setViewportSize({ width: 1_280, height: 800 });
  });

  it.each(PAGES)('%s keeps its words with more room between them (WCAG 1.4.12)', async (path) => {
    const { page } = seen;
    await read(path);
    const cut = await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }',
      );
      document.adoptedStyleSheets = [sheet];
      const found: string[] = [];
      for (const one of document.querySelectorAll('main *, header *')) {
        const { overflowX, overflowY, textOverflow } = getComputedStyle(one);
        // What ends in dots says the rest elsewhere.
        if (textOverflow === 'ellipsis' || one.closest('[aria-hidden]') !== null) continue;
        const isWide = overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1;
        const isHigh = overflowY === 'hidden' && one.scrollHeight > one.clientHeight + 1;
        const isHeld = one.matches('.card') && one.scrollHeight > one.clientHeight + 1;
        if (isWide || isHigh || isHeld) found.push(`${one.localName}.${one.className}`);
      }
      return found;
    });
    await seen.picture(`spaced-${path.replaceAll(/\W+/g, '-')}`);
    expect(cut).toEqual([]);
  });

  it('is what is chosen, also in colours of the reader', async () => {
    const { page } = seen;
    await page.emulateMedia({ forcedColors: 'active' });
    await seen.open(`/console/tasks/${task}`);
    const colourOf = (selected: boolean): Promise<string> =>
      page
        .getByRole('tab', { selected })
        .first()
        .evaluate((one) => getComputedStyle(one).backgroundColor);
    await page.getByRole('tab', { selected: true }).waitFor();
    expect(await colourOf(true)).not.toBe(await colourOf(false));
    await page.getByRole('tab', { selected: true }).focus();
    await page.keyboard.press('ArrowRight');
    const outline = await page.evaluate(
      () => document.activeElement && getComputedStyle(document.activeElement).outlineStyle,
    );
    expect(outline).toBe('solid');
    await seen.picture('forced-colours');
    await page.emulateMedia({ forcedColors: 'none' });
  });
});
