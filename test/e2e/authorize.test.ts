// A person, a real browser and an app on the same machine: asked, allowed, and what a hostile page cannot do about it.

import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openChromium, type Visitor } from './world/browser.ts';
import { type DevServer, serve } from './world/dev-server.ts';
import { findPort } from './world/place.ts';

const SHOTS = process.env['SLUICE_SHOTS'];
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

describe.skipIf(!hasChromium)('allowing an app with Chromium', () => {
  let server: DevServer;
  let chromium: Awaited<ReturnType<typeof openChromium>>;
  let ada: Visitor;
  /** An app of this machine, which also serves whatever page a test wants. */
  let app: Server;
  let appPort: number;
  let hostile = '';

  beforeAll(async () => {
    server = await serve({ authMode: 'required' });
    chromium = await openChromium();
    ada = await chromium.visitor();
    appPort = await findPort();
    app = createServer((request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(request.url?.startsWith('/callback') ? '<h1>Back in the app</h1>' : hostile);
    });
    await new Promise<void>((resolve) => app.listen(appPort, () => resolve()));
    const link = /First owner +(\S+)/.exec(server.npm.output())?.[1] ?? '';
    const { page } = ada;
    await page.goto(link);
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'I have written them down' }).click();
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
  });

  afterAll(async () => {
    await chromium?.close();
    app?.close();
    await server?.stop();
  });

  const at = (path: string) => server.url + path;

  const authorizeUrl = (changes: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      client_id: 'cli_sluice',
      redirect_uri: `http://127.0.0.1:${appPort}/callback`,
      response_type: 'code',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      scope: 'tasks:read tasks:write',
      state: 'a state',
      ...changes,
    });
    return at(`/v1/auth/authorize?${query}`);
  };

  const shoot = async (name: string) => {
    if (SHOTS === undefined) return;
    for (const colorScheme of ['light', 'dark'] as const) {
      await ada.page.emulateMedia({ colorScheme });
      await ada.page.screenshot({ path: `${SHOTS}/${name}-${colorScheme}.png`, fullPage: true });
    }
  };

  /** How many apps the person has allowed something. */
  const grantCount = async () => {
    const answer = await fetch(at('/v1/grants'), {
      headers: { Cookie: `__Host-slc_s=${await ada.cookie()}`, 'Sec-Fetch-Site': 'same-origin' },
    });
    return ((await answer.json()) as { data: unknown[] }).data.length;
  };

  it('the page asks, and denying it leads back with an error', async () => {
    const { page } = ada;
    await page.goto(authorizeUrl());
    await page.getByRole('heading', { name: 'Allow Sluice CLI?' }).waitFor();
    await page.getByRole('button', { name: 'Allow' }).waitFor();
    await shoot('consent');
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('heading', { name: 'Back in the app' }).waitFor();
    const back = new URL(page.url()).searchParams;
    expect(back.get('error')).toBe('access_denied');
    expect(back.get('iss')).toBe(server.url);
    expect(await grantCount()).toBe(0);
  });

  it('T9: Allow is armed after half a second, and lands on the redirect URI', async () => {
    const { page } = ada;
    await page.goto(authorizeUrl(), { waitUntil: 'commit' });
    const allow = page.locator('button[value=allow]');
    await allow.waitFor({ state: 'attached' });
    const looked = await page.evaluate(async () => {
      const button = document.querySelector('button[value=allow]');
      if (button === null) throw new Error('no button');
      const [animation] = button.getAnimations();
      const before = getComputedStyle(button).visibility;
      await animation?.finished;
      const { duration } = animation?.effect?.getTiming() ?? {};
      return { before, duration, after: getComputedStyle(button).visibility };
    });
    expect(looked).toEqual({ before: 'hidden', duration: 500, after: 'visible' });
    await allow.click();
    await page.getByRole('heading', { name: 'Back in the app' }).waitFor();
    const back = new URL(page.url());
    expect(back.origin + back.pathname).toBe(`http://127.0.0.1:${appPort}/callback`);
    expect(back.searchParams.get('code')).toMatch(/^slc_ac_\w{36}$/);
    expect(back.searchParams.get('state')).toBe('a state');
    expect(await grantCount()).toBe(1);
  });

  it('all of it works in a browser without scripts', async () => {
    const context = await chromium.withoutScripts(await ada.context.cookies());
    const page = await context.newPage();
    await page.goto(authorizeUrl());
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Back in the app' }).waitFor();
    await context.close();
    expect(await grantCount()).toBe(2);
  });

  it('T8: a form on another port of this machine is refused, and allows nothing', async () => {
    const { page } = ada;
    await page.goto(authorizeUrl());
    await page.getByRole('button', { name: 'Allow' }).waitFor();
    const fields = await page
      .locator('input[type=hidden]')
      .evaluateAll((inputs) => inputs.map((input) => input.outerHTML).join(''));
    hostile = `<form method="post" action="${at('/v1/auth/consent')}">${fields}
      <input name="projects" value="all"><button name="decision" value="allow">Win</button></form>`;
    await page.goto(`http://localhost:${appPort}/`);
    const answered = page.waitForResponse((one) => one.url() === at('/v1/auth/consent'));
    await page.getByRole('button', { name: 'Win' }).click();
    expect((await answered).status()).toBe(403);
    expect(await grantCount()).toBe(2);
  });

  it('T9: no page can show it in a frame', async () => {
    const { page } = ada;
    const consoleLines: string[] = [];
    page.on('console', (line) => consoleLines.push(line.text()));
    hostile = `<iframe src="${authorizeUrl().replaceAll('&', '&amp;')}"></iframe>`;
    await page.goto(`http://localhost:${appPort}/`);
    await expect.poll(() => consoleLines.join('\n')).toMatch(/frame-ancestors|X-Frame-Options/);
    const [, frame] = page.frames();
    expect(await frame?.locator('button').count()).toBe(0);
  });

  it('an app that is not known, and one that wants to lead elsewhere, end on a page of ours', async () => {
    const { page } = ada;
    for (const changes of [{ client_id: 'cli_unknown' }, { redirect_uri: 'https://evil.test/' }]) {
      await page.goto(authorizeUrl(changes));
      await page.getByRole('heading', { name: 'This cannot go on' }).waitFor();
      expect(page.url().startsWith(server.url)).toBe(true);
    }
    await shoot('dead-end');
  });

  it('a device is connected with the code that it shows', async () => {
    const { page } = ada;
    const answer = await fetch(at('/v1/auth/device_authorization'), {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'cli_sluice', scope: 'tasks:read tasks:run' }),
    });
    const device = (await answer.json()) as { verification_uri_complete: string };
    await page.goto(device.verification_uri_complete);
    await shoot('device');
    await page.getByRole('button', { name: 'It is the same, go on' }).click();
    await page.getByRole('heading', { name: 'Allow Sluice CLI?' }).waitFor();
    await shoot('device-consent');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Your device is connected' }).waitFor();
    await shoot('device-done');
    await page.goto(at('/device'));
    await page.getByLabel('Code').fill('BBBB-BBBB');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'No device waits' }).waitFor();
    await shoot('device-unknown');
    expect(await grantCount()).toBe(3);
  });
});
