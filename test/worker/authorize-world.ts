// Apps that ask people, and the browser between them.

import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { SCOPES, type Scope } from '../../src/contract/principal.ts';
import { askRequired, ORIGIN } from './ask.ts';
import { publish } from './internet.ts';
import { newPerson, ownPage, type Person, signInAs } from './signin-world.ts';

export const CALLBACK = 'https://app.example.com/callback';
/** A SHA-256 of something. */
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const CLIENT = `INSERT INTO clients (id, project_id, name, kind, auth_method, redirect_uris, scopes, resources,
  require_par, api_version, created_by, created_at, updated_at)
  VALUES (?1, 'prj_00000000000000000000000000', ?2, ?3, ?4, ?5, ?6, ?7, ?8, '2026-11-01', 'usr_local', ?9, ?9)`;

interface ClientWish {
  readonly name: string;
  readonly kind: 'service' | 'web' | 'native';
  readonly authMethod: string;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly Scope[];
  readonly resources: readonly string[];
  readonly requirePar: boolean;
}

/** A public client that is registered here. */
export async function newClient(wish: Partial<ClientWish> = {}): Promise<string> {
  const now = Date.now();
  const id = newId('cli', now);
  const redirects = JSON.stringify(wish.redirectUris ?? [CALLBACK]);
  await env.DB.prepare(CLIENT)
    .bind(
      ...[id, wish.name ?? 'Builder', wish.kind ?? 'native', wish.authMethod ?? 'none', redirects],
      ...[JSON.stringify(wish.scopes ?? ['tasks:read', 'tasks:write', 'projects:read'])],
      ...[JSON.stringify(wish.resources ?? []), wish.requirePar ? 1 : 0, now],
    )
    .run();
  return id;
}

let documents = 0;

/** A client that describes itself; `fields` change its document, `headers` how it is served. */
export async function newDocument(
  fields: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<string> {
  documents += 1;
  const url = `https://meta.example.com/${newId('doc', Date.now())}/${documents}.json`;
  await describeClient(url, fields, headers);
  return url;
}

export async function describeClient(
  url: string,
  fields: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<void> {
  const described = { client_id: url, client_name: 'Meta App', redirect_uris: [CALLBACK] };
  await publish(url, {
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ ...described, ...fields }),
  });
}

export type Parameters = Record<string, string | readonly string[] | null>;

/** The path of a request that is right in all, but for `changes`; null takes a parameter away. */
export function authorizePath(clientId: string, changes: Parameters = {}): string {
  const all: Parameters = {
    client_id: clientId,
    redirect_uri: CALLBACK,
    response_type: 'code',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    scope: 'tasks:read',
    state: 'a state',
    ...changes,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) {
    for (const one of value === null ? [] : [value].flat()) query.append(name, one);
  }
  return `/v1/auth/authorize?${query}`;
}

/** As a browser follows a link of another site. */
const LINK = {
  'Sec-Fetch-Site': 'cross-site',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
};

/** A person's browser. */
export interface Browser {
  readonly person: Person;
  readonly signinId: string;
  readonly cookie: string;
  open(path: string): Promise<Response>;
  post(path: string, fields: Fields, headers?: Record<string, string>): Promise<Response>;
}

export type Fields = Record<string, string | readonly string[]>;

export async function newBrowser(
  wish: { person?: Person; authTimeMs?: number } = {},
): Promise<Browser> {
  const person = wish.person ?? (await newPerson());
  const { authTimeMs } = wish;
  const signin = await signInAs(person.id, authTimeMs === undefined ? {} : { authTimeMs });
  const { cookie } = signin;
  return {
    person,
    signinId: signin.row.id,
    cookie,
    open: (path) =>
      askRequired(path, {
        redirect: 'manual',
        headers: { ...LINK, Cookie: `__Host-slc_s=${cookie}` },
      }),
    post: (path, fields, headers = {}) =>
      askRequired(path, {
        method: 'POST',
        redirect: 'manual',
        body: formOf(fields),
        headers: {
          ...ownPage(cookie),
          'Sec-Fetch-Mode': 'navigate',
          'Content-Type': 'application/x-www-form-urlencoded',
          ...headers,
        },
      }),
  };
}

export function formOf(fields: Fields): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) form.append(name, one);
  }
  return form.toString();
}

/** A link that somebody follows who is not signed in. */
export const openAnonymously = (path: string) =>
  askRequired(path, { redirect: 'manual', headers: LINK });

/** Where a 303 leads. */
export function whereTo(answer: Response): URL {
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get('Location') ?? '', ORIGIN);
}

/** Follows an authorization to the page that asks. */
export async function openConsent(browser: Browser, path: string) {
  const consent = whereTo(await browser.open(path));
  expect(consent.pathname).toBe('/v1/auth/consent');
  const page = await browser.open(consent.pathname + consent.search);
  expect(page.status).toBe(200);
  const text = await page.text();
  return { page, text, fields: hiddenFields(text), path: consent.pathname + consent.search };
}

/** What a form carries out of sight. */
export function hiddenFields(text: string): Record<string, string> {
  const found = text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, value]));
}

export async function allow(browser: Browser, path: string, more: Fields = {}): Promise<Response> {
  const { fields } = await openConsent(browser, path);
  return browser.post('/v1/auth/consent', {
    ...fields,
    projects: 'all',
    decision: 'allow',
    ...more,
  });
}

export const grantsOf = async (userId: string) =>
  (
    await env.DB.prepare('SELECT * FROM grants WHERE user_id = ? ORDER BY id')
      .bind(userId)
      .all<Record<string, unknown>>()
  ).results;

export { ORIGIN, SCOPES };
