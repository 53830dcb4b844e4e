// Somebody on the way from the server changes what a gate asks: the page makes the hash itself, and lets nothing pass.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gate } from '../../../src/contract/gate.ts';
import type { Inbox } from '../../../src/contract/inbox.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { HandRunner } from '../world/hand-runner.ts';
import { lookAt } from '../world/look-at.ts';

const ASKED = 'terraform destroy';
const SHOWN = 'terraform plan';
const REFUSED = 'This browser makes another hash of the action that is shown';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let client: Client;
let bad: Gate;
let good: Gate;

/** An agent asks to run a command. */
async function request(command: string): Promise<Gate> {
  const runner = await HandRunner.register(client);
  await client.create({ description: `Run ${command}`, autonomy: 'full' });
  const action = { type: 'shell.exec', target: {}, params: { argv: command.split(' ') } };
  return runner.request(await runner.claim(), 'run', { action, policy: { allowEdit: true } });
}

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  client = new Client(server.url);
  bad = await request(ASKED);
  good = await request('npm test');
  seen = await watchPage(await chromium.visitor(), server.url);
  await seen.page.route(/\/gates\?limit=/, async (route) => {
    const answer = await route.fetch();
    const inbox: Inbox = await answer.json();
    const gates = inbox.gates.map((gate) =>
      gate.id === bad.id
        ? { ...gate, action: { ...gate.action, params: { argv: SHOWN.split(' ') } } }
        : gate,
    );
    await route.fulfill({ response: answer, json: { ...inbox, gates } });
  });
});
afterAll(async () => {
  // What the page has asked for last may still be on its way.
  await seen?.page.unrouteAll({ behavior: 'ignoreErrors' });
  await chromium?.close();
  await server?.stop();
});

const now = ({ taskId, id }: Gate): Promise<Gate> =>
  client.get<Gate>(`/tasks/${taskId}/gates/${id}`);
const sheet = () => seen.page.locator('dialog[open]');
const button = (name: RegExp) => sheet().getByRole('button', { name });

describe('an action that was changed on its way', () => {
  it('cannot be approved, by no button and no key, and can be rejected', async () => {
    const { page } = seen;
    await seen.open(`/console/inbox?gate=${bad.id}`);
    await page.getByText('this is not the action of the gate').waitFor();
    await page.keyboard.press('a');
    await sheet().getByRole('alert').filter({ hasText: REFUSED }).waitFor();
    await lookAt(seen, 'gate-other-hash');
    expect(await button(/^Approve/).isDisabled()).toBe(true);
    await page.keyboard.type('Looks harmless.');
    await page.keyboard.press('Control+Enter');
    await button(/^Choose above/).waitFor();
    expect(await now(bad)).toMatchObject({ status: 'pending' });
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'More…' }).click();
    for (const act of ['Edit the action', 'Waive it']) {
      await button(new RegExp(`^${act}`)).click();
      await sheet().getByRole('alert').filter({ hasText: REFUSED }).waitFor();
      expect(await sheet().locator('form').count()).toBe(0);
    }
    await page.keyboard.press('Escape');
    expect(await now(bad)).toMatchObject({ status: 'pending' });
  });

  it('is approved by no command that is printed beside it', async () => {
    const { page } = seen;
    const commands = () => page.locator('details.code figure').allTextContents();
    for (const [{ id }, approving] of [
      [good, 2],
      [bad, 0],
    ] as const) {
      await seen.open(`/console/inbox?gate=${id}`);
      await page.getByText('Do this in code').click();
      await page.locator('details.code').getByText(`/gates/${id}'`).waitFor();
      await expect
        .poll(async () => (await commands()).filter((one) => one.includes('actionHash')).length)
        .toBe(approving);
    }
  });

  it('is not among several that are approved at once', async () => {
    const { page } = seen;
    await seen.open('/console/inbox');
    for (const { id } of [bad, good]) {
      await page.locator(`li:has([data-gate="${id}"]) input`).check();
    }
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('a');
    await button(/^Approve 1 /).waitFor();
    await lookAt(seen, 'gates-other-hash');
    await page.keyboard.press('Control+Enter');
    await page.getByText('1 of 1 are decided.').waitFor();
    expect(await now(good)).toMatchObject({ status: 'approved' });
    expect(await now(bad)).toMatchObject({ status: 'pending' });
    await sheet().getByRole('alert').filter({ hasText: REFUSED }).waitFor();
    await page.keyboard.press('Escape');

    await seen.open(`/console/inbox?gate=${bad.id}`);
    await page.getByRole('button', { name: 'Reject R' }).click();
    await sheet().getByRole('textbox').fill('Somebody has changed this.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('run is rejected.').waitFor();
    expect(await now(bad)).toMatchObject({ status: 'rejected' });
    expect(seen.faults).toEqual([]);
  });
});
