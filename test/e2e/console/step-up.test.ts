// What asks for a fresh sign-in: the passkey is asked for where one is, and what was asked happens once.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startReceiver } from '../receivers/receiver.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { HandRunner } from '../world/hand-runner.ts';
import { type OwnedServer, serveOwned } from '../world/owned-server.ts';
import { inAllLooks } from './looks.ts';

let server: OwnedServer;
let seen: Watched;
/** What was asked by the page and done. */
const done: string[] = [];

beforeAll(async () => {
  server = await serveOwned();
  seen = await watchPage(server.owner, server.url, { forgive: /status of 401/ });
  seen.page.on('response', (answer) => {
    const request = answer.request();
    const path = new URL(answer.url()).pathname.replace(/\b[a-z]{2,4}_\w{10,}/g, ':id');
    const isWrite = request.method() !== 'GET' && path.startsWith('/v1/');
    if (isWrite && answer.ok() && !path.startsWith('/v1/auth'))
      done.push(`${request.method()} ${path}`);
  });
});
afterAll(async () => {
  await server?.stop();
});
beforeEach(() => {
  done.length = 0;
});

const signs = async (): Promise<number> => (await server.owner.credentials())[0]?.signCount ?? 0;
const button = (name: string) => seen.page.getByRole('button', { name, exact: true });
const dialog = () => seen.page.getByRole('dialog');
const why = () => seen.page.getByRole('alert');
const said = (text: string) => seen.page.getByRole('status').filter({ hasText: text }).waitFor();

/** Does it with an old sign-in: refused by the device at first, then given; `then` waits for what shows that it is done. */
async function isAskedFor(act: () => Promise<void>, then: () => Promise<void>): Promise<void> {
  done.length = 0;
  await server.ageSignins();
  const before = await signs();
  await server.owner.knowsOwner(false);
  await act();
  await why().getByText('Your passkey was not given').waitFor();
  expect(done).toEqual([]);
  await server.owner.knowsOwner(true);
  await act();
  await then();
  expect(await signs()).toBe(before + 1);
  expect(done).toHaveLength(1);
  expect(await why().count()).toBe(0);
  expect(seen.faults).toEqual([]);
}

