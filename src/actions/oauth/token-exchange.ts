// Grant token-exchange (RFC 8693): a client that was handed a token gets a weaker one of its own, to act for the same
// principal. It has no more scopes, resources, projects and time, dies with the first, and never decides a gate.

import { verifyAccessToken } from '../../auth/access-token.ts';
import { authenticate } from '../../auth/authenticate.ts';
import { deathsOf } from '../../auth/revocations.ts';
import type { AccessClaims } from '../../contract/access-token.ts';
import { type OAuthResult, refuseOAuth } from '../../contract/oauth-error.ts';
import type { Caller } from '../../contract/principal.ts';
import type { TokenAnswer } from '../../contract/token-answer.ts';
import { narrowResources, narrowScopes } from '../../domain/token-terms.ts';
import { issueToken, type TokenTerms } from './issue-token.ts';
import type { GrantAsk } from './token-endpoint.ts';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const DEATHS_MAX = 24;
const BAD_SUBJECT = refuseOAuth('invalid_request', 'The subject_token is not one to exchange.');

/** The token that was handed in, and who it is of. `claims` null: a personal access token. */
interface Subject extends Caller {
  readonly claims: AccessClaims | null;
  readonly resources: readonly string[];
}

export async function exchangeToken(ask: GrantAsk): Promise<OAuthResult<TokenAnswer>> {
  const { fields, client, origin, jkt } = ask;
  const fault = faultOf(ask);
  if (fault !== null) return refuseOAuth('invalid_request', fault);
  const subject = await findSubject(ask, fields.one('subject_token') ?? '');
  if (subject === null) return BAD_SUBJECT;
  const { actor, credential, claims } = subject;
  const allowed = actor.scopes.filter(
    (scope) => scope !== 'gates:approve' && client.scopes.includes(scope),
  );
  const scopes = narrowScopes(fields.one('scope'), allowed);
  if (!scopes.ok) return scopes;
  const asked = [...fields.all('resource'), ...fields.all('audience')];
  const resources = narrowResources(asked, { origin, allowed: subject.resources });
  if (!resources.ok) return resources;
  const { projectIds, expiresAtMs } = credential;
  const issued = await issueToken(ask, {
    sub: actor.id,
    ptype: actor.kind === 'service' ? 'service' : 'person',
    clientId: client.id,
    scopes: scopes.value,
    resources: resources.value,
    jkt,
    expMax: expiresAtMs === undefined ? undefined : Math.floor(expiresAtMs / 1000),
    claims: {
      ...(actor.environments === undefined ? {} : { env: [...actor.environments] }),
      ...(projectIds === undefined ? {} : { prj: [...projectIds] }),
      act: { sub: client.id, ...(claims?.act === undefined ? {} : { act: claims.act }) },
      ...bondsOf(subject),
    },
  });
  if (!issued.ok) return issued;
  return { ok: true, value: { ...issued.value, issued_token_type: ACCESS_TOKEN } };
}

function faultOf({ fields }: GrantAsk): string | null {
  if (fields.one('subject_token') === undefined) return 'The parameter subject_token is missing.';
  if (fields.one('subject_token_type') !== ACCESS_TOKEN) {
    return 'The subject_token_type is not supported.';
  }
  if (fields.one('actor_token') !== undefined) return 'An actor_token is not supported.';
  const wanted = fields.one('requested_token_type');
  const isFine = wanted === undefined || wanted === ACCESS_TOKEN;
  return isFine ? null : 'The requested_token_type is not supported.';
}

/** With what the new token dies: all that the first one does; a personal access token is revoked as a grant is. */
function bondsOf({ claims, credential }: Subject): Pick<TokenTerms['claims'], 'grt' | 'par'> {
  if (claims === null) return credential.id === null ? {} : { grt: credential.id };
  const { grt } = claims;
  return { par: [...deathsOf(claims)], ...(grt === undefined ? {} : { grt }) };
}

/** Null for what is not a good token of a person or a service, or is bound to a key or a network: a way around that. */
async function findSubject(ask: GrantAsk, token: string): Promise<Subject | null> {
  const { env, now: nowMs, origin, ip } = ask;
  const isPat = token.startsWith('slc_pat_');
  const verified = isPat ? null : await verifyAccessToken(env, token, nowMs);
  if (verified !== null && !verified.ok) return null;
  const claims = verified?.value ?? null;
  const resources = claims === null ? [] : [claims.aud].flat();
  const url = `${resources[0] ?? origin}/`;
  if (!URL.canParse(url)) return null;
  const asked = { authorization: `Bearer ${token}`, host: undefined, nowMs, url, ip, fresh: true };
  const found = await authenticate(env, asked);
  if (!found.ok) return null;
  const { actor, credential } = found.value;
  const isExchangeable = actor.kind === 'person' || actor.kind === 'service';
  // An access token cannot say from where, or how often, it may be used: it would lift those limits.
  const isFenced = isPat && (credential.isNetworked || credential.ratePerMinute !== undefined);
  const isTooDeep = claims !== null && deathsOf(claims).length > DEATHS_MAX;
  return isExchangeable && !isFenced && !isTooDeep ? { ...found.value, claims, resources } : null;
}
