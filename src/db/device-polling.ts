// The table `device_codes`, as the device asks whether a person has answered: with patience, and once for its tokens.

import { type Granted, readGranted, type Stored } from './granted-columns.ts';

export interface DeviceRow extends Granted {
  readonly hash: string;
  readonly clientId: string;
  readonly dpopJkt: string | null;
  readonly state: 'pending' | 'approved' | 'denied' | 'redeemed';
  readonly grantId: string | null;
  readonly intervalS: number;
  readonly polledAt: number | null;
  readonly expiresAt: number;
  readonly userId: string | null;
  readonly authTime: number | null;
  readonly grantedAt: number | null;
  readonly revokedAt: number | null;
}

/** What was granted may be less than what the device has asked for. */
const FIND = `SELECT d.hash, d.client_id AS clientId, COALESCE(g.scopes, d.scopes) AS scopes,
  COALESCE(g.resources, d.resources) AS resources, COALESCE(d.dpop_jkt, g.dpop_jkt) AS dpopJkt, d.state,
  d.grant_id AS grantId, d.interval_s AS intervalS, d.polled_at AS polledAt, d.expires_at AS expiresAt,
  g.user_id AS userId, g.project_ids AS projectIds, g.auth_time AS authTime,
  d.offline, g.created_at AS grantedAt, g.revoked_at AS revokedAt
  FROM device_codes d LEFT JOIN grants g ON g.id = d.grant_id WHERE d.hash = ?1`;
const POLL = 'UPDATE device_codes SET polled_at = ?2, interval_s = ?3 WHERE hash = ?1';
const USE = `UPDATE device_codes SET state = 'redeemed' WHERE hash = ?1 AND state = 'approved'
  AND EXISTS (SELECT 1 FROM grants WHERE id = device_codes.grant_id AND revoked_at IS NULL)`;

export async function findDevice(db: D1Database, hash: string): Promise<DeviceRow | null> {
  const row = await db.prepare(FIND).bind(hash).first<Stored<DeviceRow>>();
  return row && readGranted(row);
}

/** Notes that the device has asked, and how long it is to wait from now on. */
export async function notePoll(
  db: D1Database,
  hash: string,
  poll: { readonly now: number; readonly intervalS: number },
): Promise<void> {
  await db.prepare(POLL).bind(hash, poll.now, poll.intervalS).run();
}

/** Changes no row unless a person has approved it, and it has not had its tokens yet. */
export const useDevice = (db: D1Database, hash: string): D1PreparedStatement =>
  db.prepare(USE).bind(hash);
