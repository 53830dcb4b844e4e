// A person and a real browser: the link that the command prints, a passkey, out, in again, and a step-up.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openChromium, type Visitor } from './world/browser.ts';
import { type DevServer, serve } from './world/dev-server.ts';

const SHOTS = process.env['SLUICE_SHOTS'];

describe.skipIf(!hasChromium)('signing in with Chromium', () => {
  let server: DevServer;
  let chromium: Awaited<ReturnType<typeof openChromium>>;
  let ada: Visitor;
  let codes: readonly string[] = [];

  beforeAll(async () => {
    server = await serve({ authMode: 'required' });
    chromium = await openChromium();
    ada = await chromium.visitor();
  });

  afterAll(async () => {
    await chromium?.close();
    await server?.stop();
  });

  const at = (path: string) => server.url + path;

  /** A picture in light and in dark, where somebody wants to look. */
  const shoot = async (name: string) => {
    if (SHOTS === undefined) return;
    for (const colorScheme of ['light', 'dark'] as const) {
      await ada.page.emulateMedia({ colorScheme });
      await ada.page.screenshot({ path: `${SHOTS}/${name}-${colorScheme}.png`, fullPage: true });
    }
  };

  /** As a script of this server's pages asks. */
  const askHere = (path: string, method = 'GET') =>
    ada.page.evaluate(async ([url, verb]) => (await fetch(url, { method: verb })).status, [
      path,
      method,
    ] as const);

  /** The status that a stranger gets with this cookie. */
  const statusWith = async (cookie: string | undefined) =>
    (await fetch(at('/tasks'), { headers: { Cookie: `__Host-slc_s=${cookie}` } })).status;

  it('the printed link makes the first owner, with a passkey and recovery codes', async () => {
    const { page } = ada;
    const link = /First owner +(\S+)/.exec(server.npm.output())?.[1] ?? '';
    expect(link).toMatch(/\/bootstrap#slc_boot_\w{36}$/);
    await page.goto(link);
    expect(page.url()).toBe(at('/bootstrap'));
    await shoot('bootstrap');
    await page.getByLabel('Name').fill('Ada Lovelace');
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Write down your recovery codes' }).waitFor();
    codes = await page.locator('#codes li').allTextContents();
    expect(codes).toHaveLength(10);
    await shoot('codes');
    expect(await ada.credentials()).toHaveLength(1);
    await page.getByRole('link', { name: 'I have written them down' }).click();
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
    await shoot('account');
    expect(await askHere('/tasks')).toBe(200);
  });

  it('Chromium keeps both cookies, out of the reach of scripts', async () => {
    const kept = await ada.context.cookies();
    expect(
      kept.map(({ name, httpOnly, secure, sameSite }) => ({ name, httpOnly, secure, sameSite })),
    ).toEqual(
      expect.arrayContaining([
        { name: '__Host-slc_s', httpOnly: true, secure: true, sameSite: 'Lax' },
        { name: 'slc_s', httpOnly: true, secure: false, sameSite: 'Lax' },
      ]),
    );
    expect(await ada.page.evaluate(() => document.cookie)).toBe('');
  });

  it('T25: signing out kills the cookie, and signing in makes another', async () => {
    const { page } = ada;
    const before = await ada.cookie();
    expect(await statusWith(before)).toBe(200);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await shoot('signin');
    expect(await ada.cookie()).toBe(undefined);
    expect(await statusWith(before)).toBe(401);
    expect(await askHere('/tasks')).toBe(401);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
    const after = await ada.cookie();
    expect(after).toMatch(/^[0-9a-f]{64}$/);
    expect(after).not.toBe(before);
    expect(await statusWith(after)).toBe(200);
    expect(await statusWith(before)).toBe(401);
  });

  it('a step-up makes a new cookie and leads back', async () => {
    const { page } = ada;
    const before = await ada.cookie();
    await page.goto(at('/signin?stepUp=1&return=%2Fsignin%2Faccount'));
    await shoot('step-up');
    await page.getByRole('button', { name: 'Use a passkey' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
    expect(await ada.cookie()).not.toBe(before);
    expect(await statusWith(before)).toBe(401);
  });

  it('a browser without the passkey is told so, and comes in by a recovery code', async () => {
    const stranger = await chromium.visitor();
    const { page } = stranger;
    await page.goto(at('/signin'));
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await page.getByRole('link', { name: 'Use a recovery code' }).click();
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Recovery code').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'do not belong together' }).waitFor();
    await page.getByLabel('Recovery code').fill(codes[0] ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('This browser').waitFor();
    await expect
      .poll(() => page.getByRole('button', { name: /^Remove the passkey/ }).count())
      .toBe(2);
    await ada.page.goto(at('/signin/account'));
    await shoot('account-two');
    await ada.page.getByRole('button', { name: /^End the sign-in/ }).click();
    await expect.poll(() => statusWith(undefined)).toBe(401);
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('asked by address it leads to localhost, and a link without its secret says so', async () => {
    const { page } = await chromium.visitor();
    await page.goto(at('/invite').replace('localhost', '127.0.0.1'));
    expect(page.url()).toBe(at('/invite'));
    await page.getByRole('alert').filter({ hasText: 'not complete' }).waitFor();
    await page.goto(at('/bootstrap'));
    await page.getByRole('heading', { name: 'There is nothing to set up' }).waitFor();
  });

  it('T9: no page of another origin shows it in a frame', async () => {
    const { page } = await chromium.visitor();
    const frame = `<iframe src="${at('/signin')}" style="width:600px;height:600px"></iframe>`;
    await page.route('http://localhost:1/', (route) =>
      route.fulfill({ contentType: 'text/html', body: frame }),
    );
    await page.goto('http://localhost:1/');
    const inside = page.frames()[1];
    expect((await inside?.content()) ?? '').not.toContain('Use a passkey');
  });

  it('pictures of the rest, where somebody wants to look', async () => {
    for (const [name, path] of [
      ['recovery', '/signin/recovery'],
      ['closed', '/bootstrap'],
      ['invite', '/invite#slc_inv_000000000000000000000000000000000000'],
    ] as const) {
      await ada.page.goto(at(path));
      await shoot(name);
    }
  });
});
