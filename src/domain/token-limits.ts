// How far a new token may reach: never further than the credential that makes it.

import { isWithin } from '../contract/cidr.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Scope } from '../contract/principal.ts';
import { type CreateTokenBody, DEFAULT_TOKEN_SCOPES } from '../contract/token.ts';

const DAY_MS = 86_400_000;

/** Null: without such a limit. */
export interface Reach {
  readonly scopes: readonly Scope[];
  readonly projectIds: readonly string[] | null;
  readonly environments: readonly string[] | null;
  readonly ipCidrs: readonly string[] | null;
  readonly ratePerMinute: number | null;
  /** In milliseconds. */
  readonly expiresAt: number | null;
}

const SCOPE_EXCEEDS = refuse('scope_exceeds_yours', 'A token has no scope that its maker lacks.');
const ENVIRONMENT = refuse('environment_forbidden', 'The credential is not for this environment.');
const NETWORK = refuse('ip_forbidden', 'A token is for no network that its maker is not for.');
const PROJECT = refuse('not_found', 'Project not found');

/** What is not said is inherited; what is said must lie within; a life that is too long is cut. */
export function reachOf(
  wanted: CreateTokenBody,
  maker: Reach,
  now: number,
): Result<Reach & { readonly expiresAt: number }> {
  const scopes = new Set(
    wanted.scopes ?? DEFAULT_TOKEN_SCOPES.filter((scope) => maker.scopes.includes(scope)),
  );
  if (scopes.size === 0 || [...scopes].some((scope) => !maker.scopes.includes(scope))) {
    return SCOPE_EXCEEDS;
  }
  const projectIds = narrowed(wanted.projectIds, maker.projectIds, equal);
  if (projectIds === undefined) return PROJECT;
  const environments = narrowed(wanted.environments, maker.environments, equal);
  if (environments === undefined) return ENVIRONMENT;
  const ipCidrs = narrowed(wanted.ipCidrs, maker.ipCidrs, isWithin);
  if (ipCidrs === undefined) return NETWORK;
  const rates = [wanted.rateLimitPerMinute ?? null, maker.ratePerMinute].filter((n) => n !== null);
  return ok({
    scopes: [...scopes],
    projectIds,
    environments,
    ipCidrs,
    ratePerMinute: rates.length === 0 ? null : Math.min(...rates),
    expiresAt: Math.min(now + wanted.expiresInDays * DAY_MS, maker.expiresAt ?? Infinity),
  });
}

const equal = (a: string, b: string): boolean => a === b;

/** Undefined where something is wanted that the maker does not have. */
function narrowed(
  wanted: readonly string[] | null | undefined,
  own: readonly string[] | null,
  isIn: (wanted: string, own: string) => boolean,
): readonly string[] | null | undefined {
  if (wanted === null || wanted === undefined) return own;
  const fits = own === null || wanted.every((one) => own.some((other) => isIn(one, other)));
  return fits ? [...new Set(wanted)] : undefined;
}
