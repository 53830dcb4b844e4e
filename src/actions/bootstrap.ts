// The first owner of a deployment, and the operator's way to let a person in again: by a secret that works once.

import { bootstrapTerms, readBootstrapSetting } from '../auth/bootstrap.ts';
import { newId } from '../auth/id.ts';
import { forgetStanding } from '../auth/memberships.ts';
import { newSignin } from '../auth/new-signin.ts';
import { newSecret } from '../auth/secret.ts';
import { hashSecret, hintOf } from '../auth/secret-hash.ts';
import type { BootstrapBody, BootstrapToken } from '../contract/bootstrap.ts';
import { API_VERSION } from '../contract/credential-field.ts';
import { type FieldError, ok, type Result, refuse } from '../contract/error.ts';
import { type Credential, SCOPES } from '../contract/principal.ts';
import { platformDb } from '../db/database.ts';
import {
  claimAgain,
  claimFirst,
  hasPeople,
  insertOwnerAfter,
  insertPatAfter,
} from '../db/first-owner.ts';
import { insertProjectAfter } from '../db/projects.ts';
import { insertSigninAfter } from '../db/signins.ts';
import { commit, type Effect } from './effect.ts';
import { DEFAULT_PROJECT, insertBelongingsAfter, newProjectRow } from './new-project.ts';
import { INVALID } from './signins.ts';
import { askOfPerson, type Visit } from './visit.ts';

const TOKEN_MS = 86_400_000;

export type Bootstrapped =
  /** A cookie that can only register a passkey. */
  | { readonly credential: 'passkey'; readonly cookie: string }
  | { readonly credential: 'pat'; readonly token: BootstrapToken };

type Statements = Effect<null>['statements'];
interface Door {
  readonly statement: D1PreparedStatement;
  readonly credential: Credential;
  readonly opened: Bootstrapped;
}

/** Makes the first owner with a project, or lets in the person for whom the secret was made. */
export async function bootstrap(visit: Visit, body: BootstrapBody): Promise<Result<Bootstrapped>> {
  const { env, now } = visit;
  const terms = await bootstrapTerms(env.BOOTSTRAP, body.token, now);
  if (terms === null) return INVALID;
  const { digest, expiresAtMs: expiresAt } = terms;
  const db = platformDb(env);
  if (terms.userId !== null) {
    const claim = claimAgain(db, digest, { expiresAt, userId: terms.userId });
    return open(visit, body, { id: terms.userId, name: terms.userId, before: [claim] });
  }
  const { name, email } = body;
  if (name === undefined || email === undefined) return missing(body);
  const id = newId('usr', now);
  const made = newProjectRow({ actor: { id }, now }, DEFAULT_PROJECT);
  if (!made.ok) return made;
  const before = [
    claimFirst(db, digest, expiresAt),
    insertOwnerAfter(db, { id, name, email, projectId: made.value.id, now }),
    insertProjectAfter(db, made.value),
    ...insertBelongingsAfter(env, made.value),
  ] as const;
  return open(visit, body, { id, name, before });
}

function missing(body: BootstrapBody): Result<never> {
  const names = (['name', 'email'] as const).filter((name) => body[name] === undefined);
  const errors: FieldError[] = names.map((path) => ({
    path,
    pointer: `/${path}`,
    code: 'invalid_type',
    message: `${path === 'name' ? 'Name' : 'Email'} is required`,
  }));
  return refuse('validation_failed', errors[0]?.message ?? '', { errors });
}

async function open(
  visit: Visit,
  { credential }: BootstrapBody,
  person: { readonly id: string; readonly name: string; readonly before: Statements },
): Promise<Result<Bootstrapped>> {
  const door =
    credential === 'pat' ? await patDoor(visit, person.id) : await passkeyDoor(visit, person.id);
  const done = await commit(askOfPerson(visit, person, door.credential), {
    statements: [...person.before, door.statement],
    deed: { projectId: null, action: 'bootstrap.used', target: { type: 'user', id: person.id } },
    reply: { status: 204, body: null },
  });
  if (done === null) return INVALID;
  forgetStanding(person.id);
  return done.ok ? ok(door.opened) : done;
}

async function passkeyDoor({ env, browser, now }: Visit, userId: string): Promise<Door> {
  const { cookie, row } = await newSignin(env, { userId, browser, amr: ['otp'], setup: true }, now);
  return {
    statement: insertSigninAfter(platformDb(env), row),
    credential: { kind: 'signin', id: row.id },
    opened: { credential: 'passkey', cookie },
  };
}

async function patDoor({ env, now }: Visit, userId: string): Promise<Door> {
  const token = newSecret('pat');
  const id = newId('tok', now);
  const hint = hintOf(token);
  const expiresAt = now + TOKEN_MS;
  const row = { hash: await hashSecret(env, token), id, userId, scopes: SCOPES, hint };
  const pat = { ...row, apiVersion: API_VERSION, createdAt: now, expiresAt };
  return {
    statement: insertPatAfter(platformDb(env), pat),
    credential: { kind: 'pat', id },
    opened: { credential: 'pat', token: viewOf({ id, token, hint, createdAt: now, expiresAt }) },
  };
}

interface Shown {
  readonly id: string;
  readonly token: string;
  readonly hint: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

const viewOf = ({ id, token, hint, createdAt, expiresAt }: Shown): BootstrapToken => ({
  id,
  name: 'bootstrap',
  scopes: [...SCOPES],
  projectIds: null,
  environments: null,
  expiresAt: new Date(expiresAt).toISOString(),
  ipCidrs: null,
  rateLimitPerMinute: null,
  hint,
  parentId: null,
  createdVia: 'bootstrap',
  createdAt: new Date(createdAt).toISOString(),
  lastUsedAt: null,
  revokedAt: null,
  token,
});

/** What the setting opens now: the first owner's way in, a person's way back, or nothing. */
export async function bootstrapDoor({ env, now }: Visit): Promise<'first' | 'again' | 'closed'> {
  const setting = readBootstrapSetting(env.BOOTSTRAP);
  if (setting === null || setting.expiresAtMs <= now) return 'closed';
  if (setting.userId !== null) return 'again';
  return (await hasPeople(platformDb(env))) ? 'closed' : 'first';
}
