// The table `device_codes`, as the device asks for one and as a person answers it. A row is `pending`, and then `approved` or
// `denied` for good.

import type { Scope } from '../contract/principal.ts';

export interface NewDeviceCode {
  readonly hash: string;
  /** As it is shown: `WDJB-MJHT`. */
  readonly userCode: string;
  readonly clientId: string;
  readonly scopes: readonly Scope[];
  readonly resources: readonly string[];
  readonly dpopJkt: string | null;
  readonly offline: boolean;
  readonly intervalS: number;
  readonly expiresAt: number;
}

export type PendingDevice = Pick<
  NewDeviceCode,
  'hash' | 'userCode' | 'clientId' | 'scopes' | 'resources' | 'dpopJkt' | 'offline'
>;

interface Row {
  readonly hash: string;
  readonly userCode: string;
  readonly clientId: string;
  readonly scopes: string;
  readonly resources: string;
  readonly dpopJkt: string | null;
  readonly offline: number;
}

const INSERT = `INSERT INTO device_codes
  (hash, user_code, client_id, scopes, resources, dpop_jkt, state, interval_s, expires_at, offline)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'pending', ?7, ?8, ?9) ON CONFLICT (user_code) DO NOTHING`;
const FIND = `SELECT hash, user_code AS userCode, client_id AS clientId, scopes, resources, dpop_jkt AS dpopJkt,
  offline FROM device_codes WHERE user_code = ?1 AND state = 'pending' AND expires_at > ?2`;
const ANSWER = `UPDATE device_codes SET state = ?3, user_id = ?4, grant_id = ?5
  WHERE hash = ?1 AND state = 'pending' AND expires_at > ?2`;

/** False where another device was shown this user code. */
export async function insertDeviceCode(db: D1Database, code: NewDeviceCode): Promise<boolean> {
  const { hash, userCode, clientId, scopes, resources, dpopJkt, intervalS, expiresAt, offline } =
    code;
  const lists = [JSON.stringify(scopes), JSON.stringify(resources)];
  const { meta } = await db
    .prepare(INSERT)
    .bind(hash, userCode, clientId, ...lists, dpopJkt, intervalS, expiresAt, offline ? 1 : 0)
    .run();
  return meta.changes > 0;
}

/** The device that was shown this code and still waits. */
export async function findPendingDevice(
  db: D1Database,
  userCode: string,
  now: number,
): Promise<PendingDevice | null> {
  const row = await db.prepare(FIND).bind(userCode, now).first<Row>();
  if (row === null) return null;
  // Our own bytes, written above.
  const scopes = JSON.parse(row.scopes) as Scope[];
  const resources = JSON.parse(row.resources) as string[];
  return { ...row, scopes, resources, offline: row.offline === 1 };
}

/** Answers the device, once; it changes no row where it was answered before or waits no longer. */
export const answerDevice = (
  db: D1Database,
  answer: {
    readonly hash: string;
    readonly now: number;
    readonly state: 'approved' | 'denied';
    readonly userId: string;
    readonly grantId: string | null;
  },
): D1PreparedStatement =>
  db.prepare(ANSWER).bind(answer.hash, answer.now, answer.state, answer.userId, answer.grantId);
