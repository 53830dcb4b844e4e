// The table `audit`: who did what, append only. A row is written in the batch of its effect, so there is no effect
// without its row and no row without its effect.

export interface AuditRow {
  readonly id: string;
  /** Null for what belongs to no project: a person's tokens, sign-ins, keys. */
  readonly projectId: string | null;
  readonly at: number;
  readonly actor: { readonly id: string; readonly kind: string; readonly name: string };
  /** Null where a task tells of what was done with it. */
  readonly credential: { readonly kind: string; readonly id: string | null } | null;
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly environment: string | null;
  readonly outcome: 'ok' | 'denied';
  readonly requestId: string | null;
  readonly ip: string | null;
  /** What it was and what it is, without secrets. */
  readonly changes: { readonly before: unknown; readonly after: unknown } | null;
}

const COLUMNS = `id, project_id, at, actor, actor_kind, actor_name, credential, action, target_type, target_id,
  environment, outcome, request_id, ip, changes`;
const VALUES = '?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15';
const ONCE = `INSERT INTO audit (${COLUMNS}) VALUES (${VALUES}) ON CONFLICT (id) DO NOTHING`;
const MINUTE_MS = 60_000;
const DENIED_MAX = 10;
const DENIED = `INSERT INTO audit (${COLUMNS}) SELECT ${VALUES}
  WHERE (SELECT count(*) FROM audit WHERE actor = ?4 AND outcome = 'denied' AND at > ?16) < ?17`;
/** Chained: only where the statement before it has changed something. */
const FOLLOW = `INSERT INTO audit (${COLUMNS}) SELECT ${VALUES} WHERE changes() > 0`;

const valuesOf = (row: AuditRow) => [
  row.id,
  row.projectId,
  row.at,
  row.actor.id,
  row.actor.kind,
  row.actor.name,
  JSON.stringify(row.credential),
  row.action,
  row.target.type,
  row.target.id,
  row.environment,
  row.outcome,
  row.requestId,
  row.ip,
  row.changes === null ? null : JSON.stringify(row.changes),
];

/** For what stands by itself and may be told again: the same id is the same row. */
export const auditOnce = (db: D1Database, row: AuditRow): D1PreparedStatement =>
  db.prepare(ONCE).bind(...valuesOf(row));

/** For a denied write: nothing is written where so many of the same principal are of the last minute. */
export const auditDenied = (db: D1Database, row: AuditRow): D1PreparedStatement =>
  db.prepare(DENIED).bind(...valuesOf(row), row.at - MINUTE_MS, DENIED_MAX);

/** For a batch: written only if the statement before it has changed a row. */
export const auditAfter = (db: D1Database, row: AuditRow): D1PreparedStatement =>
  db.prepare(FOLLOW).bind(...valuesOf(row));
