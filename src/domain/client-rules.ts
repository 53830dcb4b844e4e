// What goes together in an OAuth client, and who may give it what.

import type { AuthMethod, ClientKind, CreateClientBody, Jwks } from '../contract/client.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import {
  type Actor,
  type Role,
  rankOf,
  roleIn,
  SCOPES_WITHOUT_ROLE,
  type Scope,
  scopesIn,
} from '../contract/principal.ts';
import { checkRedirectUri } from '../contract/redirect-uri.ts';

const METHODS: Readonly<Record<ClientKind, readonly AuthMethod[]>> = {
  service: ['client_secret', 'private_key_jwt'],
  web: ['client_secret', 'private_key_jwt'],
  native: ['none'],
};

const SCOPE_EXCEEDS = refuse('scope_exceeds_yours', 'A client has no scope that its maker lacks.');
const ROLE_EXCEEDS = refuse('scope_exceeds_yours', 'Nobody gives a role above their own.');
const ENVIRONMENT = refuse('environment_forbidden', 'The credential is not for this environment.');

/** How a client of this kind proves itself, unless it is said. */
export const methodOf = ({ kind, authMethod }: CreateClientBody): AuthMethod =>
  authMethod ?? (kind === 'native' ? 'none' : 'client_secret');

interface Facts {
  readonly kind: ClientKind;
  readonly authMethod: AuthMethod;
  readonly redirectUris: readonly string[];
  readonly jwks: Jwks | null;
  readonly jwksUri: string | null;
  readonly role: Role | undefined;
}

/** Whether its parts go together. */
export function checkClient(facts: Facts): Result<null> {
  const { kind, authMethod, jwks, jwksUri, role } = facts;
  if (!METHODS[kind].includes(authMethod)) {
    return wrong('authMethod', `A ${kind} client uses: ${METHODS[kind].join(', ')}`);
  }
  const keys = [jwks, jwksUri].filter((one) => one !== null).length;
  if (authMethod === 'private_key_jwt' && keys !== 1) {
    return wrong('jwks', 'Either jwks or jwksUri is required for private_key_jwt');
  }
  if (authMethod !== 'private_key_jwt' && keys > 0) {
    return wrong(jwks === null ? 'jwksUri' : 'jwks', 'Keys are for private_key_jwt only');
  }
  if (role !== undefined && kind !== 'service') return wrong('role', 'A role is for a service');
  return checkRedirects(facts);
}

function checkRedirects({ kind, redirectUris }: Facts): Result<null> {
  if (kind === 'service') {
    return redirectUris.length === 0
      ? ok(null)
      : wrong('redirectUris', 'A service has no redirect URIs');
  }
  if (kind === 'web' && redirectUris.length === 0) {
    return wrong('redirectUris', 'A web client needs a redirect URI');
  }
  for (const [index, uri] of redirectUris.entries()) {
    const fault = checkRedirectUri(uri, kind);
    if (fault !== null) return wrong(`redirectUris.${index}`, fault);
  }
  return ok(null);
}

const wrong = (path: string, message: string) =>
  refuse('validation_failed', message, {
    errors: [{ path, pointer: `/${path.replaceAll('.', '/')}`, code: 'custom', message }],
  });

/** Whether the actor has these scopes itself in the project. */
export function mayGiveScopes(
  actor: Actor,
  projectId: string,
  scopes: readonly Scope[],
): Result<null> {
  const own = new Set([
    ...scopesIn(actor, projectId),
    ...actor.scopes.filter((scope) => SCOPES_WITHOUT_ROLE.has(scope)),
  ]);
  return scopes.every((scope) => own.has(scope)) ? ok(null) : SCOPE_EXCEEDS;
}

/** Whether the actor has this role, or a higher one, itself. */
export function mayGiveRole(actor: Actor, projectId: string, role: Role | null): Result<null> {
  const own = roleIn(actor, projectId);
  if (role === null || (own !== undefined && rankOf(role) <= rankOf(own))) return ok(null);
  return ROLE_EXCEEDS;
}

/** The environments of a client: what is not said is inherited from the credential that asks. */
export function environmentsOf(
  actor: Actor,
  wanted: readonly string[] | null | undefined,
): Result<readonly string[] | null> {
  const own = actor.environments;
  if (wanted === null || wanted === undefined) return ok(own ?? null);
  if (own !== undefined && wanted.some((name) => !own.includes(name))) return ENVIRONMENT;
  return ok([...new Set(wanted)]);
}
