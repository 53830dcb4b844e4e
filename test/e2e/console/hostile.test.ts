// Whatever an agent or a stranger writes is text on every screen: it runs nothing, leads nowhere and turns no line around.

import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { beHostile, HOSTILE, type HostileWorld, LONG_LINES } from '../world/hostile.ts';
import { until } from '../world/until.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let world: HostileWorld;
/** Requests that have not been answered. */
let asked = 0;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  world = await beHostile(new Client(server.url));
  seen = await watchPage(await chromium.visitor(), server.url);
  await seen.page.setViewportSize({ width: 1_280, height: 900 });
  seen.page.on('request', () => {
    asked += 1;
  });
  for (const end of ['requestfinished', 'requestfailed'] as const) {
    seen.page.on(end as 'requestfinished', () => {
      asked -= 1;
    });
  }
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

/** What a hostile text has brought about on the page as it is; nothing, if all is well. */
const harm = (): Promise<readonly string[]> =>
  seen.page.evaluate(() => {
    const found: string[] = [];
    if ('hacked' in window) found.push('a script has run');
    const foreign = 'iframe, object, embed, base, meta[http-equiv], script:not([src]), style';
    for (const one of document.querySelectorAll(`${foreign}, img:not([src^="/"])`)) {
      found.push(`an element out of text: ${one.outerHTML.slice(0, 80)}`);
    }
    for (const one of document.querySelectorAll('*')) {
      for (const { name } of one.attributes) {
        if (/^on|^style$|^srcdoc$/.test(name) && one.closest('svg') === null && name !== 'style') {
          found.push(`an attribute out of text: ${name}`);
        }
      }
    }
    for (const { href, protocol, origin, rel } of document.links) {
      if (!/^https?:$/.test(protocol)) found.push(`a link to ${href}`);
      const isForeign = origin !== location.origin;
      if (isForeign && !/noopener/.test(rel)) found.push(`a link that can look back: ${href}`);
    }
    const steering = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u200b\ufeff]/u;
    const text = document.body.innerText.replaceAll('\r', '');
    const at = text.search(steering);
    if (at >= 0)
      found.push(`what steers: ${JSON.stringify(text.slice(Math.max(0, at - 40), at + 5))}`);
    return found;
  });

/** Waits until everything that was asked for is on the screen. */
async function settle(): Promise<void> {
  const { page } = seen;
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  await expect.poll(() => asked).toBe(0);
  const frames = (): Promise<unknown> =>
    new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await page.evaluate(frames);
}

/** All that can be folded away or stands on another tab. */
async function unfold(): Promise<readonly string[]> {
  const { page } = seen;
  const found: string[] = [];
  const look = async (): Promise<void> => {
    // What is unfolded may bring more of it.
    for (let turn = 0; turn < 2; turn += 1) {
      await settle();
      await page.evaluate(() => {
        for (const one of document.querySelectorAll('main details')) {
          one.toggleAttribute('open', true);
        }
      });
    }
    await settle();
    found.push(...(await harm()));
  };
  await look();
  for (let index = 0; index < (await page.getByRole('tab').count()); index += 1) {
    await page.getByRole('tab').nth(index).click();
    await page.locator('main [role=tabpanel]').filter({ hasText: /\w/ }).first().waitFor();
    await look();
  }
  return found;
}

/** Screens that show ids and numbers at first; the names are on a tab of theirs, or nowhere. */
const BARE: ReadonlySet<string> = new Set(['usage', 'audit', 'webhooks']);

