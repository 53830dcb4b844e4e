// The table `refresh_tokens`: a family a grant, of which one is unused at a time.

import type { Scope } from '../contract/principal.ts';
import { type Granted, readGranted, type Stored } from './granted-columns.ts';

export interface NewRefreshToken {
  readonly hash: string;
  readonly grantId: string;
  /** The hash of the one that it follows. */
  readonly parent: string | null;
  readonly resources: readonly string[];
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface RefreshRow extends NewRefreshToken, Granted {
  readonly usedAt: number | null;
  /** The one that follows it, to be opened with this one alone. */
  readonly successorWrapped: string | null;
  readonly clientId: string;
  readonly userId: string;
  readonly dpopJkt: string | null;
  readonly authTime: number | null;
  readonly grantedAt: number;
  readonly revokedAt: number | null;
}

const FIND = `SELECT r.hash, r.grant_id AS grantId, r.parent, r.resources, r.scopes, r.created_at AS createdAt,
  r.expires_at AS expiresAt, r.used_at AS usedAt, r.successor_wrapped AS successorWrapped,
  g.client_id AS clientId, g.user_id AS userId, g.project_ids AS projectIds, g.dpop_jkt AS dpopJkt,
  g.auth_time AS authTime, g.offline, g.created_at AS grantedAt, g.revoked_at AS revokedAt
  FROM refresh_tokens r JOIN grants g ON g.id = r.grant_id WHERE r.hash = ?1`;
const FOLLOW = `INSERT INTO refresh_tokens
  (hash, grant_id, parent, resources, scopes, created_at, expires_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE changes() > 0`;
const USE = `UPDATE refresh_tokens SET used_at = ?2, successor_wrapped = ?3
  WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2
  AND EXISTS (SELECT 1 FROM grants WHERE id = refresh_tokens.grant_id AND revoked_at IS NULL)`;
/** A grant whose first redemption proves a key stays with that key. */
const TOUCH = `UPDATE grants SET last_used_at = ?2, dpop_jkt = COALESCE(dpop_jkt, ?3)
  WHERE id = ?1 AND changes() > 0`;

export async function findRefreshToken(db: D1Database, hash: string): Promise<RefreshRow | null> {
  const row = await db.prepare(FIND).bind(hash).first<Stored<RefreshRow>>();
  return row && readGranted(row);
}

/** For a batch: written only if the statement before it has changed a row. */
export const insertRefreshTokenAfter = (
  db: D1Database,
  token: NewRefreshToken,
): D1PreparedStatement =>
  db
    .prepare(FOLLOW)
    .bind(
      token.hash,
      token.grantId,
      token.parent,
      JSON.stringify(token.resources),
      JSON.stringify(token.scopes),
      token.createdAt,
      token.expiresAt,
    );

/** Changes no row where it was used before, or its grant has ended. */
export const useRefreshToken = (
  db: D1Database,
  use: { readonly hash: string; readonly now: number; readonly successorWrapped: string },
): D1PreparedStatement => db.prepare(USE).bind(use.hash, use.now, use.successorWrapped);

/** For the end of a batch: notes that the grant was used, and the key that it was redeemed with first. */
export const touchGrantAfter = (
  db: D1Database,
  { id, now, jkt }: { readonly id: string; readonly now: number; readonly jkt: string | null },
): D1PreparedStatement => db.prepare(TOUCH).bind(id, now, jkt);
