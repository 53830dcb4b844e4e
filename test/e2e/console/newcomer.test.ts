// Somebody who has just come: what they copy works, another project is one step away, and a pause of the network passes.

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { ROOT } from '../world/place.ts';
import { runInShell } from '../world/started.ts';

let server: DevServer;
let client: Client;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  client = new Client(server.url);
  seen = await watchPage(await chromium.visitor(), server.url);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

describe('somebody who has just come', () => {
  it('pastes the command of the empty board, and sees its task', async () => {
    await seen.open('/console/');
    const command = (await seen.page.locator('main pre').textContent()) ?? '';
    expect(command).not.toContain('Authorization');
    await runInShell(command, ROOT);
    await seen.page.getByRole('link', { name: 'Fix the flaky test of the parser' }).waitFor();
    expect(seen.faults).toEqual([]);
  });

  it('chooses another project, and a link to a task shows the project of the task', async () => {
    const { page } = seen;
    const made = await client.post('/v1/projects', { name: 'Another' });
    const { id: project } = made as { readonly id: string };
    const task = await client.create({ description: 'Over there', projectId: project });
    await seen.open('/console/');
    const choice = page.getByRole('combobox', { name: 'Project' });
    await choice.selectOption({ label: 'Another' });
    await page.getByRole('link', { name: 'Over there' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Fix the flaky test of the parser' }).waitFor();
    await seen.open(`/console/tasks/${task}`);
    await expect.poll(() => choice.inputValue()).toBe(project);
    await page
      .getByRole('navigation', { name: 'Console' })
      .getByRole('link', { name: 'Tasks' })
      .click();
    await page.getByRole('link', { name: 'Over there' }).waitFor();
    expect(seen.faults).toEqual([]);
  });

  it('sees the board whole again once the server is back', async () => {
    const cable = await TcpProxy.listen(server.port);
    onTestFinished(() => cable.close());
    const { page, open } = await watchPage(await chromium.visitor(), cable.url, {
      forgive: /ERR_|WebSocket connection/,
    });
    await open('/console/');
    await page.locator('.card').waitFor();
    // The mark is loaded after the first sight, and is not what is cut off here.
    await page.locator('.live', { hasText: /^live/ }).waitFor();
    cable.cut();
    await page.locator('.live', { hasText: 'reconnecting' }).waitFor();
    await page.getByRole('searchbox').fill('flaky');
    await page.getByText('The server cannot be reached.').first().waitFor();
    cable.mend();
    await page.locator('.live', { hasText: /^live/ }).waitFor();
    await expect.poll(() => page.getByText('The server cannot be reached.').count()).toBe(0);
    await page.locator('.card').waitFor();
  });

  it('gets the parts of a page that were out of reach, once the connection is back', async () => {
    const cable = await TcpProxy.listen(server.port);
    onTestFinished(() => cable.close());
    const { page, open } = await watchPage(await chromium.visitor(), cable.url, {
      forgive: /ERR_|WebSocket connection/,
    });
    await page.route(/assets\/here-/, (route) => route.abort());
    await open('/console/');
    await page.getByText('A part of this page could not be loaded.').waitFor();
    expect(await page.locator('.live').count()).toBe(0);
    await page.unroute(/assets\/here-/);
    cable.cut();
    cable.mend();
    await page.locator('.live', { hasText: /^live/ }).waitFor();
  });
});
