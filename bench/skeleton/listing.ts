import { listedTask, PROJECT_ID, type TaskView } from './task-text.ts';

const UPSERT = `INSERT INTO tasks(id, project_id, status, workflow, description, trashed, archived, seq, body)
  VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, ?6, ?7)
  ON CONFLICT(id) DO UPDATE SET project_id = ?2, status = ?3, workflow = ?4, description = ?5, seq = ?6, body = ?7
  WHERE tasks.seq < ?6`;
const AUDIT = `INSERT INTO audit(id, project_id, at, actor, actor_kind, actor_name, credential, action, target_type,
    target_id, environment, outcome, changes)
  VALUES (?1, ?2, ?3, 'usr_local', 'person', 'you@example.com', 'null', 'gate.approved', 'gate', ?4, 'development',
    'ok', '{"before":null,"after":{}}') ON CONFLICT (id) DO NOTHING`;
const PAGE = `SELECT body FROM tasks WHERE project_id = ?1 AND trashed = 0 AND archived = 0
  ORDER BY id DESC LIMIT ?2`;

/** Writes the row of a task in the listing. */
export async function upsertTask(db: D1Database, view: TaskView): Promise<void> {
  const row = listedTask(view);
  const text = [view.id, PROJECT_ID, view.status, 'feature', String(view['description'])];
  await db
    .prepare(UPSERT)
    .bind(...text, view.seq, JSON.stringify(row))
    .run();
}

/** Writes down who decided. */
export async function insertAudit(db: D1Database, gateId: string): Promise<void> {
  await db
    .prepare(AUDIT)
    .bind(
      `aud_${crypto.randomUUID().replaceAll('-', '').slice(0, 26)}`,
      PROJECT_ID,
      Date.now(),
      gateId,
    )
    .run();
}

/** The newest rows. */
export async function listTasks(db: D1Database, limit: number): Promise<unknown[]> {
  const { results } = await db
    .prepare(PAGE)
    .bind(PROJECT_ID, limit + 1)
    .all<{ body: string }>();
  return results.slice(0, limit).map(({ body }) => JSON.parse(body));
}
