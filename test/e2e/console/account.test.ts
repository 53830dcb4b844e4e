// A person looks after what lets somebody in: with a sign-in, as a deployment has it.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Watched, watchPage } from '../world/console.ts';
import { type OwnedServer, serveOwned } from '../world/owned-server.ts';
import { until } from '../world/until.ts';
import { inAllLooks } from './looks.ts';

let server: OwnedServer;
let seen: Watched;

beforeAll(async () => {
  server = await serveOwned();
  // A refusal that is shown is no fault, though the browser logs it.
  seen = await watchPage(server.owner, server.url, { forgive: /status of 422/ });
});
afterAll(async () => {
  await server?.stop();
});

const statusWith = async (token: string): Promise<number> =>
  (await fetch(`${server.url}/v1/me`, { headers: { Authorization: `Bearer ${token}` } })).status;

const button = (name: string) => seen.page.getByRole('button', { name, exact: true });
const dialog = () => seen.page.getByRole('dialog');
const said = (text: string) => seen.page.getByRole('status').filter({ hasText: text }).waitFor();

describe('a personal token', () => {
  let token = '';

  it('is made with what it may do, and shown once', async () => {
    await seen.open('/console/access');
    await button('New token').click();
    await dialog().getByLabel('Name', { exact: true }).fill('nightly');
    await dialog().getByLabel('projects:read').check();
    await inAllLooks(seen, 'access-token-new');
    await button('Make the token').click();
    token = await dialog().getByLabel('The token').inputValue();
    expect(token).toMatch(/^slc_pat_/);
    await inAllLooks(seen, 'access-token-once');
    await button('I have copied it').click();
    await seen.page.getByRole('rowheader', { name: 'nightly' }).waitFor();
    expect(await seen.page.content()).not.toContain(token);
    expect(await statusWith(token)).toBe(200);
  });

  it('is revoked: it opens nothing any more', async () => {
    await button('Revoke nightly').click();
    await seen.picture('access-token-revoke');
    await dialog().getByRole('button', { name: 'Revoke' }).click();
    await said('nightly is revoked');
    const row = seen.page.getByRole('row').filter({ hasText: 'nightly' });
    await row.getByText('revoked').waitFor();
    expect(await row.getByRole('button').count()).toBe(0);
    await until(async () => (await statusWith(token)) === 401, { what: 'the token is refused' });
    await inAllLooks(seen, 'access-token-revoked');
  });

  it('that asks for nothing is refused beside its form', async () => {
    await button('New token').click();
    await dialog().getByLabel('Name', { exact: true }).fill('idle');
    for (const scope of ['tasks:read', 'tasks:write']) await dialog().getByLabel(scope).uncheck();
    await button('Make the token').click();
    await dialog()
      .getByRole('alert')
      .filter({ hasText: 'Scopes must name at least one' })
      .waitFor();
    await seen.page.keyboard.press('Escape');
    expect(await dialog().count()).toBe(0);
  });
});

describe('a client', () => {
  it('is made, gets a second secret, and is disabled', async () => {
    await seen.open('/console/access?tab=clients');
    await button('New client').click();
    await dialog().getByLabel('Name', { exact: true }).fill('CI');
    await button('Make the client').click();
    const first = await dialog().getByLabel('The client secret').inputValue();
    await button('I have copied it').click();
    await button('CI').click();
    await dialog().getByRole('button', { name: 'New secret, the others for a day more' }).click();
    const second = await dialog().getByLabel('The client secret').inputValue();
    expect(second).not.toBe(first);
    await button('I have copied it').click();
    await dialog().getByLabel('Disabled').check();
    await inAllLooks(seen, 'access-client');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await said('CI is changed');
    await seen.page.keyboard.press('Escape');
    await seen.page.getByRole('row').filter({ hasText: 'disabled' }).waitFor();
  });
});

describe('a person', () => {
  it.each([
    ['apps', 'You have allowed no app anything'],
    ['passkeys', 'of 10 recovery codes are left'],
    ['signins', 'this one'],
  ])('sees their %s', async (tab, text) => {
    await seen.open(`/console/access?tab=${tab}`);
    await seen.page.getByText(text).waitFor();
    await inAllLooks(seen, `access-${tab}`);
  });

  it('goes through the tabs by the arrow keys, and the address keeps the tab', async () => {
    await seen.open('/console/access');
    await seen.page.getByRole('tab', { name: 'Personal tokens' }).focus();
    await seen.page.keyboard.press('ArrowRight');
    await seen.page.getByRole('tab', { name: 'Clients', selected: true }).waitFor();
    expect(new URL(seen.page.url()).searchParams.get('tab')).toBe('clients');
  });

  it('invites another by a link that is shown once', async () => {
    await seen.open('/console/projects?tab=members');
    await seen.page.getByLabel('E-mail address').fill('bo@example.com');
    await button('Invite').click();
    const link = await dialog().getByLabel('The link').inputValue();
    expect(link).toContain(`${server.url}/`);
    await button('I have copied it').click();
    await seen.page.getByRole('row').filter({ hasText: 'pending' }).waitFor();
    await inAllLooks(seen, 'project-members');
    await button('Revoke the invitation of bo@example.com').click();
    await seen.page.getByRole('row').filter({ hasText: 'revoked' }).waitFor();
  });

  it('has caused no fault by all that', () => {
    expect(seen.faults).toEqual([]);
  });
});
