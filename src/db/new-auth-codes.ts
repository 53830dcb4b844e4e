// The table `auth_codes`, as the authorization endpoint writes it.

import type { Scope } from '../contract/principal.ts';

export interface NewAuthCode {
  readonly hash: string;
  readonly grantId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly redirectUriSent: boolean;
  /** S256, in base64url. */
  readonly challenge: string;
  readonly resources: readonly string[];
  readonly scopes: readonly Scope[];
  readonly dpopJkt: string | null;
  readonly expiresAt: number;
}

const FOLLOW = `INSERT INTO auth_codes (hash, grant_id, client_id, redirect_uri, redirect_uri_sent, challenge, resources,
  scopes, dpop_jkt, expires_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE changes() > 0`;

/** For a batch: written only if the statement before it, which makes the grant, has changed a row. */
export const insertAuthCodeAfter = (db: D1Database, code: NewAuthCode): D1PreparedStatement =>
  db
    .prepare(FOLLOW)
    .bind(
      code.hash,
      code.grantId,
      code.clientId,
      code.redirectUri,
      code.redirectUriSent ? 1 : 0,
      code.challenge,
      JSON.stringify(code.resources),
      JSON.stringify(code.scopes),
      code.dpopJkt,
      code.expiresAt,
    );
