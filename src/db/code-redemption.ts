// The table `auth_codes`, as the token endpoint redeems it: once.

import { type Granted, readGranted, type Stored } from './granted-columns.ts';

export interface CodeRow extends Granted {
  readonly hash: string;
  readonly grantId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly dpopJkt: string | null;
  readonly expiresAt: number;
  readonly usedAt: number | null;
  readonly userId: string;
  readonly authTime: number | null;
  readonly grantedAt: number;
  readonly revokedAt: number | null;
}

const FIND = `SELECT c.hash, c.grant_id AS grantId, c.client_id AS clientId, c.redirect_uri AS redirectUri, c.challenge,
  c.resources, c.scopes, c.dpop_jkt AS dpopJkt, c.expires_at AS expiresAt, c.used_at AS usedAt,
  g.user_id AS userId, g.project_ids AS projectIds, g.auth_time AS authTime,
  g.offline, g.created_at AS grantedAt, g.revoked_at AS revokedAt
  FROM auth_codes c JOIN grants g ON g.id = c.grant_id WHERE c.hash = ?1`;
const USE = `UPDATE auth_codes SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2
  AND EXISTS (SELECT 1 FROM grants WHERE id = auth_codes.grant_id AND revoked_at IS NULL)`;

export async function findCode(db: D1Database, hash: string): Promise<CodeRow | null> {
  const row = await db.prepare(FIND).bind(hash).first<Stored<CodeRow>>();
  return row && readGranted(row);
}

/** Changes no row where it was used before, has expired, or its grant has ended. */
export const useCode = (db: D1Database, hash: string, now: number): D1PreparedStatement =>
  db.prepare(USE).bind(hash, now);
