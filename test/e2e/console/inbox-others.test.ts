// The inbox holds the gates of all projects, and the feed is that of one: what waits elsewhere is found by who looks again.
// And more gates than one answer of the API holds.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gate } from '../../../src/contract/gate.ts';
import { REQUESTS_MAX } from '../../../src/contract/gate-request.ts';
import type { Grant } from '../../../src/contract/runner.ts';
import { openChromium, type Visitor } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { HandRunner } from '../world/hand-runner.ts';
import { lookAt } from '../world/look-at.ts';

const PAGE = 100;
const MANY = 104;

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let client: Client;
let projectId: string;
let visitor: Visitor;
let seen: Watched;
let runner: HandRunner;
let grant: Grant;
let beginTask: (more?: object) => Promise<void>;
let readings = 0;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  client = new Client(server.url);
  const { id } = await client.post<{ id: string }>('/v1/projects', { name: 'Elsewhere' });
  projectId = id;
  beginTask = async (more = {}) => {
    runner = await HandRunner.register(client, id);
    const description = 'Tend the other shop';
    await client.create({ description, projectId: id, autonomy: 'full', ...more });
    grant = await runner.claim();
  };
  await beginTask();
  visitor = await chromium.visitor();
  // A page without a network says so itself.
  seen = await watchPage(visitor, server.url, { forgive: /ERR_INTERNET_DISCONNECTED/ });
  seen.page.on('request', (request) => {
    if (/\/gates\?limit=/.test(request.url())) readings += 1;
  });
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

const row = ({ id }: Gate) => seen.page.locator(`[data-gate="${id}"]`);
const counted = (text: string) => seen.page.locator('.nav').getByText(text, { exact: true });

describe('gates of a project that is not shown', () => {
  it('are counted once somebody comes back to the window, read once however it says so', async () => {
    const { page } = seen;
    await seen.open('/console/inbox');
    await page.getByText('Nothing waits for you').waitFor();
    const gate = await runner.request(grant, 'first');
    readings = 0;
    await page.evaluate(() => {
      for (const name of ['focus', 'online']) dispatchEvent(new Event(name));
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await row(gate).waitFor();
    expect(readings).toBe(1);
    await counted('1').waitFor();
  });

  it('are counted once the network is back', async () => {
    const { page } = seen;
    await visitor.context.setOffline(true);
    await page.evaluate(() => dispatchEvent(new Event('focus')));
    await page.getByText('The server cannot be reached. The list may be old.').waitFor();
    await lookAt(seen, 'inbox-offline');
    const gate = await runner.request(grant, 'second');
    await visitor.context.setOffline(false);
    await row(gate).waitFor();
    expect(await page.getByText('The list may be old.').count()).toBe(0);
  });

  it('are read again by who opens the inbox', async () => {
    const { page } = seen;
    await seen.open('/console/');
    await counted('2').waitFor();
    const gate = await runner.request(grant, 'third');
    await page.getByRole('link', { name: /^Inbox/ }).click();
    await row(gate).waitFor();
    await counted('3').waitFor();
    expect(seen.faults).toEqual([]);
  });
});

describe('more gates than one answer holds', () => {
  it('are counted as so many and more, and read when somebody asks for them', async () => {
    const { page } = seen;
    for (let at = 3; at < MANY; at += 1) {
      if (at % REQUESTS_MAX === 0) await beginTask();
      await runner.request(grant, `gate-${at}`);
    }
    await seen.open('/console/inbox');
    await counted(`${PAGE}+`).waitFor();
    expect(await page.title()).toContain(`(${PAGE}+) Inbox`);
    await page.getByText(`${PAGE} of ${PAGE}+`).waitFor();
    await page.getByRole('button', { name: '100 more' }).scrollIntoViewIfNeeded();
    await lookAt(seen, 'inbox-more');
    await page.getByRole('button', { name: '100 more' }).click();
    await page.getByText(`${MANY} of ${MANY}`, { exact: true }).waitFor();
    await counted(`${MANY}`).waitFor();
    expect(await page.title()).toContain(`(${MANY}) Inbox`);
    expect(await page.locator('.gates li').count()).toBe(MANY);
    expect(await page.getByRole('button', { name: '100 more' }).count()).toBe(0);
    expect(seen.faults).toEqual([]);
  });

  it('are shown as they are, also one that was opened by its address and lies behind them', async () => {
    const { page } = seen;
    await beginTask({ priority: 'urgent' });
    const gate = await runner.request(grant, 'last', { policy: { required: 2 } });
    await seen.open(`/console/inbox?project=${projectId}&gate=${gate.id}`);
    await page.getByText('0 of 2 approvals').first().waitFor();
    expect(await row(gate).count()).toBe(0);
    const path = `/tasks/${gate.taskId}/gates/${gate.id}/approve`;
    await client.post(path, { approver: 'Bo Berg', comment: 'From me.' });
    await page.getByText(/by Bo Berg.*“From me\.”/).waitFor();
    expect(seen.faults).toEqual([]);
  });
});
