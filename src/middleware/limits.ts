// Which limit a request counts against, and under whose name.

import type { Context } from 'hono';
import { isLoopbackHost, isOpenMode } from '../auth/origin.ts';
import type { Result } from '../contract/error.ts';
import { LOCAL_OWNER_ID } from '../contract/id.ts';
import type { Actor, Credential } from '../contract/principal.ts';
import { RATE_LIMIT_DEFAULT, RATE_LIMITS, type RatePolicyName } from '../contract/rate.ts';
import type { AppEnv } from './app-env.ts';
import { ipPrefixOf } from './ip-prefix.ts';
import { minutely, Quota } from './quota.ts';
import { unwrap } from './refusal.ts';

/** What is answered without asking anybody: nothing of the API. */
const PAGES = /^\/(docs(\/|$)|pages\/|v1\/auth\/consent\.css$)/;

/** Pages at which a cookie is looked up, and which write, or ask other servers, for whoever comes. */
const BUSY_PAGES =
  /^\/($|(signin|account|bootstrap|invite|device|inbox|g)(\/|$)|v1\/auth\/(authorize|consent|oidc\/(start|callback))$)/;

/** Whether a read has to wait until it is counted, as a write has to. */
export const waitsLikeWrite = (path: string): boolean => BUSY_PAGES.test(path);

/** Writes that have a limit of their own, and the one read that keeps a ceremony. */
const OWN_LIMITS: readonly (readonly [RegExp, RatePolicyName])[] = [
  [/^\/tasks\/[^/]+\/gates\/[^/]+\/[a-z-]+$/, 'gate'],
  [/^\/v1\/webhooks\/verify$/, 'verify'],
  [/^\/v1\/invitations\/accept$/, 'invite'],
  [/^\/v1\/security\/token-leaks$/, 'leak'],
  [/^\/v1\/auth\/(passkeys\/(options|verify)|oidc\/start)$/, 'signin'],
  [/^\/v1\/auth\/(recovery|bootstrap)$/, 'recovery'],
  [/^\/signin\/recovery$/, 'recovery'],
];

/** Begins to count a request whose caller is known, or one that needs none. Null for pages. */
export function startQuota(c: Context<AppEnv>): Quota | null {
  const actor = c.get('actor') as Actor | undefined;
  if (actor === undefined && PAGES.test(c.req.path)) return null;
  const isCounted = c.req.method === 'POST' || waitsLikeWrite(c.req.path);
  const own = isCounted ? ownLimit(c.req.path) : undefined;
  if (actor === undefined) return countStranger(c, own ?? 'anonymous');
  const credential = c.get('credential');
  const quota = new Quota(
    c.env,
    nameOf(actor, credential),
    policyOf(c.env, own ?? 'default', credential),
  );
  c.set('quota', quota);
  return quota;
}

/** Counts a request without a valid credential against the network it comes from. */
export function countStranger(c: Context<AppEnv>, name: RatePolicyName = 'anonymous'): Quota {
  const isLocal = isOpenMode(c.env) && isLoopbackHost(c.req.header('Host'));
  const prefix = ipPrefixOf(c.req.header('CF-Connecting-IP')) ?? 'unknown';
  const who = isLocal ? LOCAL_OWNER_ID : `anon:${prefix}`;
  const quota = new Quota(c.env, who, policyOf(c.env, name));
  c.set('quota', quota);
  return quota;
}

/**
 * Counts a request against a limit of its own, under a name of ours (an id or a digest, never a text as it came), and
 * refuses it where nothing is left. The answer shows this limit from now on.
 */
export function takeOwn(
  c: Context<AppEnv>,
  policy: RatePolicyName,
  name: string,
): Promise<Result<null>> {
  const quota = new Quota(c.env, name, policyOf(c.env, policy));
  c.set('quota', quota);
  return quota.pass();
}

/** Waits until it is known that the request may go on: what is written must not be written uncounted. */
export async function passQuota(c: Context<AppEnv>): Promise<void> {
  const quota = c.get('quota');
  if (quota !== undefined && !isSilent(quota)) unwrap(await quota.pass());
}

/** Whether what is beyond the limit is answered like all else: no report tells what it has found, or that none was read. */
export const isSilent = ({ policy }: Quota): boolean => policy.name === 'leak';

const ownLimit = (path: string): RatePolicyName | undefined =>
  OWN_LIMITS.find(([form]) => form.test(path))?.[1];

function policyOf(env: Env, name: RatePolicyName, credential?: Credential) {
  const preset = Number(env.RATE_LIMIT_DEFAULT ?? RATE_LIMIT_DEFAULT);
  const isRaised = preset > RATE_LIMIT_DEFAULT;
  const usual = isRaised ? preset : Math.min(preset, RATE_LIMITS[name]);
  return minutely(name, Math.min(usual, credential?.ratePerMinute ?? usual));
}

/** A new token of the same grant or client brings no new quota. */
function nameOf(actor: Actor, { kind, id, grantId }: Credential): string {
  if (kind === 'pat' && id !== null) return id;
  return grantId ?? actor.id;
}
