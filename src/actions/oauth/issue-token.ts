import { mintAccessToken } from '../../auth/access-token.ts';
import { newId } from '../../auth/id.ts';
import { keyRing } from '../../auth/signing-keys.ts';
import type { AccessClaims } from '../../contract/access-token.ts';
import { type OAuthResult, refuseOAuth } from '../../contract/oauth-error.ts';
import type { Scope } from '../../contract/principal.ts';
import type { TokenAnswer } from '../../contract/token-answer.ts';
import { ACCESS_TOKEN_S } from '../../contract/token-timing.ts';
import type { OAuthAsk } from './oauth-ask.ts';

type Further = 'grt' | 'env' | 'prj' | 'auth_time' | 'act' | 'par';

export interface TokenTerms {
  readonly sub: string;
  readonly ptype: 'person' | 'service';
  readonly clientId: string;
  readonly scopes: readonly Scope[];
  readonly resources: readonly string[];
  /** The key that it is bound to. */
  readonly jkt: string | null;
  /** The latest second at which it may end; without it ten minutes from now. */
  readonly expMax?: number | undefined;
  readonly claims: { readonly [K in Further]?: AccessClaims[K] | undefined };
}

const AWAY = refuseOAuth('temporarily_unavailable', 'The keys cannot be read at the moment.');

/** Signs an access token and writes the answer around it. */
export async function issueToken(
  { env, now, origin }: Pick<OAuthAsk, 'env' | 'now' | 'origin'>,
  terms: TokenTerms,
): Promise<OAuthResult<TokenAnswer>> {
  const ring = await keyRing(env, now);
  if (ring === null) return AWAY;
  const { sub, ptype, clientId, resources, jkt, expMax } = terms;
  const [only = origin] = resources;
  const iat = Math.floor(now / 1000);
  const exp = Math.min(iat + ACCESS_TOKEN_S, expMax ?? Number.POSITIVE_INFINITY);
  const scope = terms.scopes.join(' ');
  const accessToken = await mintAccessToken(ring.signer, {
    iss: origin,
    aud: resources.length > 1 ? [...resources] : only,
    sub,
    client_id: clientId,
    iat,
    exp,
    jti: newId('jti', now),
    scope,
    ptype,
    ...terms.claims,
    ...(jkt === null ? {} : { cnf: { jkt } }),
  });
  const value: TokenAnswer = {
    access_token: accessToken,
    token_type: jkt === null ? 'Bearer' : 'DPoP',
    expires_in: exp - iat,
    scope,
  };
  return { ok: true, value };
}
