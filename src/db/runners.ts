// The table `runners`. Revoked ones are kept for the record and found by nothing here.

export interface RunnerRow {
  readonly id: string;
  readonly projectId: string;
  readonly ownerId: string;
  readonly instanceId: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly capacity: number;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly drainingAt: number | null;
}

export type NewRunner = Omit<RunnerRow, 'seenAt' | 'drainingAt'> & { readonly hash: string };

type StoredRow = Omit<RunnerRow, 'labels'> & { readonly labels: string };

const COLUMNS = `id, project_id AS projectId, owner_id AS ownerId, instance_id AS instanceId, name,
  labels, capacity, created_at AS createdAt, seen_at AS seenAt, draining_at AS drainingAt`;
const FIND = `SELECT ${COLUMNS} FROM runners WHERE id = ? AND revoked_at IS NULL`;
/** A runner of a deleted project is nobody. */
const FIND_BY_HASH = `SELECT ${COLUMNS} FROM runners WHERE hash = ? AND revoked_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM projects p WHERE p.id = runners.project_id AND p.deleted_at IS NOT NULL)`;
const UPSERT = `INSERT INTO runners
  (id, project_id, owner_id, instance_id, hash, name, labels, capacity, created_at, seen_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)
  ON CONFLICT (owner_id, instance_id, project_id) DO UPDATE SET hash = excluded.hash,
    name = excluded.name, labels = excluded.labels, capacity = excluded.capacity,
    seen_at = excluded.seen_at, draining_at = NULL, revoked_at = NULL
  RETURNING id`;
const DRAIN = 'UPDATE runners SET draining_at = ? WHERE id = ? AND draining_at IS NULL';
const REVOKE = 'UPDATE runners SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL';

export async function findRunner(db: D1Database, id: string): Promise<RunnerRow | null> {
  return fromStored(await db.prepare(FIND).bind(id).first<StoredRow>());
}

export async function findRunnerByHash(db: D1Database, hash: string): Promise<RunnerRow | null> {
  return fromStored(await db.prepare(FIND_BY_HASH).bind(hash).first<StoredRow>());
}

/**
 * Registers the runner. A known `instanceId` of the same owner and project keeps its id and gets the
 * new hash, so that its old token is dead; `created` is false then.
 */
export async function upsertRunner(
  db: D1Database,
  runner: NewRunner,
): Promise<{ id: string; created: boolean }> {
  const row = await db
    .prepare(UPSERT)
    .bind(
      runner.id,
      runner.projectId,
      runner.ownerId,
      runner.instanceId,
      runner.hash,
      runner.name,
      JSON.stringify(runner.labels),
      runner.capacity,
      runner.createdAt,
    )
    .first<{ id: string }>();
  const id = row?.id ?? runner.id;
  return { id, created: id === runner.id };
}

/** True if it was not draining before. */
export async function markDraining(db: D1Database, id: string, now: number): Promise<boolean> {
  const { meta } = await db.prepare(DRAIN).bind(now, id).run();
  return meta.changes > 0;
}

/** True if it was not revoked before. Other isolates may believe its token for 30 s more. */
export async function revokeRunner(db: D1Database, id: string, now: number): Promise<boolean> {
  const { meta } = await runnerRevocation(db, id, now).run();
  return meta.changes > 0;
}

/** The same, for a batch. */
export const runnerRevocation = (db: D1Database, id: string, now: number): D1PreparedStatement =>
  db.prepare(REVOKE).bind(now, id);

function fromStored(row: StoredRow | null): RunnerRow | null {
  if (row === null) return null;
  const labels: unknown = JSON.parse(row.labels);
  const isText = (label: unknown): label is string => typeof label === 'string';
  return { ...row, labels: Array.isArray(labels) ? labels.filter(isText) : [] };
}
