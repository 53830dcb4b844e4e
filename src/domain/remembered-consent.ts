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
 * Whether the person need not be asked again: they have allowed this app at least as much, and it is still what it was.
 * An app that returns to this machine is always asked for, since anything that runs here can call itself by its name.
 */
export function isRemembered(
  earlier: EarlierConsent | null,
  request: Pick<AuthorizationRequest, 'scopes' | 'resources' | 'redirectUri' | 'prompts'>,
  now: { readonly documentDigest: string | null; readonly atMs: number },
): boolean {
  if (earlier === null || earlier.revokedAt !== null) return false;
  if (now.atMs - earlier.createdAt > CONSENT_MS) return false;
  if (isLoopbackRedirect(request.redirectUri)) return false;
  if (request.prompts.includes('consent') || request.prompts.includes('select_account')) {
    return false;
  }
  if (earlier.documentDigest !== now.documentDigest) return false;
  return (
    request.scopes.every((scope) => earlier.scopes.includes(scope)) &&
    request.resources.every((resource) => earlier.resources.includes(resource))
  );
}
