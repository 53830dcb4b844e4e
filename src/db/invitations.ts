// The table `invitations`. The secret of one is nowhere, only its hash.

import type { InvitationState } from '../contract/invitation.ts';
import type { Role } from '../contract/principal.ts';
import type { ProjectDb } from './database.ts';

export interface InvitationRow {
  readonly id: string;
  readonly projectId: string;
  readonly email: string;
  readonly role: Role;
  readonly message: string | null;
  /** As it was written: one that has expired is `pending` here. */
  readonly state: InvitationState;
  readonly invitedBy: string;
  readonly acceptedBy: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly decidedAt: number | null;
}

const COLUMNS = `id, project_id AS projectId, email, role, message, state, invited_by AS invitedBy,
  accepted_by AS acceptedBy, created_at AS createdAt, expires_at AS expiresAt, decided_at AS decidedAt`;
const FIND = `SELECT ${COLUMNS} FROM invitations WHERE project_id = ?1 AND id = ?2`;
const PAGE = `SELECT ${COLUMNS} FROM invitations WHERE project_id = ?1 AND (?2 IS NULL OR id < ?2)
  ORDER BY id DESC LIMIT ?3 OFFSET ?4`;
const COUNT = 'SELECT count(*) AS total FROM invitations WHERE project_id = ?1';

const WAITS = `state = 'pending' AND expires_at >`;
const INSERT = `INSERT INTO invitations
  (project_id, id, hash, email, role, message, state, invited_by, created_at, expires_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, 'pending', ?7, ?8, ?9
  WHERE NOT EXISTS (SELECT 1 FROM invitations WHERE project_id = ?1 AND email = ?4 AND ${WAITS} ?8)
  AND (SELECT count(*) FROM invitations WHERE project_id = ?1 AND ${WAITS} ?8) < ?10`;
const IS_INVITED = `SELECT 1 FROM invitations WHERE project_id = ?1 AND email = ?2 AND ${WAITS} ?3`;
const REVOKE = `UPDATE invitations SET state = 'revoked', decided_at = ?3
  WHERE project_id = ?1 AND id = ?2 AND ${WAITS} ?3`;
/** The old secret is dead: its hash is gone. Another one for the same address may wait by now. */
const RESEND = `UPDATE invitations SET hash = ?3, expires_at = ?5, invited_by = ?6
  WHERE project_id = ?1 AND id = ?2 AND state = 'pending'
  AND NOT EXISTS (SELECT 1 FROM invitations o WHERE o.project_id = ?1 AND o.id <> ?2
    AND o.email = invitations.email AND o.state = 'pending' AND o.expires_at > ?4)`;

const FIND_BY_HASH = `SELECT ${COLUMNS} FROM invitations WHERE hash = ?1
  AND EXISTS (SELECT 1 FROM projects p WHERE p.id = invitations.project_id AND p.deleted_at IS NULL)`;
/** From the least to the most: a role is at least another if it stands no further to the left. */
const RANKS = "'viewer developer project-admin owner'";
/** Who invited may still give this role away: a removed or demoted member's invitations are worth nothing. */
const MAY_STILL_INVITE = `(invited_by = 'usr_local' OR EXISTS (SELECT 1 FROM members m WHERE m.project_id = invitations.project_id
  AND m.principal_id = invitations.invited_by AND m.role IN ('project-admin', 'owner')
  AND instr(${RANKS}, m.role) >= instr(${RANKS}, invitations.role)))`;
const ACCEPT = `UPDATE invitations SET state = 'accepted', accepted_by = ?2, decided_at = ?3
  WHERE hash = ?1 AND ${WAITS} ?3 AND ${MAY_STILL_INVITE}
  AND NOT EXISTS (SELECT 1 FROM members m WHERE m.project_id = invitations.project_id AND m.principal_id = ?2)
  AND (SELECT count(*) FROM members m WHERE m.project_id = invitations.project_id) < ?4`;
const PERSON_AFTER = `INSERT INTO users (id, name, email, created_at)
  SELECT ?1, ?2, ?3, ?4 WHERE changes() > 0`;

export const findInvitation = (db: ProjectDb, id: string): Promise<InvitationRow | null> =>
  db.prepare(FIND, id).first<InvitationRow>();

interface Slice {
  readonly limit: number;
  readonly offset: number;
  readonly after: string | null;
  readonly counted: boolean;
}

export async function listInvitations(
  db: ProjectDb,
  { limit, offset, after, counted }: Slice,
): Promise<{ readonly rows: readonly InvitationRow[]; readonly total: number | null }> {
  const rows = db.prepare(PAGE, after, limit, offset);
  const batch = counted ? [rows, db.prepare(COUNT)] : [rows];
  const [found, total] = await db.batch<InvitationRow & { total: number }>(batch);
  return { rows: found?.results ?? [], total: total?.results[0]?.total ?? null };
}

/** Changes nothing where the address waits already, or `max` others do. The address is in lower case. */
export const insertInvitation = (
  db: ProjectDb,
  row: InvitationRow & { readonly hash: string },
  max: number,
): D1PreparedStatement => {
  const { id, hash, email, role, message, invitedBy, createdAt, expiresAt } = row;
  return db.prepare(INSERT, id, hash, email, role, message, invitedBy, createdAt, expiresAt, max);
};

export async function isInvited(db: ProjectDb, email: string, now: number): Promise<boolean> {
  return (await db.prepare(IS_INVITED, email, now).first()) !== null;
}

/** Changes nothing where it does not wait any more. */
export const revokeInvitation = (db: ProjectDb, id: string, now: number): D1PreparedStatement =>
  db.prepare(REVOKE, id, now);

/** Changes nothing where it was decided, or another one for the address waits. Who sends it again vouches for it. */
export const resendInvitation = (
  db: ProjectDb,
  again: {
    readonly id: string;
    readonly hash: string;
    readonly now: number;
    readonly expiresAt: number;
    readonly invitedBy: string;
  },
): D1PreparedStatement =>
  db.prepare(RESEND, again.id, again.hash, again.now, again.expiresAt, again.invitedBy);

/** The invitation of a secret, in whatever state; null where there is none, or its project is gone. */
export const findInvitationByHash = (db: D1Database, hash: string): Promise<InvitationRow | null> =>
  db.prepare(FIND_BY_HASH).bind(hash).first<InvitationRow>();

/** Changes nothing unless it waits, the inviter may still invite, the project has room, and they are no member. */
export const acceptInvitation = (
  db: D1Database,
  hash: string,
  accepted: { readonly by: string; readonly now: number; readonly membersMax: number },
): D1PreparedStatement =>
  db.prepare(ACCEPT).bind(hash, accepted.by, accepted.now, accepted.membersMax);

/** For a batch: the person is made only if the statement before has changed a row. */
export const insertPersonAfter = (
  db: D1Database,
  person: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly createdAt: number;
  },
): D1PreparedStatement =>
  db.prepare(PERSON_AFTER).bind(person.id, person.name, person.email, person.createdAt);
