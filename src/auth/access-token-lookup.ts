// Which principal an access token belongs to, and what it lets its bearer do: its scopes, in the projects and
// environments that it is for, with the role that the principal has there now.

import type { AccessClaims } from '../contract/access-token.ts';
import { ok, type Result } from '../contract/error.ts';
import { type Actor, type Caller, type Credential, SCOPES } from '../contract/principal.ts';
import type { Standing } from '../db/standing.ts';
import { verifyAccessToken } from './access-token.ts';
import { agentCaller } from './agent-token.ts';
import { type CredentialFacts, INVALID_CREDENTIAL } from './credential-facts.ts';
import { checkProof } from './dpop.ts';
import type { LookupEnv } from './lookup.ts';
import { standingOf } from './memberships.ts';
import { holderOf } from './pat-holder.ts';
import { publicOrigin } from './public-origin.ts';
import { isRevoked } from './revocations.ts';
import { isMeantFor } from './token-issuer.ts';

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
  env: LookupEnv,
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
  env: LookupEnv,
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
  env: LookupEnv,
  { nowMs, fresh }: CredentialFacts,
  claims: AccessClaims,
): Promise<Result<Caller>> {
  if (!claims.sub.startsWith(PREFIXES[claims.ptype])) return INVALID_CREDENTIAL;
  const { sub: userId, prj: projectIds = null } = claims;
  const holder = await holderOf(env, { userId, projectIds }, { nowMs, fresh });
  if (!holder.ok) return holder;
  // A service's own limit and version; it was read a moment ago.
  const own = claims.ptype === 'service' ? await standingOf(env, userId, { nowMs }) : ok(null);
  if (!own.ok) return own;
  const actor: Actor = {
    ...holder.value,
    kind: claims.ptype,
    scopes: SCOPES.filter((scope) => claims.scope.split(' ').includes(scope)),
    ...(claims.env === undefined ? {} : { environments: claims.env }),
    open: false,
  };
  return ok({ actor, credential: credentialOf(claims, own.value) });
}

function credentialOf(claims: AccessClaims, service: Standing | null): Credential {
  const { jti, client_id, grt, prj, auth_time, exp, act } = claims;
  const { ratePerMinute = null, apiVersion = null } = service ?? {};
  return {
    kind: 'access_token',
    id: jti,
    clientId: client_id,
    expiresAtMs: exp * 1000,
    ...(grt === undefined ? {} : { grantId: grt }),
    ...(prj === undefined ? {} : { projectIds: prj }),
    ...(auth_time === undefined ? {} : { authTimeMs: auth_time * 1000 }),
    ...(ratePerMinute === null ? {} : { ratePerMinute }),
    ...(apiVersion === null ? {} : { apiVersion }),
    ...(act === undefined ? {} : { delegated: true as const }),
  };
}
