// A server as it is deployed, with its first owner signed in at a browser.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Request } from 'playwright-core';
import { openChromium, type Visitor } from './browser.ts';
import { type DevServer, serve } from './dev-server.ts';
import { until } from './until.ts';

export interface OwnedServer {
  readonly url: string;
  readonly owner: Visitor;
  /** Another person at a browser of their own, who is not signed in. */
  readonly visitor: () => Promise<Visitor>;
  /** A personal access token of the owner, with all scopes. */
  readonly token: string;
  /** Asks as the owner, by the token. */
  readonly ask: <T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<{ readonly status: number; readonly body: T }>;
  /** Makes every sign-in older than the five minutes that sensitive requests allow, once the owner's page waits for nothing. */
  readonly ageSignins: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** `AUTH_MODE=required npm run dev`, the printed link opened, a passkey made. */
export const serveOwned = async (): Promise<OwnedServer> => {
  const server: DevServer = await serve({ authMode: 'required' });
  const chromium = await openChromium();
  const stop = async () => {
    await chromium.close();
    await server.stop();
  };
  try {
    const owner = await chromium.visitor();
    await becomeOwner(owner, server);
    const token = await personalToken(owner);
    const ask: OwnedServer['ask'] = async (method, path, body) => {
      const answer = await fetch(`${server.url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
    };
    const isQuiet = quietOf(owner);
    const ageSignins = async () => {
      await until(isQuiet, { what: 'the page has been answered' });
      ageSigninsIn(server.persistDir);
    };
    return { url: server.url, owner, visitor: chromium.visitor, token, ask, ageSignins, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const becomeOwner = async ({ page }: Visitor, { npm, url }: DevServer): Promise<void> => {
  const link = /First owner +(\S+)/.exec(npm.output())?.[1];
  if (link === undefined) throw new Error(`No link for the first owner:\n${npm.output()}`);
  await page.goto(link);
  await page.getByLabel('Name').fill('Ada Lovelace');
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'I have written them down' }).click();
  await page.waitForURL(`${url}/signin/account`);
};

/** Made as a page of the server would make it, by the cookie of the sign-in. */
const personalToken = ({ page }: Visitor): Promise<string> =>
  page.evaluate(async () => {
    const scopes = ['projects', 'members', 'tokens', 'clients', 'tasks', 'deployments'].flatMap(
      (kind) => [`${kind}:read`, `${kind}:write`],
    );
    const answer = await fetch('/v1/tokens', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        name: 'tests',
        scopes: [...scopes, 'tasks:run', 'gates:approve', 'audit:read'],
      }),
    });
    const body = (await answer.json()) as { token?: string };
    if (body.token === undefined) throw new Error(JSON.stringify(body));
    return body.token;
  });

/** Two processes write one file then: what a page asks for meanwhile would find it locked. */
function quietOf({ page }: Visitor): () => boolean {
  const asked = new Set<Request>();
  page.on('request', (request) => asked.add(request));
  page.on('requestfinished', (request) => asked.delete(request));
  page.on('requestfailed', (request) => asked.delete(request));
  return () => asked.size === 0;
}

const OLD_MS = 600_000;

/** No clock can be turned in a server of another process: the rows are changed where they lie. */
function ageSigninsIn(persistDir: string): void {
  const dir = join(persistDir, 'state/v3/d1/miniflare-D1DatabaseObject');
  for (const name of readdirSync(dir).filter((one) => /^[0-9a-f]+\.sqlite$/.test(one))) {
    const db = new DatabaseSync(join(dir, name), { timeout: 5_000 });
    // It is locked for no longer than it has to be.
    db.exec('PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0');
    db.prepare('UPDATE signins SET auth_time = auth_time - ?').run(OLD_MS);
    db.close();
  }
}