describe('a hostile text', () => {
  it.each([
    ['the board', () => '/console/'],
    ['the table', () => '/console/?view=table'],
    ['a waiting task', () => `/console/tasks/${world.waiting}`],
    ['a failed task', () => `/console/tasks/${world.failed}`],
    ['the inbox', () => `/console/inbox?gate=${world.gateId}`],
    ['the runners', () => '/console/runners'],
    ['the deployments', () => '/console/deployments'],
    ['usage', () => '/console/usage'],
    ['webhooks', () => '/console/webhooks'],
    ['the project', () => '/console/projects'],
    ['access', () => '/console/access'],
    ['audit', () => '/console/audit'],
  ])('is text on %s', async (name, path) => {
    await seen.open(path());
    if (!BARE.has(name))
      await seen.page.locator('main').getByText('<script>hacked=1').first().waitFor();
    expect(await unfold()).toEqual([]);
    expect(seen.faults).toEqual([]);
    await seen.picture(`hostile-${name.replaceAll(' ', '-')}`);
  });

  it('is shown where it belongs, and not left out', async () => {
    await seen.open(`/console/tasks/${world.waiting}`);
    const heading = seen.page.locator('h1');
    await expect.poll(() => heading.textContent()).toContain('<script>hacked=1</script>');
    const title = await heading.textContent();
    expect(title).not.toContain('\u202e');
    expect(HOSTILE).toContain('\u202e');
    await seen.page.locator('main').getByText('onload="hacked=1"').first().waitFor();
  });

  it('is text in the palette and on the sheet of a decision', async () => {
    const { page } = seen;
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^What to do/ }).fill('txt.exe');
    await page
      .getByRole('option', { name: /txt\.exe/ })
      .first()
      .waitFor();
    expect(await harm()).toEqual([]);
    await page.keyboard.press('Escape');
    await page
      .getByRole('button', { name: /^Approve/ })
      .first()
      .click();
    await page.getByRole('dialog').waitFor();
    await settle();
    expect(await harm()).toEqual([]);
    await seen.picture('hostile-sheet');
    await page.keyboard.press('Escape');
    expect(seen.faults).toEqual([]);
  });

  it('is shown as it is, also where it says that it is JSON and is none', async () => {
    const { page } = seen;
    await seen.open(`/console/tasks/${world.waiting}?tab=artifacts`);
    const artifact = page.getByRole('article').filter({ hasText: 'result.json' });
    await artifact.getByRole('button', { name: 'Look at it' }).click();
    await artifact.locator('pre', { hasText: '<script>hacked=1</script>' }).waitFor();
    expect(await harm()).toEqual([]);
    expect(seen.faults).toEqual([]);
  });

  it('of many lines is shown in part, and says how much is in the file', async () => {
    const { page } = seen;
    await seen.open(`/console/tasks/${world.waiting}?tab=artifacts`);
    const artifact = page.getByRole('article').filter({ hasText: 'long.patch' });
    await artifact.getByRole('button', { name: 'Look at it' }).click();
    expect(LONG_LINES).toBe(100_000);
    await artifact.getByText('97,001 more lines are in the file.').waitFor();
    expect(await artifact.locator('pre span').count()).toBe(3_000);
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'an address that says %s is no fault',
    async (word) => {
      for (const path of ['/console/', '/console/inbox', '/console/usage', '/console/projects']) {
        const query = ['view', 'tab', 'by', 'sort', 'q'].map((name) => `${name}=${word}`);
        await seen.open(`${path}?${query.join('&')}`);
        await seen.page.getByText('Do this in code').waitFor();
      }
      expect(seen.faults).toEqual([]);
    },
  );

  it('stands in a printed command as JSON spells it, and is what was sent', async () => {
    const { page } = seen;
    const client = new Client(server.url);
    const hook = { projectId: world.projectId, url: 'http://localhost:9/', types: ['task.*'] };
    const { id } = await client.post<{ id: string }>('/v1/webhooks', hook);
    await client.create({ description: HOSTILE });
    const path = `/v1/webhooks/${id}/deliveries`;
    const delivery = await until(
      async () => (await client.get<{ data: { id: string }[] }>(path)).data[0],
      { what: 'the task is told of' },
    );
    await seen.open(`/console/webhooks/${id}?view=debugger&delivery=${delivery.id}`);
    await page.getByText('Do this in code').click();
    const command = page.locator('details.code pre');
    await command.filter({ hasText: 'txt.exe' }).waitFor();
    expect(await harm()).toEqual([]);
    const printed = `curl() { for said; do :; done; printf '%s' "$said"; }; ${await command.textContent()}`;
    const { stdout } = spawnSync('sh', ['-c', printed], { encoding: 'utf8' });
    expect((JSON.parse(stdout) as { payload: string }).payload).toContain('\u202e');
    expect(seen.faults).toEqual([]);
  });

  it('an artifact that is opened is a file, and never a page of ours', async () => {
    const artifact = await fetch(`${server.url}/tasks/${world.waiting}/artifacts/report.html`);
    expect(artifact.headers.get('Content-Disposition')).toContain('attachment');
    expect(artifact.headers.get('Content-Security-Policy')).toContain('sandbox');
  });
});
