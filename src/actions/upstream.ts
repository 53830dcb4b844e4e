// Signing in by another provider: out to it with a challenge, and back with its word.

import { newId } from '../auth/id.ts';
import { newSignin } from '../auth/new-signin.ts';
import { newCookieValue } from '../auth/signin-cookie.ts';
import {
  askUserinfo,
  findEndpoints,
  readIdToken,
  redeemCode,
  type Upstream,
  type UpstreamPerson,
  upstreamOf,
} from '../auth/upstream.ts';
import { Email } from '../contract/bootstrap.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { type CeremonyRow, keepCeremony, takeCeremony } from '../db/ceremonies.ts';
import { platformDb } from '../db/database.ts';
import {
  findByIdentity,
  insertNewcomer,
  isInvited,
  isKnownIdentity,
  keepIdentity,
} from '../db/identities.ts';
import { admitBrowser } from './signins.ts';
import type { Admitted, Visit } from './visit.ts';

const CEREMONY_MS = 10 * 60_000;
/** For whom the provider does not say when they proved who they are: a sign-in, but not a fresh one. */
const UNKNOWN_AGE_MS = 301_000;
const CALLBACK = '/v1/auth/oidc/callback';

const NONE = refuse('not_found', 'Signing in by another provider is not set up here.');
const AWAY = refuse('unavailable', 'The other provider does not answer.');
const FAILED = refuse('invalid_token', 'The other provider did not confirm who you are.');
const NOT_INVITED = refuse(
  'human_required',
  'Nobody has invited you: ask somebody who is in for an invitation.',
);

interface Memory {
  readonly verifier: string;
  readonly target: string;
}

/** Where to send the browser, and what it has to bring back as its cookie: so nobody else's answer is taken. */
export async function startUpstream(
  visit: Visit,
  { target, isStepUp }: { readonly target: string; readonly isStepUp: boolean },
): Promise<Result<{ readonly location: string; readonly state: string }>> {
  const { env, now, origin } = visit;
  const upstream = upstreamOf(env);
  if (upstream === null) return NONE;
  const endpoints = await findEndpoints(env, upstream);
  if (endpoints === null || !URL.canParse(endpoints.authorization)) return AWAY;
  const [state, nonce, verifier] = [newCookieValue(), newCookieValue(), newCookieValue()];
  const data: Memory = { verifier, target };
  const row = { id: state, purpose: 'oidc', challenge: nonce, userId: null };
  const kept = { ...row, data: JSON.stringify(data), expiresAt: now + CEREMONY_MS };
  await keepCeremony(platformDb(env), kept, now);
  const url = new URL(endpoints.authorization);
  const query = {
    response_type: 'code',
    client_id: upstream.clientId,
    redirect_uri: origin + CALLBACK,
    scope: 'openid email profile',
    state,
    nonce,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
    // Whoever is asked how old a proof may be has to say how old it is (OpenID Connect Core §2, `auth_time`).
    max_age: isStepUp ? '0' : '43200',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return ok({ location: url.href, state });
}

export interface Return {
  readonly state: string;
  /** The cookie that the browser was given with the state. */
  readonly remembered: string | null;
  readonly code: string | undefined;
  /** The issuer, where the provider names it (RFC 9207). */
  readonly iss: string | undefined;
}

/** Takes what the provider sends back: a sign-in, and where the person wanted to go. */
export async function finishUpstream(
  visit: Visit,
  { state, remembered, code, iss }: Return,
): Promise<Result<Admitted<{ readonly target: string }>>> {
  const { env, now, origin } = visit;
  const upstream = upstreamOf(env);
  if (upstream === null) return NONE;
  if (remembered === null || remembered !== state) return FAILED;
  const ceremony = await takeCeremony(platformDb(env), state, now);
  if (ceremony?.purpose !== 'oidc' || code === undefined) return FAILED;
  if (iss !== undefined && iss !== upstream.issuer) return FAILED;
  const { verifier, target } = memoryOf(ceremony);
  const endpoints = await findEndpoints(env, upstream);
  if (endpoints === null) return AWAY;
  const redemption = { endpoints, code, verifier, redirectUri: origin + CALLBACK };
  const tokens = await redeemCode(env, upstream, redemption);
  if (tokens === null) return FAILED;
  const { idToken: token, accessToken } = tokens;
  const terms = { token, jwks: endpoints.jwks, nonce: ceremony.challenge, nowMs: now };
  const person = await readIdToken(env, upstream, terms);
  if (person === null) return FAILED;
  const whole = await askUserinfo(env, person, { userinfo: endpoints.userinfo, accessToken });
  return admit(visit, upstream, { person: whole, target });
}

async function admit(
  visit: Visit,
  { issuer }: Upstream,
  { person, target }: { readonly person: UpstreamPerson; readonly target: string },
): Promise<Result<Admitted<{ readonly target: string }>>> {
  const { env, now, browser } = visit;
  const db = platformDb(env);
  const identity = { iss: issuer, sub: person.sub };
  const known = await findByIdentity(db, identity);
  if (known === null && !(await mayCome(visit, person))) return NOT_INVITED;
  const email = person.email ?? '';
  const newcomer = { id: newId('usr', now), name: person.name ?? email, email, now };
  const authTimeMs = Math.min(person.authTimeMs ?? now - UNKNOWN_AGE_MS, now);
  const wish = { userId: known?.id ?? newcomer.id, browser, amr: ['fed'], authTimeMs };
  return admitBrowser(visit, {
    signin: await newSignin(env, wish, now),
    before: known === null ? insertNewcomer(db, identity, newcomer) : [keepIdentity(db, identity)],
    ...(known === null ? { newcomer } : {}),
    action: known === null ? 'user.created' : 'signin.created',
    body: { target },
  });
}

/** Somebody new comes by an invitation for their verified address, or from a domain that is let in. */
async function mayCome({ env, now }: Visit, { iss, sub, email }: UpstreamPerson): Promise<boolean> {
  const db = platformDb(env);
  // A known one that was not found is disabled.
  if (await isKnownIdentity(db, { iss, sub })) return false;
  if (email === null || !Email.safeParse(email).success) return false;
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  const domains = (env.OIDC_ALLOWED_DOMAINS ?? '').toLowerCase().split(',');
  if (domains.some((text) => text.trim() === domain)) return true;
  return isInvited(db, email, now);
}

/** Our own bytes, written above. */
const memoryOf = ({ data }: CeremonyRow): Memory => JSON.parse(data ?? '{}') as Memory;

/** RFC 7636 §4.2. */
async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