describe('with a sign-in that is no longer fresh', () => {
  it('a token is made, and what was filled in stays while the passkey is refused', async () => {
    await seen.open('/console/access');
    await button('New token').click();
    await dialog().getByLabel('Name', { exact: true }).fill('nightly');
    await dialog().getByLabel('projects:read').check();
    await dialog().getByLabel('It ends after').selectOption('7');
    const made = dialog().getByLabel('The token');
    await isAskedFor(
      () => button('Make the token').click(),
      () => made.waitFor(),
    );
    expect(await made.inputValue()).toMatch(/^slc_pat_/);
    expect(done).toEqual(['POST /v1/tokens']);
    await button('I have copied it').click();
    const row = seen.page.getByRole('row').filter({ hasText: 'nightly' });
    await row.getByText('projects:read').waitFor();
  });

  it('the form can be sent again by keyboard, and the sign-in page has other ways', async () => {
    const { page } = seen;
    await button('New token').click();
    const name = dialog().getByLabel('Name', { exact: true });
    await name.fill('weekly');
    await server.ageSignins();
    await server.owner.knowsOwner(false);
    await button('Make the token').focus();
    await page.keyboard.press('Enter');
    await why().getByText('Your passkey was not given').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Make the token');
    await inAllLooks(seen, 'step-up-refused');
    const way = why().getByRole('link', { name: 'Confirm it on the sign-in page' });
    const [tab] = await Promise.all([server.owner.context.waitForEvent('page'), way.click()]);
    await tab.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
    await tab.close();
    await server.owner.knowsOwner(true);
    expect(await name.inputValue()).toBe('weekly');
    await button('Make the token').focus();
    await page.keyboard.press('Enter');
    await dialog().getByLabel('The token').waitFor();
    await button('I have copied it').click();
    expect(done).toEqual(['POST /v1/tokens']);
    expect(seen.faults).toEqual([]);
  });

  it('a client is made, changed, and gets another secret', async () => {
    await seen.open('/console/access?tab=clients');
    await button('New client').click();
    await dialog().getByLabel('Name', { exact: true }).fill('CI');
    const secret = dialog().getByLabel('The client secret');
    await isAskedFor(
      () => button('Make the client').click(),
      () => secret.waitFor(),
    );
    const first = await secret.inputValue();
    await button('I have copied it').click();
    await button('CI').click();
    await isAskedFor(
      () => button('New secret, the others end now').click(),
      () => secret.waitFor(),
    );
    expect(await secret.inputValue()).not.toBe(first);
    await button('I have copied it').click();
    await dialog().getByLabel('Name', { exact: true }).fill('The CI');
    await isAskedFor(
      () => button('Save').click(),
      () => said('The CI is changed'),
    );
    expect(done).toEqual(['PATCH /v1/clients/:id']);
  });

  it('people are invited, get another link, have another role and are removed', async () => {
    await seen.open('/console/projects?tab=members');
    await seen.page.getByLabel('E-mail address').fill('bo@example.com');
    const link = dialog().getByLabel('The link');
    await isAskedFor(
      () => button('Invite').click(),
      () => link.waitFor(),
    );
    const first = await link.inputValue();
    await button('I have copied it').click();
    await isAskedFor(
      () => button('Make a new link for bo@example.com').click(),
      () => link.waitFor(),
    );
    expect(await link.inputValue()).not.toBe(first);
    await button('I have copied it').click();
    await isAskedFor(
      () => button('Revoke the invitation of bo@example.com').click(),
      () => seen.page.getByRole('row').filter({ hasText: 'revoked' }).waitFor(),
    );
    const role = seen.page.getByLabel('The role of The CI');
    await isAskedFor(
      async () => {
        expect(await role.inputValue()).toBe('developer');
        await role.selectOption('viewer');
      },
      () => said('The CI is viewer now'),
    );
    await button('Remove The CI').click();
    await isAskedFor(
      () => dialog().getByRole('button', { name: 'Remove' }).click(),
      () => role.waitFor({ state: 'detached' }),
    );
    expect(done).toEqual([`DELETE /v1/projects/:id/members/:id`]);
  });

  it('a webhook is made, changed, paused, and gets another secret', async () => {
    const receiver = await startReceiver();
    await seen.open('/console/webhooks?dialog=create');
    await dialog().getByLabel('URL').fill(receiver.url);
    await dialog().getByLabel('Description').fill('The shop');
    const shown = dialog().getByText('It is shown this once');
    const secret = dialog().getByText(/^whsec_/);
    await isAskedFor(
      () => button('Create').click(),
      () => shown.waitFor(),
    );
    const first = await secret.textContent();
    await dialog().getByRole('link', { name: 'Go on to the endpoint' }).click();
    await button('Edit').click();
    const description = dialog().getByLabel('Description');
    await description.fill('The shop, by night');
    await isAskedFor(
      async () => {
        expect(await description.inputValue()).toBe('The shop, by night');
        await button('Save').click();
      },
      () => seen.page.locator('p', { hasText: 'The shop, by night' }).waitFor(),
    );
    await isAskedFor(
      () => button('Pause').click(),
      () => button('Enable').waitFor(),
    );
    await button('Change the secret').click();
    const overlap = dialog().getByLabel('Overlap');
    await overlap.selectOption('604800');
    await isAskedFor(
      async () => {
        expect(await overlap.inputValue()).toBe('604800');
        await button('Make a new secret').click();
      },
      () => shown.waitFor(),
    );
    expect(await secret.textContent()).not.toBe(first);
    expect(done).toEqual(['POST /v1/webhooks/:id/rotate']);
  });

  it('what the API does not ask it for goes at once: the protection of an environment', async () => {
    await seen.open('/console/projects?tab=environments');
    await server.ageSignins();
    const before = await signs();
    await button('Change staging').click();
    await dialog().getByLabel('Protected', { exact: false }).check();
    await button('Save').click();
    const row = seen.page.getByRole('row').filter({ hasText: 'staging' });
    await row.getByText('protected').waitFor();
    expect(await signs()).toBe(before);
    expect(done).toEqual(['PATCH /v1/projects/:id/environments/staging']);
  });

  it('the passkey is asked before another is made or one is removed', async () => {
    await seen.open('/console/access?tab=passkeys');
    await server.ageSignins();
    const before = await signs();
    await button('Add a passkey').click();
    await why().getByText('This device has a passkey of yours already.').waitFor();
    expect(await signs()).toBe(before + 1);
    await seen.page.getByRole('button', { name: /^Remove the passkey/ }).click();
    await server.ageSignins();
    await server.owner.knowsOwner(false);
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await dialog().getByText('Your passkey was not given').waitFor();
    await server.owner.knowsOwner(true);
    await button('Keep it').click();
    expect((await server.owner.credentials()).length).toBe(1);
    expect(seen.faults).toEqual([]);
  });

  it('several gates are approved, and who gives no passkey is told so', async () => {
    const { page } = seen;
    const client = new Client(server.url, server.token);
    const runner = await HandRunner.register(client);
    await client.create({ description: 'Move both shops', autonomy: 'full' });
    const grant = await runner.claim();
    const policy = { stepUpSeconds: 300 };
    const ask = (name: string) => runner.request(grant, name, { policy });
    const gates = [await ask('first'), await ask('second')];
    await server.ageSignins();
    await server.owner.knowsOwner(false);
    await seen.open('/console/inbox');
    for (const { id } of gates) await page.locator(`li:has([data-gate="${id}"]) input`).check();
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('a');
    await dialog()
      .getByRole('button', { name: /^Approve 2/ })
      .press('Enter');
    await why().getByText('Your passkey was not given').waitFor();
    await why().getByRole('link', { name: 'Confirm it on the sign-in page' }).waitFor();
    await server.owner.knowsOwner(true);
    await dialog()
      .getByRole('button', { name: /^Approve 2/ })
      .press('Enter');
    await page.getByText('2 of 2 are decided.').waitFor();
    for (const { id, taskId } of gates)
      expect(await client.get(`/tasks/${taskId}/gates/${id}`)).toMatchObject({
        status: 'approved',
      });
    expect(seen.faults).toEqual([]);
  });

  it('a project is deleted', async () => {
    const made = await server.ask<{ id: string }>('POST', '/v1/projects', { name: 'Gone' });
    await seen.open(`/console/projects?project=${made.body.id}`);
    await button('Delete this project').click();
    await isAskedFor(
      () => dialog().getByRole('button', { name: 'Delete this project' }).click(),
      () => seen.page.waitForURL(`${server.url}/console/`),
    );
    expect(done).toEqual(['DELETE /v1/projects/:id']);
  });
});
