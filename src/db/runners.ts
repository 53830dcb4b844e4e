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
const KNOWN = 'SELECT id FROM runners WHERE owner_id = ?1 AND instance_id = ?2 AND project_id = ?3';
const INSERT = `INSERT INTO runners
  (id, project_id, owner_id, instance_id, hash, name, labels, capacity, created_at, seen_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9) ON CONFLICT (owner_id, instance_id, project_id) DO NOTHING`;
const RENEW = `UPDATE runners SET hash = ?2, name = ?3, labels = ?4, capacity = ?5, seen_at = ?6, draining_at = NULL,
  revoked_at = NULL WHERE id = ?1`;
const DRAIN = 'UPDATE runners SET draining_at = ? WHERE id = ? AND draining_at IS NULL';
const REVOKE = 'UPDATE runners SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL';

export async function findRunner(db: D1Database, id: string): Promise<RunnerRow | null> {
  return fromStored(await db.prepare(FIND).bind(id).first<StoredRow>());
}

export async function findRunnerByHash(db: D1Database, hash: string): Promise<RunnerRow | null> {
  return fromStored(await db.prepare(FIND_BY_HASH).bind(hash).first<StoredRow>());
}

export interface RegisteredRow {
  readonly id: string;
  readonly created: boolean;
}

/** Another request may register the same runner at the same time; then this one finds it. */
const TRIES_MAX = 3;

/**
 * Registers the runner. A known `instanceId` of the same owner and project keeps its id and gets the
 * new hash, so that its old token is dead; `created` is false then. `follows` is the rest of the batch.
 */
export async function upsertRunner(
  db: D1Database,
  runner: NewRunner,
  follows: (row: RegisteredRow) => readonly D1PreparedStatement[] = () => [],
): Promise<RegisteredRow> {
  const { ownerId, instanceId, projectId } = runner;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const known = await db.prepare(KNOWN).bind(ownerId, instanceId, projectId).first<string>('id');
    const row = { id: known ?? runner.id, created: known === null };
    const write = row.created ? insertion(db, runner) : renewal(db, row.id, runner);
    const [written] = await db.batch([write, ...follows(row)]);
    if (written !== undefined && written.meta.changes > 0) return row;
  }
  throw new Error('A runner was neither registered nor found.');
}

const insertion = (db: D1Database, runner: NewRunner): D1PreparedStatement =>
  db
    .prepare(INSERT)
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
    );

const renewal = (
  db: D1Database,
  id: string,
  { hash, name, labels, capacity, createdAt }: NewRunner,
): D1PreparedStatement =>
  db.prepare(RENEW).bind(id, hash, name, JSON.stringify(labels), capacity, createdAt);

/** Changes nothing where it drains already. */
export const markDraining = (db: D1Database, id: string, now: number): D1PreparedStatement =>
  db.prepare(DRAIN).bind(now, id);

/** Changes nothing where it is revoked already. Other isolates may believe its token for 30 s more. */
export const revokeRunner = (db: D1Database, id: string, now: number): D1PreparedStatement =>
  db.prepare(REVOKE).bind(now, id);

function fromStored(row: StoredRow | null): RunnerRow | null {
  if (row === null) return null;
  const labels: unknown = JSON.parse(row.labels);
  const isText = (label: unknown): label is string => typeof label === 'string';
  return { ...row, labels: Array.isArray(labels) ? labels.filter(isText) : [] };
}
