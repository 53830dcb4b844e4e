// The table `device_codes`, as the device asks whether a person has answered: with patience, and once for its tokens.

import type { Scope } from '../contract/principal.ts';

export interface DeviceRow {
  readonly hash: string;
  readonly clientId: string;
  readonly scopes: readonly Scope[];
  readonly resources: readonly string[];
  readonly dpopJkt: string | null;
  readonly state: 'pending' | 'approved' | 'denied' | 'redeemed';
  readonly grantId: string | null;
  readonly intervalS: number;
  readonly polledAt: number | null;
  readonly expiresAt: number;
  readonly userId: string | null;
  readonly projectIds: readonly string[] | null;
  readonly authTime: number | null;
  /** The grant was asked for with `offline_access`. */
  readonly offline: boolean;
  readonly grantedAt: number | null;
  readonly revokedAt: number | null;
}

type Raw = Omit<DeviceRow, 'resources' | 'scopes' | 'projectIds' | 'offline'> & {
  readonly offline: number;
  readonly resources: string;
  readonly scopes: string;
  readonly projectIds: string | null;
};

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
  const row = await db.prepare(FIND).bind(hash).first<Raw>();
  if (row === null) return null;
  const { resources, scopes, projectIds, offline, ...rest } = row;
  return {
    ...rest,
    offline: offline === 1,
    // Lists in a column are our own JSON.
    resources: JSON.parse(resources) as string[],
    scopes: JSON.parse(scopes) as Scope[],
    projectIds: projectIds === null ? null : (JSON.parse(projectIds) as string[]),
  };
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
