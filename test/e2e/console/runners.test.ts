// A runner comes, works, is drained and loses its task: the page says so by itself.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { lookAt } from '../world/look-at.ts';
import { makeRepo } from '../world/repo.ts';
import { startRunner } from '../world/runner-process.ts';

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

describe('runners in the console', () => {
  it('are seen at work, drained, and have a task taken away', async () => {
    const { page } = seen;
    const client = new Client(server.url);
    await seen.open('/console/runners');
    await page.getByText('Nobody is here to do the work').waitFor();
    await lookAt(seen, 'runners-empty');

    const taskId = await client.create({ description: 'Mend the \u202efault', workflow: 'bugfix' });
    await page.getByText('a runner that can do it').waitFor();
    startRunner({
      url: server.url,
      repo: makeRepo(),
      agent: 'cat > /dev/null; sleep 600',
      flags: ['--name', 'mac <b>', '--labels', 'gpu,linux'],
    });
    const card = page.getByRole('article', { name: 'mac <b>' });
    await card.getByText('online').waitFor();
    await card.getByRole('link', { name: 'Mend the' }).waitFor();
    await card.getByText('1 of 1 at work').waitFor();
    await lookAt(seen, 'runners-at-work');

    await card.getByRole('button', { name: 'Drain' }).click();
    await card.getByText('draining').waitFor();
    await card.getByRole('button', { name: 'Take it away…' }).click();
    await page.getByLabel('Reason').fill('The machine is gone.');
    await lookAt(seen, 'runners-release');
    await page.getByRole('button', { name: 'Take it away', exact: true }).click();
    const { events } = await client.get<{ events: { type: string; data: object }[] }>(
      `/tasks/${taskId}/events?limit=1000`,
    );
    const ended = events.find(({ type }) => type === 'lease:ended');
    expect(ended?.data).toMatchObject({ comment: 'The machine is gone.' });

    // It has finished what it had, and goes.
    await card.waitFor({ state: 'detached' });

    const fields = { name: 'forgotten', instanceId: 'i_1' };
    await client.post('/runners', fields);
    const other = page.getByRole('article', { name: 'forgotten' });
    await other.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Nobody is here to do the work').waitFor();
    expect(seen.faults).toEqual([]);
  });
});
