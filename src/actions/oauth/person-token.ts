// What an app gets of a grant: an access token, and a refresh token that follows on the one before.

import { newSecret } from '../../auth/secret.ts';
import { hashSecret } from '../../auth/secret-hash.ts';
import { OFFLINE_ACCESS } from '../../contract/authorization.ts';
import type { OAuthResult } from '../../contract/oauth-error.ts';
import type { Scope } from '../../contract/principal.ts';
import type { TokenAnswer } from '../../contract/token-answer.ts';
import type { NewRefreshToken } from '../../db/refresh-tokens.ts';
import { issueToken } from './issue-token.ts';
import type { GrantAsk } from './token-endpoint.ts';

const IDLE_MS = 30 * 86_400_000;
const ABSOLUTE_MS = 180 * 86_400_000;

/** What tokens of a grant have in common. */
export interface GrantFacts {
  readonly grantId: string;
  readonly userId: string;
  readonly projectIds: readonly string[] | null;
  /** When the person had signed in, in milliseconds. */
  readonly authTime: number | null;
  readonly grantedAt: number;
  /** What was granted. */
  readonly scopes: readonly Scope[];
  readonly resources: readonly string[];
}

export interface Share {
  /** The answer names `offline_access` beside the scopes; the token does not. */
  readonly offline: boolean;
  readonly scopes: readonly Scope[];
  readonly resources: readonly string[];
}

/** An access token for a share of the grant, beside a refresh token for all of it. */
export async function issuePersonToken(
  ask: GrantAsk,
  grant: GrantFacts,
  { share, refreshToken }: { readonly share: Share; readonly refreshToken: string },
): Promise<OAuthResult<TokenAnswer>> {
  const { client, jkt } = ask;
  const { projectIds, authTime } = grant;
  const issued = await issueToken(ask, {
    sub: grant.userId,
    ptype: 'person',
    clientId: client.id,
    // What the client was registered for may have shrunk since.
    scopes: share.scopes.filter((scope) => client.scopes.includes(scope)),
    resources: share.resources,
    jkt,
    claims: {
      grt: grant.grantId,
      ...(client.environments === null ? {} : { env: [...client.environments] }),
      ...(projectIds === null ? {} : { prj: [...projectIds] }),
      ...(authTime === null ? {} : { auth_time: Math.floor(authTime / 1000) }),
    },
  });
  if (!issued.ok) return issued;
  const scope = [issued.value.scope, ...(share.offline ? [OFFLINE_ACCESS] : [])].join(' ');
  return { ok: true, value: { ...issued.value, scope, refresh_token: refreshToken } };
}

/** A new refresh token and its row: idle for 30 days at most, and 180 days from the grant on. */
export async function newRefreshToken(
  { env, now }: GrantAsk,
  { grantId, grantedAt, scopes, resources }: GrantFacts,
  parent: string | null,
): Promise<{ readonly secret: string; readonly row: NewRefreshToken }> {
  const secret = newSecret('rt');
  const expiresAt = Math.min(now + IDLE_MS, grantedAt + ABSOLUTE_MS);
  const hash = await hashSecret(env, secret);
  return { secret, row: { hash, grantId, parent, scopes, resources, createdAt: now, expiresAt } };
}
