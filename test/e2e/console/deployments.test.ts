// A pipeline reports, people promote and roll back, a monitor finds an outage: the page says so by itself.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { lookAt } from '../world/look-at.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let client: Client;
let project = '';
/** A site that is well, until it is not. */
let site: Server;
let siteStatus = 200;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  seen = await watchPage(await chromium.visitor(), server.url);
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

const ARTIFACT = { name: 'web', kind: 'bundle', uri: 'javascript:alert(1)' };

async function deploy(release: string, digit: string): Promise<string> {
  const { id } = await client.post<{ id: string }>(`/v1/projects/${project}/deployments`, {
    environment: 'staging',
    release,
    autoPromote: false,
    stages: [{ name: 'build' }],
    artifacts: [{ ...ARTIFACT, digest: `sha256:${digit.repeat(64)}` }],
    source: { kind: 'ci', branch: 'main', url: 'https://ci.example.com/42' },
  });
  return id;
}
const report = (id: string, fields: object) =>
  client.call('PUT', `/v1/deployments/${id}/stages/build`, fields);

describe('deployments in the console', () => {
  it('come, go through their stages, are promoted and rolled back to', async () => {
    const { page } = seen;
    await seen.open('/console/deployments');
    await page.getByText('Nothing was deployed yet').waitFor();
    await lookAt(seen, 'deployments-empty');

    const first = await deploy('1.0 <b>', '1');
    const card = page.getByRole('article', { name: '1.0' });
    await card.waitFor();
    await report(first, { state: 'running' });
    await card.getByText('running').first().waitFor();
    await report(first, { state: 'succeeded' });
    await card.getByText('Waits to be promoted.').waitFor();
    await card.getByRole('link').click();
    await page.getByRole('button', { name: 'Promote' }).click();
    await page.getByText('Live since').waitFor();
    await lookAt(seen, 'deployments-one');

    const second = await deploy('2.0', '2');
    await report(second, { state: 'succeeded' });
    await client.post(`/v1/deployments/${second}/promote`, {});
    await page.getByRole('button', { name: 'Roll back to this' }).click();
    await page.getByText('promotion').waitFor();

    const third = await deploy('3.0', '3');
    const summary = 'index.html has no title';
    await report(third, { state: 'failed', summary, remediation: ['Give the page a title'] });
    await page.getByRole('link', { name: 'Deployments' }).last().click();
    await page.getByText('build: index.html has no title').waitFor();
    await lookAt(seen, 'deployments-list');
    await page.getByRole('link', { name: '3.0' }).click();
    await page.getByText('Give the page a title').waitFor();

    await client.call('PATCH', `/v1/projects/${project}/environments/staging`, { protected: true });
    const guarded = await deploy('4.0', '4');
    await report(guarded, { state: 'succeeded' });
    await seen.open(`/console/deployments?deployment=${guarded}`);
    await page.getByText('0 of 1 have approved').waitFor();
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Approved by').waitFor();
    expect(seen.faults).toEqual([]);
  });

  it('an incident is opened, acknowledged, noted and resolved', async () => {
    const { page } = seen;
    await seen.open('/console/deployments?tab=incidents');
    await page.getByText('Nothing was wrong yet').waitFor();
    await page.getByRole('button', { name: 'Open an incident' }).click();
    await page.getByLabel('What is wrong').fill('Checkout is slow');
    await lookAt(seen, 'incident-form');
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('button', { name: 'Acknowledge Checkout is slow' }).click();
    await page.getByText('acknowledged').last().waitFor();
    await lookAt(seen, 'incidents');
    await page.getByRole('link', { name: 'Checkout is slow' }).click();
    await page.getByLabel('Note').fill('It was the cache.');
    await page.getByLabel('This resolves it').check();
    await page.getByRole('button', { name: 'Write it down' }).click();
    await page.getByText('resolved').first().waitFor();
    await page.getByText('It was the cache.').last().waitFor();
    await lookAt(seen, 'incident');
    expect(seen.faults).toEqual([]);
  });

  it('a URL is watched, and what it finds wrong is an incident', async () => {
    const { page } = seen;
    await seen.open('/console/deployments?tab=monitors');
    await page.getByText('Nothing is watched yet').waitFor();
    await page.getByRole('button', { name: 'Watch a URL' }).click();
    await page.getByLabel('Name').fill('Shop front');
    const { port } = site.address() as AddressInfo;
    await page.getByRole('textbox', { name: 'URL' }).fill(`http://localhost:${port}/health`);
    await page.getByLabel('Down after failures').fill('1');
    await lookAt(seen, 'monitor-form');
    await page.getByRole('button', { name: 'Watch it' }).click();
    await page.getByRole('link', { name: 'Shop front' }).click();
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByRole('cell', { name: '200' }).first().waitFor();
    siteStatus = 503;
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('An incident is open').waitFor();
    await page.getByRole('cell', { name: '503' }).first().waitFor();
    await lookAt(seen, 'monitor');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Nothing is watched yet').waitFor();
    expect(seen.faults).toEqual([]);
  });
});
