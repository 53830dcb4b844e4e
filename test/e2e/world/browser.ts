// Chromium with an authenticator of its own: the independent client of sign-in.

import { existsSync } from 'node:fs';
import {
  type BrowserContext,
  type CDPSession,
  type Cookie,
  chromium,
  type Page,
} from 'playwright-core';

const PATH = '/usr/bin/chromium';
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update'],
];

export const hasChromium = existsSync(PATH);

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly cdp: CDPSession;
  /** The value of the sign-in cookie, as the browser keeps it; undefined without one. */
  readonly cookie: () => Promise<string | undefined>;
  /** How often the passkey has signed, and how many there are. */
  readonly credentials: () => Promise<readonly { readonly signCount: number }[]>;
  /** Whether the device still knows its owner: one that does not refuses every passkey. */
  readonly knowsOwner: (isUserVerified: boolean) => Promise<void>;
}

/** A browser; `close` ends it. */
export async function openChromium() {
  const browser = await chromium.launch({ executablePath: PATH, headless: true, args: FLAGS });
  /** A person at a browser of their own, whose device verifies them and keeps passkeys. */
  const visitor = async (): Promise<Visitor> => {
    const context = await browser.newContext({ viewport: { width: 900, height: 780 } });
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const cookie = async () => {
      const kept = await context.cookies();
      return kept.find(({ name }) => name === '__Host-slc_s')?.value;
    };
    const credentials = async () =>
      (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
    const knowsOwner = async (isUserVerified: boolean): Promise<void> => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    };
    return { page, context, cdp, cookie, credentials, knowsOwner };
  };
  /** Somebody who is signed in already, and lets no page run a script. */
  const withoutScripts = async (cookies: readonly Cookie[]): Promise<BrowserContext> => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    await context.addCookies([...cookies]);
    return context;
  };
  return { visitor, withoutScripts, close: () => browser.close() };
}
