// People, and the browsers in which they are signed in.

import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { newSignin, type SigninWish } from '../../src/auth/new-signin.ts';
import type { Role } from '../../src/contract/principal.ts';
import { insertSignin, type SigninRow } from '../../src/db/signins.ts';
import { askRequired, ORIGIN } from './ask.ts';
import { type Authenticator, newAuthenticator, type Twist } from './authenticator.ts';
import { newProject } from './world.ts';

export const CHROME = {
  agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/156',
  ipPrefix: '192.0.2.0/24',
};

const PERSON = `INSERT INTO users (id, name, email, default_project_id, created_at) VALUES (?1, 'Ada', ?2, ?3, ?4)`;
const MEMBER = `INSERT INTO members (project_id, principal_id, role, added_by, created_at) VALUES (?1, ?2, ?3, ?2, ?4)`;

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly projectId: string;
}

/** A person with a project of their own. */
export async function newPerson(role: Role = 'owner'): Promise<Person> {
  const now = Date.now();
  const id = newId('usr', now);
  const email = `${id}@example.com`;
  const projectId = await newProject();
  await env.DB.batch([
    env.DB.prepare(PERSON).bind(id, email, projectId, now),
    env.DB.prepare(MEMBER).bind(projectId, id, role, now),
  ]);
  return { id, email, projectId };
}

/** A sign-in as it lies in D1; `fields` change its row. */
export async function signInAs(
  userId: string,
  wish: Partial<SigninWish> = {},
  fields: Partial<SigninRow> = {},
): Promise<{ readonly cookie: string; readonly row: SigninRow }> {
  const made = await newSignin(env, { userId, browser: CHROME, amr: ['pop'], ...wish }, Date.now());
  const row = { ...made.row, ...fields };
  await insertSignin(env.DB, row).run();
  return { cookie: made.cookie, row };
}

/** As a page of this server asks with the cookie of a sign-in. */
export const ownPage = (cookie: string): Record<string, string> => ({
  Cookie: `__Host-slc_s=${cookie}`,
  Origin: ORIGIN,
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'cors',
});

/** Asks in required mode with a cookie, as a page of ours does. */
export const askAs = (cookie: string, path: string, init: Parameters<typeof askRequired>[1] = {}) =>
  askRequired(path, { ...init, headers: { ...ownPage(cookie), ...init.headers } });

/** The value that an answer sets the sign-in cookie to; null where it sets none. */
export function cookieOf(answer: Response): string | null {
  const header = answer.headers.getSetCookie().find((text) => text.startsWith('__Host-slc_s='));
  return header === undefined ? null : (/=([0-9a-f]*);/.exec(header)?.[1] ?? null);
}

interface Ceremony {
  readonly ceremonyId: string;
  readonly publicKey: { readonly challenge: string } & Record<string, unknown>;
}

/** A browser of this server's pages: it keeps the cookie that it is given. */
export function newBrowser(cookie: string | null = null) {
  const jar = { cookie };
  const post = async (path: string, json: unknown, headers: Record<string, string> = {}) => {
    const own = jar.cookie === null ? { Origin: ORIGIN } : ownPage(jar.cookie);
    const answer = await askRequired(path, { json, headers: { ...own, ...headers } });
    jar.cookie = cookieOf(answer) ?? jar.cookie;
    return answer;
  };
  const begin = async (purpose: string): Promise<Ceremony> => {
    const answer = await post('/v1/auth/passkeys/options', { purpose });
    expect(answer.status).toBe(200);
    return answer.json<Ceremony>();
  };
  const finish = (ceremonyId: string, credential: unknown) =>
    post('/v1/auth/passkeys/verify', { ceremonyId, credential });
  return {
    jar,
    post,
    begin,
    finish,
    async register(key: Authenticator, twist: Twist = {}) {
      const { ceremonyId, publicKey } = await begin('register');
      return finish(ceremonyId, await key.create(publicKey, twist));
    },
    async signIn(key: Authenticator, twist: Twist = {}, purpose = 'signin') {
      const { ceremonyId, publicKey } = await begin(purpose);
      return finish(ceremonyId, await key.get(publicKey, twist));
    },
  };
}

/** A person with one passkey, signed in with it. */
export async function newPasskeyHolder() {
  const person = await newPerson();
  const key = await newAuthenticator();
  const browser = newBrowser((await signInAs(person.id, { setup: true })).cookie);
  const registered = await browser.register(key);
  expect(registered.status).toBe(200);
  const { recoveryCodes } = await registered.json<{ recoveryCodes: readonly string[] }>();
  return { person, key, browser, recoveryCodes };
}
