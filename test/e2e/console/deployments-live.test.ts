// Two people look at the same project while programs change it: both see each change, and neither page is loaded again.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { lookAt } from '../world/look-at.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let watched: readonly [Watched, Watched];
let client: Client;
let project = '';
/** A site that is well, until it is not. */
let site: Server;
let siteStatus = 200;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  watched = [
    await watchPage(await chromium.visitor(), server.url),
    await watchPage(await chromium.visitor(), server.url),
  ];
  client = new Client(server.url);
  await client.get('/tasks?limit=1');
  project = (await client.get<{ defaultProjectId: string }>('/v1/me')).defaultProjectId;
  site = createServer((_, response) => response.writeHead(siteStatus).end('ok'));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  site?.close();
  await chromium?.close();
  await server?.stop();
});

/** Opens a page in both browsers, and marks the document. */
const openBoth = (path: string) =>
  Promise.all(
    watched.map(async ({ open, page }) => {
      await open(path);
      await page.getByText(/^live · seq/).waitFor();
      await page.evaluate(() => document.documentElement.setAttribute('data-seen', ''));
    }),
  );
/** Until both show it. */
const both = (see: (page: Page) => Promise<unknown>) =>
  Promise.all(watched.map(({ page }) => see(page)));
/** A status in words, whatever its shape. */
const status = (within: Locator | Page, text: string) =>
  within
    .locator('.status')
    .filter({ hasText: new RegExp(`\\b${text}$`) })
    .first();
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const bothShow = (name: string, text: string) =>
  both((page) => status(row(page, name), text).waitFor());
/** Neither was loaded again, and neither had a fault. */
async function bothAreWell(): Promise<void> {
  for (const { page, faults } of watched) {
    expect(await page.locator('html[data-seen]').count()).toBe(1);
    expect(faults).toEqual([]);
  }
}
const make = async (what: string, body: object) =>
  (await client.post<{ id: string }>(`/v1/projects/${project}/${what}`, body)).id;

describe('by themselves, in two browsers', () => {
  it('an incident in staging is opened, acknowledged, noted upon and resolved', async () => {
    const [{ page: reader }, { page: other }] = watched;
    await openBoth('/console/deployments?tab=incidents');
    const id = await make('incidents', { environment: 'staging', title: 'Slow <i>checkout</i>' });
    await bothShow('Slow', 'open');
    await client.post(`/v1/incidents/${id}/acknowledge`, {});
    await bothShow('Slow', 'acknowledged');
    await reader.getByRole('link', { name: 'Slow' }).click();
    await reader.getByRole('heading', { name: 'Slow' }).waitFor();
    // What is being written stays, whatever others do meanwhile, and goes once it is sent.
    const note = reader.getByLabel('Note');
    await note.fill('Never again.');
    await client.post(`/v1/incidents/${id}/notes`, { note: 'It was the cache.' });
    await reader.getByText('It was the cache.').waitFor();
    await client.post(`/v1/incidents/${id}/resolve`, { note: 'It is cleared.' });
    await reader.getByText('It is cleared.').waitFor();
    expect(await note.inputValue()).toBe('Never again.');
    await reader.getByRole('button', { name: 'Write it down' }).click();
    await reader.getByRole('listitem').filter({ hasText: 'Never again.' }).waitFor();
    expect(await note.inputValue()).toBe('');
    await lookAt(watched[0], 'incident-course');
    await status(row(other, 'Slow'), 'resolved').waitFor();
    await bothAreWell();
  });

  it('a monitor in staging comes, goes down and up, rests and goes', async () => {
    const [{ page: reader }, { page: other }] = watched;
    await openBoth('/console/deployments?tab=monitors');
    const { port } = site.address() as AddressInfo;
    const id = await make('monitors', {
      ...{ environment: 'staging', name: 'Shop', url: `http://localhost:${port}/health` },
      ...{ intervalSeconds: 3_600, failureThreshold: 1, recoveryThreshold: 1 },
    });
    await bothShow('Shop', 'up');
    siteStatus = 503;
    await client.post(`/v1/monitors/${id}/check`, {});
    await bothShow('Shop', 'down');
    await lookAt(watched[0], 'monitors-down');
    await reader.getByRole('link', { name: 'Shop' }).click();
    await reader.getByText('An incident is open').waitFor();
    await reader.getByRole('cell', { name: '503' }).waitFor();
    await other.getByRole('tab', { name: 'Incidents' }).click();
    await status(row(other, 'Shop is down'), 'open').waitFor();
    siteStatus = 200;
    await client.post(`/v1/monitors/${id}/check`, {});
    await reader.getByText('An incident is open').waitFor({ state: 'detached' });
    await status(reader.locator('main'), 'up').waitFor();
    await status(row(other, 'Shop is down'), 'resolved').waitFor();
    await other.getByRole('tab', { name: 'Monitors' }).click();
    await client.post(`/v1/monitors/${id}/pause`, {});
    await status(reader.locator('main'), 'paused').waitFor();
    await status(row(other, 'Shop'), 'paused').waitFor();
    await reader.getByRole('link', { name: 'Monitors' }).last().click();
    await fetch(`${server.url}/v1/monitors/${id}`, { method: 'DELETE' });
    await both((page) => page.getByText('Nothing is watched yet').waitFor());
    await bothAreWell();
  });

  it('a deployment goes through its stages and is live', async () => {
    await openBoth('/console/deployments');
    const id = await make('deployments', {
      ...{
        environment: 'staging',
        release: '7.1.0',
        stages: [{ name: 'build' }, { name: 'test' }],
      },
      artifacts: [
        { name: 'web', kind: 'bundle', uri: 'file:///a', digest: `sha256:${'a'.repeat(64)}` },
      ],
    });
    const card = (page: Page) => page.getByRole('article', { name: '7.1.0' });
    const stage = (page: Page, name: string) =>
      card(page).getByRole('listitem').filter({ hasText: name });
    for (const name of ['build', 'test']) {
      for (const state of ['running', 'succeeded']) {
        await client.call('PUT', `/v1/deployments/${id}/stages/${name}`, { state });
        await both((page) => status(stage(page, name), state).waitFor());
      }
    }
    await both((page) => card(page).getByText('live', { exact: true }).waitFor());
    await both((page) => page.getByText('Live', { exact: true }).waitFor());
    await bothAreWell();
  });
});
