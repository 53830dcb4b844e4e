// The reference of the API at /docs/, in Chromium: every operation, tried against the very server that serves it.

import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId: string }>>>>;
  readonly webhooks: Readonly<Record<string, unknown>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let described: Described;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  seen = await watchPage(await chromium.visitor(), server.url, { forgive: /status of 404/ });
  described = (await (await fetch(`${server.url}/openapi.json`)).json()) as Described;
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

const show = async (hash: string): Promise<string> => {
  const { page } = seen;
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  return (await page.locator('main h1').textContent()) ?? '';
};

const look = async (name: string): Promise<void> => {
  const { page } = seen;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1_280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await seen.axe()).toEqual([]);
      const isTooWide = await page.evaluate(
        () => document.documentElement.scrollWidth > innerWidth,
      );
      expect(isTooWide).toBe(false);
      await seen.picture(`docs-${name}-${colorScheme}-${width}`);
    }
  }
  await page.setViewportSize({ width: 1_280, height: 900 });
};

const newToken = async (): Promise<string> => {
  const answer = await fetch(`${server.url}/v1/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'samples', scopes: ['tasks:write'] }),
  });
  const { token } = (await answer.json()) as { readonly token: string };
  return token;
};

describe('the reference', () => {
  it('shows every operation, event and schema of the document', async () => {
    await seen.open('/docs/');
    await seen.page.getByRole('heading', { name: 'First request' }).waitFor();
    const places = [
      ...Object.values(described.paths).flatMap((methods) =>
        Object.values(methods).map(({ operationId }) => operationId),
      ),
      ...Object.keys(described.webhooks).map((name) => `event:${name}`),
      ...Object.keys(described.components.schemas).map((name) => `schema:${name}`),
    ];
    expect(places.length).toBeGreaterThan(400);
    const missing = await seen.page.evaluate(async (all) => {
      const lost: string[] = [];
      for (const place of all) {
        location.hash = place;
        await new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
        await new Promise((resolve) => setTimeout(resolve));
        const heading = document.querySelector('main h1')?.textContent ?? '';
        if (heading === '' || heading === 'Nothing is called so') lost.push(place);
      }
      return lost;
    }, places);
    expect(missing).toEqual([]);
    expect(await show('no.such')).toBe('Nothing is called so');
    expect(seen.faults).toEqual([]);
  });

  it.each([
    ['home', 'home'],
    ['operation', 'tasks.create'],
    ['gate', 'gates.approve'],
    ['schema', 'schema:Task'],
    ['event', 'event:deployment.created'],
    ['refusal', 'refusal:idempotency_mismatch'],
  ])('%s: axe finds nothing in both themes and widths', async (name, hash) => {
    await show(hash);
    await look(name);
    expect(seen.faults).toEqual([]);
  });

  it('is searched from the keyboard, and Enter opens what was found', async () => {
    const { page } = seen;
    await show('home');
    await page.locator('main').focus();
    await page.keyboard.press('/');
    await page.keyboard.type('attempt retry');
    await page.locator('.side').getByText('Start a new attempt').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Start a new attempt' }).waitFor();
    expect(page.url()).toContain('#tasks.retry');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: /Sluice API/ }).waitFor();
  });

  it('tries an operation, and its samples ask the same', async () => {
    const { page } = seen;
    await page.getByLabel('Search the reference').fill('');
    await show('tasks.create');
    const body = page.getByLabel('Body');
    await body.fill('{"description": "It\'s from the <b>reference</b>"}');
    await page.getByRole('button', { name: 'Send POST' }).click();
    await page.getByText(/^201/).waitFor();
    await page.locator('pre.said').getByText('taskId').waitFor();
    const said = await page.locator('pre.said').textContent();
    const { taskId } = JSON.parse(said ?? '') as { readonly taskId: string };
    await page.getByRole('tab', { name: 'curl' }).click();
    const curl = (await page.locator('#sample').textContent()) ?? '';
    const env = { ...process.env, SLUICE_TOKEN: await newToken() };
    const made = execFileSync('sh', ['-c', `${curl} -s`], { encoding: 'utf8', env });
    expect(JSON.parse(made)).toHaveProperty('taskId');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const python = (await page.locator('#sample').textContent()) ?? '';
    const told = execFileSync('python3', ['-c', python], {
      encoding: 'utf8',
      env,
    });
    expect(told).toMatch(/^201 .*taskId/);
    await seen.picture('docs-tried');

    await show('tasks.get');
    await page.getByLabel('id', { exact: false }).first().fill(taskId);
    await page.getByRole('button', { name: 'Send GET' }).click();
    await page.locator('pre.said').getByText('<b>reference</b>').waitFor();
    await page.getByLabel('id', { exact: false }).first().fill('task_none');
    await page.getByRole('button', { name: 'Send GET' }).click();
    await page.locator('p.bad').getByText(/^404/).waitFor();
    expect(seen.faults).toEqual([]);
  });

  it('follows a stream as it comes, until it is stopped', async () => {
    const { page } = seen;
    await show('events.board');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.locator('pre.said').getByText('task:state').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText(/^Closed/).waitFor();
    expect(seen.faults).toEqual([]);
  });
});
