// A webhook fails, somebody finds out why, and sends it again.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver } from '../receivers/receiver.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { lookAt } from '../world/look-at.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  seen = await watchPage(await chromium.visitor(), server.url);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

describe('webhooks in the console', () => {
  it('an endpoint is made, fails, is debugged, and its delivery sent again', async () => {
    const { page } = seen;
    const receiver = await startReceiver();
    receiver.status = 500;
    await seen.open('/console/webhooks');
    await page.getByText('Nothing is sent anywhere yet').waitFor();
    await lookAt(seen, 'webhooks-empty');

    await page.keyboard.press('c');
    await page.getByLabel('URL').fill(receiver.url);
    await page.getByLabel('Description').fill('The shop <b>\u202e');
    await page.getByLabel('Events', { exact: false }).first().fill('incident.*');
    await lookAt(seen, 'webhooks-create');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText('It is shown this once').waitFor();
    await lookAt(seen, 'webhooks-secret');
    await page.getByRole('link', { name: 'Go on to the endpoint' }).click();
    await page.getByText('Nothing was sent yet').waitFor();

    // It hears of what happens, and the list shows that by itself.
    const client = new Client(server.url);
    const project = (await client.get<{ defaultProjectId: string }>('/v1/me')).defaultProjectId;
    await client.post(`/v1/projects/${project}/incidents`, {
      environment: 'production',
      title: 'Checkout is slow',
    });
    const row = page.getByRole('row').filter({ hasText: 'incident.opened' });
    await row.getByText('retrying').waitFor();
    await lookAt(seen, 'webhooks-endpoint');

    await row.getByRole('link', { name: 'incident.opened' }).click();
    await page.getByText('webhook-signature').first().waitFor();
    await lookAt(seen, 'webhooks-delivery');
    receiver.status = 204;
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('It has arrived.').waitFor();
    expect(receiver.hits.at(-1)?.id).toBe(receiver.hits[0]?.id);
    await lookAt(seen, 'webhooks-resent');
    expect(seen.faults).toEqual([]);
  });

  it('a body that was written anew is found out, with both signed texts', async () => {
    const { page } = seen;
    await page.getByRole('link', { name: 'Debug its signature' }).click();
    const body = page.getByLabel('Raw body');
    await expect.poll(() => body.inputValue()).toContain('Checkout is slow');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('The signature holds').waitFor();
    await page.getByText('Both signed texts are the same').waitFor();

    await body.fill(JSON.stringify(JSON.parse(await body.inputValue()), null, 2));
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('reserialized_json').waitFor();
    await page.getByText('part at character').waitFor();
    await lookAt(seen, 'webhooks-debugger');
    expect(seen.faults).toEqual([]);
  });

  it('an endpoint is tested, paused, given another secret, edited and deleted', async () => {
    const { page } = seen;
    const receiver = await startReceiver();
    await page.getByRole('link', { name: 'Endpoint' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('URL').fill(receiver.url);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: receiver.url }).waitFor();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('It has arrived.').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused by a person').waitFor();
    await page.getByRole('button', { name: 'Enable' }).click();
    await page.getByText('enabled').first().waitFor();

    await page.getByRole('button', { name: 'Change the secret' }).click();
    await page.getByLabel('Overlap').selectOption('3600');
    await lookAt(seen, 'webhooks-rotate');
    await page.getByRole('button', { name: 'Make a new secret' }).click();
    await page.getByText('The old one signs, too').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();

    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Events', { exact: false }).first().fill('nothing.*');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('No event has the type').waitFor();
    await page.getByLabel('Events', { exact: false }).first().fill('task.*');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('definition').filter({ hasText: 'task.*' }).waitFor();

    await page.getByRole('button', { name: 'Send since…' }).click();
    await page.getByLabel('Types, separated').fill('incident.*');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('1 deliveries go').waitFor();

    await page.getByRole('button', { name: 'Delete' }).click();
    await lookAt(seen, 'webhooks-delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Nothing is sent anywhere yet').waitFor();
    // The refusal of `nothing.*` is an answer that Chromium notes, too.
    expect(seen.faults.filter((fault) => !/status of 422/.test(fault))).toEqual([]);
  });
});
