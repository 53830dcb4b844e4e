// Two people and a real browser: from the printed link to an app that is allowed and turned away again, by the pages alone.

import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openChromium, type Visitor } from './world/browser.ts';
import { type DevServer, serve } from './world/dev-server.ts';
import { type Loopback, listenOnLoopback } from './world/loopback.ts';

const SHOTS = process.env['SLUICE_SHOTS'];

describe.skipIf(!hasChromium)('the pages of an account with Chromium', () => {
  let server: DevServer;
  let chromium: Awaited<ReturnType<typeof openChromium>>;
  let ada: Visitor;
  let bo: Visitor;
  let app: Loopback;
  let projectUrl = '';
  let invitation = '';
  let clientId = '';
  let accessToken = '';

  beforeAll(async () => {
    server = await serve({ authMode: 'required' });
    chromium = await openChromium();
    [ada, bo] = [await chromium.visitor(), await chromium.visitor()];
    app = await listenOnLoopback();
  });

  afterAll(async () => {
    app?.close();
    await chromium?.close();
    await server?.stop();
  });

  const at = (path: string) => server.url + path;

  /** Pictures in light, in dark and on a telephone, where somebody wants to look. */
  const shoot = async (name: string, { page } = ada) => {
    if (SHOTS === undefined) return;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${SHOTS}/${name}-${colorScheme}.png`, fullPage: true });
    }
    const usual = page.viewportSize() ?? { width: 900, height: 780 };
    await page.setViewportSize({ width: 390, height: 780 });
    await page.screenshot({ path: `${SHOTS}/${name}-small.png`, fullPage: true });
    await page.setViewportSize(usual);
  };

  const enroll = async ({ page }: Visitor, link: string, name: string, email: string) => {
    await page.goto(link);
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('E-mail address').fill(email);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'I have written them down' }).click();
    await page.getByRole('heading', { name }).waitFor();
  };

  const statusOf = async (token: string) =>
    (await fetch(at('/v1/projects'), { headers: { Authorization: `Bearer ${token}` } })).status;

  const askToken = async (fields: Record<string, string>, headers: Record<string, string> = {}) => {
    const body = new URLSearchParams(fields);
    const answer = await fetch(at('/v1/auth/token'), { method: 'POST', body, headers });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };

  it('the first owner comes in by the printed link, and makes a project', async () => {
    const { page } = ada;
    const link = /First owner +(\S+)/.exec(server.npm.output())?.[1] ?? '';
    await enroll(ada, link, 'Ada Lovelace', 'ada@example.com');
    await page.goto(server.url);
    expect(page.url()).toBe(at('/console/'));
    // Their name at the end of its navigation leads to the account.
    await page.getByRole('link', { name: 'Ada Lovelace' }).click();
    await page.waitForURL(at('/signin/account'));
    await shoot('account');
    await page.getByRole('link', { name: 'Projects' }).click();
    await page.getByRole('heading', { name: 'New project' }).waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Shop');
    await page
      .getByLabel('Description')
      .fill('Everything that sells:\nthe front, the till, the mails.');
    await page.getByRole('button', { name: 'Create project' }).click();
    await page.getByRole('heading', { name: 'Shop' }).waitFor();
    projectUrl = page.url();
    await page.getByText('production', { exact: true }).first().waitFor();
    await shoot('project-new');
    await page.getByRole('link', { name: 'Projects' }).click();
    await page.getByRole('link', { name: 'Shop' }).waitFor();
    await shoot('projects');
  });

  it('a service is made; its secret is shown once, and gets a token', async () => {
    const { page } = ada;
    await page.goto(projectUrl);
    await page.getByRole('link', { name: 'New client' }).click();
    await page.getByLabel('Name', { exact: true }).fill('CI');
    expect(await page.getByLabel('Redirect URIs').isVisible()).toBe(false);
    await page.getByLabel('Create and steer tasks').check();
    await shoot('client-new');
    await page.getByRole('button', { name: 'Create client' }).click();
    await page.getByText('it is never shown again').waitFor();
    const service = await page.getByLabel('Client id', { exact: true }).inputValue();
    const secret = await page.getByLabel('Client secret', { exact: true }).inputValue();
    await shoot('client-secret');
    const headers = { Authorization: `Basic ${btoa(`${service}:${secret}`)}` };
    const answer = await askToken({ grant_type: 'client_credentials' }, headers);
    expect(answer.status).toBe(200);
    expect(answer.body['scope']).toBe('projects:read tasks:write');
    await page.reload();
    await page.getByText('It is not shown again').waitFor();
    expect(await page.content()).not.toContain(secret);
    await shoot('client-secret-again');
    await page.getByRole('link', { name: 'Go back' }).click();
    await page.getByRole('heading', { name: 'CI' }).waitFor();
    await shoot('client-service');
    await page.getByLabel('those above end').selectOption('at once');
    await page.getByRole('button', { name: 'New secret' }).click();
    await page.getByText('it is never shown again').waitFor();
    expect((await askToken({ grant_type: 'client_credentials' }, headers)).status).toBe(401);
    await page.getByRole('link', { name: 'I have copied it' }).click();
    await page.getByLabel('Delete CI').click();
    await shoot('client-delete');
    await page.getByRole('button', { name: 'Yes, delete it' }).click();
    await page.getByRole('heading', { name: 'Shop' }).waitFor();
    expect(await page.getByRole('link', { name: 'CI' }).count()).toBe(0);
  });

  it('an app is made for people to allow', async () => {
    const { page } = ada;
    await page.getByRole('link', { name: 'New client' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Builder');
    await page.getByLabel('Native app').check();
    expect(await page.getByLabel('Role in the project').isVisible()).toBe(false);
    await page.getByLabel('Redirect URIs').fill('https://builder.example/#x');
    await page.getByRole('button', { name: 'Create client' }).click();
    await page.getByRole('alert').filter({ hasText: 'no fragment' }).waitFor();
    await shoot('client-new-wrong');
    await page.getByLabel('Redirect URIs').fill('http://127.0.0.1/callback');
    await page.getByLabel('See tasks, their logs').check();
    await page.getByRole('button', { name: 'Create client' }).click();
    await page.getByRole('heading', { name: 'Builder' }).waitFor();
    clientId = page.url().split('/').at(-1) ?? '';
    expect(clientId).toMatch(/^cli_/);
    await shoot('client-native');
  });

  it('a second person is invited by a link that is shown once', async () => {
    const { page } = ada;
    await page.goto(projectUrl);
    await page.getByLabel('E-mail address').fill('bo@example.com');
    await page.getByRole('combobox', { name: 'Role' }).selectOption('viewer');
    await page.getByRole('button', { name: 'Make an invitation' }).click();
    await page.getByText('it is never shown again').waitFor();
    await page.getByRole('button', { name: 'Copy: Link' }).waitFor();
    invitation = await page.getByLabel('Link', { exact: true }).inputValue();
    await shoot('invitation-link');
    await page.getByRole('link', { name: 'I have copied it' }).click();
    await page.getByText('bo@example.com').waitFor();
    await shoot('project-invited');
    await page.getByLabel('E-mail address').fill('bo@example.com');
    await page.getByRole('button', { name: 'Make an invitation' }).click();
    await page.getByRole('alert').filter({ hasText: 'invited already' }).waitFor();
  });

  it('T27: they open it, make a passkey, and see the project in their role', async () => {
    await bo.page.goto(invitation);
    expect(bo.page.url()).toBe(at('/invite'));
    await shoot('invite', bo);
    await enroll(bo, invitation, 'Bo Berg', 'bo@example.com');
    await bo.page.getByRole('link', { name: 'Projects' }).click();
    await bo.page.getByRole('link', { name: 'Shop' }).click();
    await bo.page.getByRole('heading', { name: 'Shop' }).waitFor();
    await bo.page.getByText('Ada Lovelace').waitFor();
    expect(await bo.page.getByRole('button', { name: 'Make an invitation' }).count()).toBe(0);
    await shoot('project-as-viewer', bo);
    const late = await chromium.visitor();
    await late.page.goto(invitation);
    await late.page.getByLabel('Name').fill('Eve');
    await late.page.getByLabel('E-mail address').fill('eve@example.com');
    await late.page.keyboard.press('Enter');
    await late.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await shoot('invite-late', late);
    await ada.page.goto(projectUrl);
    await ada.page.getByLabel('Change Bo Berg').click();
    await shoot('project-member');
    await ada.page.getByLabel('Role').first().selectOption('developer');
    await ada.page.getByRole('button', { name: 'Save' }).click();
    await bo.page.reload();
    await bo.page.getByRole('heading', { name: 'Clients' }).waitFor();
  });

  it('who is signed in already joins by one press', async () => {
    const { page } = bo;
    await page.getByRole('link', { name: 'Projects' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Bakery');
    await page.getByRole('button', { name: 'Create project' }).click();
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByRole('button', { name: 'Make an invitation' }).click();
    const link = await page.getByLabel('Link', { exact: true }).inputValue();
    await ada.page.goto(link);
    await shoot('invite-signed-in');
    await ada.page.getByRole('button', { name: 'Accept' }).click();
    await ada.page.getByRole('link', { name: 'Bakery' }).waitFor();
  });

  it('T9: Enter never allows an app, and Allow only once it is no longer grey', async () => {
    const { page } = ada;
    await page.goto(authorizeUrl('x'.repeat(43)), { waitUntil: 'commit' });
    const here = page.url();
    await page.locator('input[name=projects]').first().focus();
    const early = await page.evaluate(() => {
      const [grey, allow] = document.querySelectorAll<HTMLButtonElement>('.armed button');
      const seen = (button?: Element) => button && getComputedStyle(button).visibility;
      allow?.focus();
      const isFocused = document.activeElement === allow;
      const animation = allow?.getAnimations()[0];
      animation?.pause();
      grey?.getAnimations()[0]?.pause();
      return { isFocused, grey: seen(grey), allow: seen(allow) };
    });
    expect(early).toEqual({ isFocused: false, grey: 'visible', allow: 'hidden' });
    await shoot('consent-early');
    await page.keyboard.press('Enter');
    await page.locator('.unarmed').click({ force: true });
    await page.keyboard.press('Space');
    expect(page.url()).toBe(here);
    await page.reload();
    await page.getByRole('button', { name: 'Allow' }).waitFor();
    await page.locator('input[name=projects]').first().focus();
    await page.keyboard.press('Enter');
    await shoot('consent');
    expect(page.url()).toBe(here);
    await page.goto(at('/account/apps'));
    await page.getByText('None yet').waitFor();
    await shoot('apps-none');
  });

  it('an app is allowed, is seen among the apps, and can do nothing once it is revoked', async () => {
    const { page } = ada;
    const verifier = randomBytes(32).toString('base64url');
    await page.goto(authorizeUrl(verifier));
    await page.getByLabel('Only these').check();
    await page.getByLabel('Shop').check();
    await page.getByRole('button', { name: 'Allow' }).click();
    const code = new URL(await app.landed()).searchParams.get('code') ?? '';
    const answer = await askToken({
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      code_verifier: verifier,
      redirect_uri: app.redirectUri,
    });
    expect(answer.status).toBe(200);
    accessToken = answer.body['access_token'] ?? '';
    expect(await statusOf(accessToken)).toBe(200);
    await page.goto(at('/account/apps'));
    await page.getByText('Builder').waitFor();
    await shoot('apps');
    await page.getByLabel('Revoke what Builder may do').click();
    await shoot('apps-revoke');
    await page.getByRole('button', { name: 'Yes, revoke' }).click();
    await page.getByText('None yet').waitFor();
    expect(await statusOf(accessToken)).toBe(401);
    const refreshed = await askToken({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: answer.body['refresh_token'] ?? '',
    });
    expect(refreshed.body['error']).toBe('invalid_grant');
  });

  it('a token is made and revoked in a browser without scripts', async () => {
    const context = await chromium.withoutScripts(await ada.context.cookies());
    const page = await context.newPage();
    await page.goto(at('/account/tokens'));
    await page.getByLabel('Name', { exact: true }).fill('laptop');
    await shoot('tokens-none', { ...ada, page });
    await page.getByRole('button', { name: 'Create token' }).click();
    const token = await page.getByLabel('Access token', { exact: true }).inputValue();
    expect(token).toMatch(/^slc_pat_\w{36}$/);
    expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(0);
    await shoot('token-shown', { ...ada, page });
    expect(await statusOf(token)).toBe(200);
    await page.getByRole('link', { name: 'I have copied it' }).click();
    await page.getByText('laptop').waitFor();
    await shoot('tokens', { ...ada, page });
    await page.getByLabel('Revoke laptop').click();
    await page.getByRole('button', { name: 'Yes, revoke' }).click();
    await page.getByText('revoked', { exact: true }).waitFor();
    await shoot('tokens-revoked', { ...ada, page });
    expect(await statusOf(token)).toBe(401);
    await context.close();
  });

  it('what is not there, and what belongs to nobody who asks, is said in a sentence', async () => {
    const { page } = ada;
    await page.goto(at('/account/projects/prj_00000000000000000000000009'));
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    await shoot('nothing');
    const { page: stranger } = await chromium.visitor();
    await stranger.goto(projectUrl);
    await stranger.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  const authorizeUrl = (verifier: string) =>
    at(
      `/v1/auth/authorize?${new URLSearchParams({
        client_id: clientId,
        redirect_uri: app.redirectUri,
        response_type: 'code',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        scope: 'projects:read tasks:read',
        state: 'a state',
      })}`,
    );
});
