// What a token is asked for, against what it may be for at most: scopes and resources only ever get narrower.

import { OFFLINE_ACCESS } from '../contract/authorization.ts';
import { type OAuthResult, refuseOAuth } from '../contract/oauth-error.ts';
import { SCOPES, type Scope } from '../contract/principal.ts';

const INVALID_SCOPE = refuseOAuth('invalid_scope', 'A scope is unknown or not allowed here.');
const INVALID_TARGET = refuseOAuth('invalid_target', 'A resource is unknown or not allowed here.');

/** Whether the parameter `scope` names `offline_access`. */
export const asksOffline = (asked: string | undefined): boolean =>
  (asked ?? '').split(' ').includes(OFFLINE_ACCESS);

/** All that is allowed where nothing is asked for; what is not allowed is refused and not dropped. */
export function narrowScopes(
  asked: string | undefined,
  allowed: readonly Scope[],
  { offline = false }: { readonly offline?: boolean } = {},
): OAuthResult<readonly Scope[]> {
  if (asked === undefined)
    return { ok: true, value: SCOPES.filter((scope) => allowed.includes(scope)) };
  const named = asked
    .split(' ')
    .filter((name) => name !== '' && !(offline && name === OFFLINE_ACCESS));
  const found = SCOPES.filter((scope) => named.includes(scope));
  const isKnown = named.every((name) => (SCOPES as readonly string[]).includes(name));
  if (!isKnown || !found.every((scope) => allowed.includes(scope))) return INVALID_SCOPE;
  return { ok: true, value: asked.trim() === OFFLINE_ACCESS && offline ? [...allowed] : found };
}

/**
 * The resources that a token is for (RFC 8707). `allowed` empty: any of ours. Where nothing is asked for it is what is
 * allowed, or the API.
 */
export function narrowResources(
  asked: readonly string[],
  { origin, allowed }: { readonly origin: string; readonly allowed: readonly string[] },
): OAuthResult<readonly string[]> {
  const ours = [origin, `${origin}/mcp`];
  const wide = allowed.length === 0 ? ours : allowed;
  if (asked.length === 0) {
    return { ok: true, value: allowed.length === 0 ? [origin] : [...allowed] };
  }
  // One trailing slash of an empty path is the same resource.
  const named = asked.map((name) => (name === `${origin}/` ? origin : name));
  const isFine = named.every((name) => ours.includes(name) && wide.includes(name));
  return isFine ? { ok: true, value: [...new Set(named)] } : INVALID_TARGET;
}
