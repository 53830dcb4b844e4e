// Which principal an access token belongs to, and what it lets its bearer do: its scopes, in the projects and
// environments that it is for, with the role that the principal has there now.

import type { AccessClaims } from '../contract/access-token.ts';
import { ok, type Result } from '../contract/error.ts';
import { LOCAL_OWNER_ID, LOCAL_PROJECT_ID } from '../contract/id.ts';
import { type Actor, type Caller, type Credential, SCOPES } from '../contract/principal.ts';
import type { Standing } from '../db/standing.ts';
import { verifyAccessToken } from './access-token.ts';
import { agentCaller } from './agent-token.ts';
import { type CredentialFacts, INVALID_CREDENTIAL } from './credential-facts.ts';
import { checkProof } from './dpop.ts';
import type { LookupEnv } from './lookup.ts';
import { rolesWithin, standingOf } from './memberships.ts';
import { isOpenMode } from './origin.ts';
import { publicOrigin } from './public-origin.ts';
import { isRevoked } from './revocations.ts';
import { isMeantFor } from './token-issuer.ts';

type TokenEnv = LookupEnv & { readonly AUTH_MODE?: string };

/** Kinds of principals never share a prefix, so no token can say that one is another. */
const PREFIXES: Readonly<Record<AccessClaims['ptype'], string>> = {
  person: 'usr_',
  service: 'cli_',
  agent: 'agt_',
};

interface Presented {
  readonly token: string;
  readonly isDpop: boolean;
}

export async function accessTokenCaller(
  env: TokenEnv,
  facts: CredentialFacts,
  presented: Presented,
): Promise<Result<Caller>> {
  const verified = await verifyAccessToken(env, presented.token, facts.nowMs);
  if (!verified.ok) return verified;
  const claims = verified.value;
  if (!isMeantFor(env, facts.url, claims)) return INVALID_CREDENTIAL;
  const revoked = await isRevoked(env, claims, facts);
  if (!revoked.ok) return revoked;
  if (revoked.value) return INVALID_CREDENTIAL;
  const bound = await checkBinding(env, facts, { ...presented, claims });
  if (!bound.ok) return bound;
  if (claims.ptype === 'agent') return agentCaller(claims) ?? INVALID_CREDENTIAL;
  return principalCaller(env, facts, claims);
}

/** A token that is bound to a key comes with its proof, and never as a plain bearer token (RFC 9449 §7.2). */
async function checkBinding(
  env: TokenEnv,
  facts: CredentialFacts,
  { token, isDpop, claims }: Presented & { readonly claims: AccessClaims },
): Promise<Result<null>> {
  const { cnf } = claims;
  if (cnf === undefined && !isDpop) return ok(null);
  if (cnf === undefined || !isDpop) return INVALID_CREDENTIAL;
  const { url = '', method = '', dpop, nowMs, request } = facts;
  const asked = new URL(url);
  const proven = await checkProof(env, {
    ...{ proof: dpop, method, nowMs, request, accessToken: token },
    url: publicOrigin(env, url) + asked.pathname,
  });
  if (!proven.ok) return proven;
  return proven.value === cnf.jkt ? ok(null) : INVALID_CREDENTIAL;
}

async function principalCaller(
  env: TokenEnv,
  { nowMs, fresh }: CredentialFacts,
  claims: AccessClaims,
): Promise<Result<Caller>> {
  if (!claims.sub.startsWith(PREFIXES[claims.ptype])) return INVALID_CREDENTIAL;
  const isLocalOwner = claims.sub === LOCAL_OWNER_ID && isOpenMode(env);
  const found = isLocalOwner
    ? ok(LOCAL_OWNER)
    : await standingOf(env, claims.sub, { nowMs, fresh });
  if (!found.ok) return found;
  if (found.value === null) return INVALID_CREDENTIAL;
  const standing = found.value;
  const actor: Actor = {
    id: standing.id,
    name: standing.name,
    kind: claims.ptype,
    scopes: SCOPES.filter((scope) => claims.scope.split(' ').includes(scope)),
    projects:
      isLocalOwner && claims.prj === undefined
        ? 'all'
        : rolesWithin(standing.roles, claims.prj ?? null),
    ...(claims.env === undefined ? {} : { environments: claims.env }),
    defaultProjectId: defaultProject(standing, claims.prj),
    open: false,
  };
  return ok({ actor, credential: credentialOf(claims, standing) });
}

/** The owner of the machine, who exists in open mode only and is no row of a table. */
const LOCAL_OWNER: Standing = {
  id: LOCAL_OWNER_ID,
  name: 'local owner',
  email: null,
  ratePerMinute: null,
  apiVersion: null,
  defaultProjectId: LOCAL_PROJECT_ID,
  roles: { [LOCAL_PROJECT_ID]: 'owner' },
};

/** A token that is for some projects works on the first of them where the principal's own is not among them. */
function defaultProject({ defaultProjectId }: Standing, prj: AccessClaims['prj']): string {
  return prj === undefined || prj.includes(defaultProjectId) ? defaultProjectId : (prj[0] ?? '');
}

function credentialOf(claims: AccessClaims, standing: Standing): Credential {
  const { jti, client_id, grt, auth_time, exp, act } = claims;
  const { ratePerMinute, apiVersion } = standing;
  return {
    kind: 'access_token',
    id: jti,
    clientId: client_id,
    expiresAtMs: exp * 1000,
    ...(grt === undefined ? {} : { grantId: grt }),
    ...(auth_time === undefined ? {} : { authTimeMs: auth_time * 1000 }),
    ...(ratePerMinute === null ? {} : { ratePerMinute }),
    ...(apiVersion === null ? {} : { apiVersion }),
    ...(act === undefined ? {} : { delegated: true as const }),
  };
}
