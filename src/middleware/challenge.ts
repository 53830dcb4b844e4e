// The header WWW-Authenticate of a refusal (RFC 6750 §3, RFC 9728 §5.1): where to get a token, and for what.

import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import { DPOP_ALGORITHMS } from '../auth/dpop.ts';
import { isForMcp } from '../auth/token-issuer.ts';
import type { Refusal } from '../contract/error.ts';
import type { AppEnv } from './app-env.ts';
import { originOf } from './origin-of.ts';

/** What an admission says of itself, so that who comes without a credential learns which scope to ask for. */
export interface Scoped {
  /** Where one of several opens the door, all of them, with a space in between. */
  readonly scope: string;
}

const RESOURCE = '/.well-known/oauth-protected-resource';
const FRESH_S = 300;

/** Null for a refusal that no credential would have spared. */
export function challengeOf(c: Context<AppEnv>, { code, message, extra }: Refusal): string | null {
  const resource = isForMcp(c.req.path) ? `${RESOURCE}/mcp` : RESOURCE;
  const metadata = `resource_metadata="${originOf(c)}${resource}"`;
  const scope = scopeOf(c);
  const asked = scope === null ? [] : [`scope="${scope}"`];
  const fault = `error="${code}", error_description="${message}"`;
  switch (code) {
    case 'unauthorized':
      return parts(metadata, ...asked);
    case 'invalid_token':
      return parts(fault, metadata);
    case 'insufficient_scope':
      return parts(`error="${code}"`, ...asked, metadata);
    case 'insufficient_user_authentication':
      return parts(fault, `max_age="${Number(extra?.['max_age'] ?? FRESH_S)}"`, metadata);
    case 'invalid_dpop_proof':
    case 'use_dpop_nonce':
      return `DPoP algs="${DPOP_ALGORITHMS.join(' ')}", error="${code}", ${metadata}`;
    default:
      return null;
  }
}

const parts = (...found: readonly string[]): string =>
  `Bearer ${['realm="sluice"', ...found].join(', ')}`;

/** The scope that the route which was asked admits by. */
function scopeOf(c: Context<AppEnv>): string | null {
  for (const { handler } of matchedRoutes(c)) {
    if ('scope' in handler && typeof handler.scope === 'string') return handler.scope;
  }
  return null;
}
