// The inbox, beyond one decision: many at once, another action, a vote taken back, and what is agreed to beforehand.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gate } from '../../../src/contract/gate.ts';
import type { Grant } from '../../../src/contract/runner.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { HandRunner } from '../world/hand-runner.ts';
import { lookAt } from '../world/look-at.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let client: Client;
let runner: HandRunner;
let grant: Grant;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  client = new Client(server.url);
  runner = await HandRunner.register(client);
  seen = await watchPage(await chromium.visitor(), server.url);
});
beforeEach(async () => {
  await client.create({ description: 'Ship the <b>help</b>\u202e page', autonomy: 'full' });
  grant = await runner.claim();
});
afterEach(() => client.call('POST', `/tasks/${grant.task.id}/cancel`));
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

/** What an agent asks for in the midst of its work. */
function request(name: string, more: Record<string, unknown> = {}): Promise<Gate> {
  const action = {
    type: 'shell.exec',
    target: {},
    params: { argv: ['rm', '-rf', `build of ${name}\u202e`] },
  };
  return runner.request(grant, name, { action, ...more });
}

const now = ({ taskId, id }: Gate): Promise<Gate> =>
  client.get<Gate>(`/tasks/${taskId}/gates/${id}`);
const row = ({ id }: Gate) => seen.page.locator(`[data-gate="${id}"]`);
const sheet = () => seen.page.locator('dialog[open]');

describe('the inbox', () => {
  it('decides several at once, by keys, in one request', async () => {
    const { page } = seen;
    await seen.open('/console/inbox');
    const gates = [await request('one'), await request('two'), await request('three')];
    for (const gate of gates) await row(gate).waitFor();
    const shown = await page.locator('.gates').textContent();
    expect(shown).not.toMatch(/[\u202a-\u202e]/);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('2 selected').waitFor();
    await lookAt(seen, 'inbox-selected');
    await page.keyboard.press('r');
    await sheet().getByText('build of').first().waitFor();
    await lookAt(seen, 'inbox-bulk');
    await page.keyboard.type('Not these.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('2 of 2 are decided.').waitFor();
    const states = await Promise.all(gates.map(async (gate) => (await now(gate)).status));
    expect(states.toSorted()).toEqual(['pending', 'rejected', 'rejected']);
    expect(seen.faults).toEqual([]);
  });

  it('puts another action in the place of the one asked for, and takes the vote back', async () => {
    const { page } = seen;
    const gate = await request('clean', { policy: { allowEdit: true } });
    await row(gate).click();
    await page.getByText('"build of clean\\u202e"').waitFor();
    await page.getByRole('button', { name: 'More…' }).click();
    await sheet().getByRole('button', { name: 'Edit the action' }).first().click();
    await lookAt(seen, 'gate-edit');
    const field = sheet().locator('textarea');
    await field.fill((await field.inputValue()).replace('build of clean\\u202e', 'dist'));
    await sheet().getByRole('button', { name: 'Edit the action' }).last().click();
    await page.getByText('The action is what you have made of it').waitFor();
    const edited = await now(gate);
    expect(edited).toMatchObject({
      status: 'approved',
      action: { params: { argv: ['rm', '-rf', 'dist'] } },
    });

    await seen.open(`/console/inbox?gate=${gate.id}`);
    await page.getByRole('button', { name: 'More…' }).click();
    await sheet().getByRole('button', { name: 'Take your vote back' }).last().click();
    await page.getByText('Your vote is taken back.').waitFor();
    await expect.poll(async () => (await now(gate)).status).toBe('pending');
    expect(seen.faults).toEqual([]);
  });

  it('agrees beforehand to requests of one form, and ends that', async () => {
    const { page } = seen;
    await seen.open('/console/inbox?view=standing');
    await page.getByText('Nothing is agreed to beforehand').waitFor();
    await lookAt(seen, 'standing-empty');
    await page.getByRole('button', { name: 'Agree beforehand…' }).click();
    await sheet().getByLabel('Command').fill('npm\ntest\n*');
    await sheet().getByLabel('Environment').selectOption('development');
    await lookAt(seen, 'standing-form');
    await sheet().getByRole('button', { name: 'Agree' }).click();
    await page.getByText('0 of 20').waitFor();
    await lookAt(seen, 'standing-list');
    const asked = await request('test', {
      action: { type: 'shell.exec', target: {}, params: { argv: ['npm', 'test', 'all'] } },
    });
    await expect.poll(async () => (await now(asked)).status).toBe('approved');
    await page.getByRole('button', { name: 'End it' }).click();
    await page.getByText('Nothing is agreed to beforehand').waitFor();
    expect(seen.faults).toEqual([]);
  });
});
