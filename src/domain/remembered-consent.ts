import type { AuthorizationRequest } from '../contract/authorization.ts';
import type { Scope } from '../contract/principal.ts';
import { isLoopbackRedirect } from '../contract/redirect-uri.ts';

/** What a person has last allowed an app. */
export interface EarlierConsent {
  readonly scopes: readonly Scope[];
  readonly resources: readonly string[];
  readonly documentDigest: string | null;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** As long as its refresh tokens may live in all. */
export const CONSENT_MS = 180 * 86_400_000;

/**
 * What lets the app in without asking the person again, of what they have allowed it, newest first: at least as much, to
 * what it still is, and nothing of it revoked since. An app that returns to this machine is always asked for, since
 * anything that runs here can call itself by its name.
 */
export function rememberedConsent<T extends EarlierConsent>(
  earlier: readonly T[],
  request: Pick<AuthorizationRequest, 'scopes' | 'resources' | 'redirectUri' | 'prompts'>,
  now: { readonly documentDigest: string | null; readonly atMs: number },
): T | null {
  const { scopes, resources, redirectUri, prompts } = request;
  if (isLoopbackRedirect(redirectUri)) return null;
  if (prompts.includes('consent') || prompts.includes('select_account')) return null;
  for (const one of earlier) {
    if (one.revokedAt !== null || now.atMs - one.createdAt > CONSENT_MS) return null;
    const covers =
      one.documentDigest === now.documentDigest &&
      scopes.every((scope) => one.scopes.includes(scope)) &&
      resources.every((resource) => one.resources.includes(resource));
    if (covers) return one;
  }
  return null;
}
