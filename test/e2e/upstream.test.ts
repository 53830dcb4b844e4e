// A person comes in by another provider, with a real browser and a provider that others have written.

import { expect, onTestFinished, test } from 'vitest';
import { hasChromium, openChromium } from './world/browser.ts';
import { serve } from './world/dev-server.ts';
import { CLIENT, startProvider } from './world/provider.ts';
import { serveWithSignIn } from './world/required-server.ts';

/** A deployment that lets in whoever has an address at acme.example there. */
const serveWithProvider = async () => {
  const prepared = await serve({ authMode: 'required' });
  await prepared.stop();
  const { port, persistDir } = prepared;
  const provider = await startProvider(`http://localhost:${port}/v1/auth/oidc/callback`);
  onTestFinished(provider.stop);
  const vars = {
    PUBLIC_ORIGIN: `http://localhost:${port}`,
    ALLOW_LOOPBACK_TARGETS: '1',
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
    OIDC_ALLOWED_DOMAINS: 'acme.example',
  };
  return (await serveWithSignIn({ port, persistDir, vars })).url;
};

test.skipIf(!hasChromium)(
  'who comes by another provider is the same person each time',
  async () => {
    const url = await serveWithProvider();
    const chromium = await openChromium();
    onTestFinished(chromium.close);
    const signIn = async () => {
      const visitor = await chromium.visitor();
      const { page } = visitor;
      await page.goto(`${url}/signin`);
      await page.getByRole('link', { name: /Sign in with localhost/ }).click();
      await page.locator('input[name=login]').fill('grace');
      await page.locator('input[name=password]').fill('x');
      await page.locator('button[type=submit]').click();
      await page.locator('input[name=login]').waitFor({ state: 'detached' });
      await page.locator('button[type=submit]').click();
      await page.getByRole('heading', { name: 'grace' }).waitFor();
      await page.getByText('grace@acme.example').waitFor();
      return visitor;
    };
    const first = await signIn();
    const second = await signIn();
    expect(await second.cookie()).not.toBe(await first.cookie());
    // Both stand in one list.
    await first.page.reload();
    await first.page.getByRole('button', { name: /^End the sign-in/ }).waitFor();
  },
);
