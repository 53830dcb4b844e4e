// People, and the browsers in which they are signed in.

import { env } from 'cloudflare:workers';
import { newId } from '../../src/auth/id.ts';
import { newSignin, type SigninWish } from '../../src/auth/new-signin.ts';
import type { Role } from '../../src/contract/principal.ts';
import { insertSignin, type SigninRow } from '../../src/db/signins.ts';
import { askRequired, ORIGIN } from './ask.ts';
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
