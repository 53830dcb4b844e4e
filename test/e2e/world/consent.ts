// What a person does at the pages of the authorization server.

import type { Visitor } from './browser.ts';
import { WEB_REDIRECT } from './oauth-clients.ts';

/** Follows the link of an app, and allows what it asks for. */
export const allowInBrowser = async ({ page }: Visitor, url: string): Promise<void> => {
  const returns = new URL(url).searchParams.get('redirect_uri') ?? WEB_REDIRECT;
  await page.goto(url);
  if (!page.url().startsWith(returns)) {
    await page.getByRole('button', { name: 'Allow' }).click();
  }
  await page.waitForURL((landed) => landed.href.startsWith(returns));
};

/** Catches the browser at the web app, which is nowhere but here: `landed` is the URL that it was sent to. */
export const catchAtWebApp = async ({
  context,
}: Visitor): Promise<{ readonly landed: Promise<string> }> => {
  const { promise, resolve } = Promise.withResolvers<string>();
  await context.route(`${WEB_REDIRECT}*`, async (route) => {
    await route.fulfill({ body: 'You are back at the app.' });
    resolve(route.request().url());
  });
  return { landed: promise };
};

/** Types the code of a device, and allows it. */
export const allowDevice = async (
  { page }: Visitor,
  verificationUri: string,
  userCode: string,
): Promise<void> => {
  await page.goto(verificationUri);
  await page.getByLabel('Code').fill(userCode);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Your device is connected' }).waitFor();
};
