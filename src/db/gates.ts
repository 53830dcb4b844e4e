// What waits for people, over all tasks: the table `gates`.

import type { JsonText } from '../contract/json-text.ts';
import type { TaskRow } from '../contract/task.ts';
import type { ProjectDb } from './database.ts';

/** A row as it is written. */
export interface GateRow {
  readonly id: string;
  readonly projectId: string;
  readonly taskId: string;
  readonly environment: string;
  readonly name: string;
  readonly state: string;
  readonly expiresAt: number;
  readonly seq: number;
  readonly body: object;
}

/** A parameter of a statement has at most 2 MB, and an action that is named three times in a gate a tenth of that. */
const ROWS_A_STATEMENT = 4;

const KEEP = `INSERT INTO gates (id, project_id, task_id, environment, name, state, expires_at, seq, body)
  SELECT value ->> 'id', value ->> 'projectId', value ->> 'taskId', value ->> 'environment', value ->> 'name',
    value ->> 'state', value ->> 'expiresAt', value ->> 'seq', value -> 'body' FROM json_each(?1) WHERE true
  ON CONFLICT(id) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at, seq = excluded.seq,
    body = excluded.body WHERE gates.seq < excluded.seq`;

/** Writes these rows; a late write of an older one changes nothing. */
export function keepGates(db: D1Database, rows: readonly GateRow[]): D1PreparedStatement[] {
  const statements: D1PreparedStatement[] = [];
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
    const few = rows.slice(at, at + ROWS_A_STATEMENT);
    statements.push(db.prepare(KEEP).bind(JSON.stringify(few)));
  }
  return statements;
}

const REMOVE_OF_TASK = 'DELETE FROM gates WHERE task_id = ?1';
const REMOVE_OF_TASKS = `DELETE FROM gates
  WHERE task_id IN (SELECT value FROM json_each(?2)) AND +project_id = ?1`;

export const removeGatesOfTask = (db: D1Database, taskId: string): D1PreparedStatement =>
  db.prepare(REMOVE_OF_TASK).bind(taskId);

export const removeGatesOf = (db: ProjectDb, taskIds: readonly string[]): D1PreparedStatement =>
  db.prepare(REMOVE_OF_TASKS, JSON.stringify(taskIds));

/** A row as it is read: the gate with what it is judged by, and the row of its task. */
export interface FoundGate {
  readonly id: string;
  readonly expiresAt: number;
  readonly body: string;
  readonly task: JsonText<TaskRow>;
}

export interface GateFilter {
  /** Null: all that there are. */
  readonly projectIds: readonly string[] | null;
  readonly states: readonly string[];
  /** Null: all of them. */
  readonly environments: readonly string[] | null;
  readonly text: string | undefined;
}

/** Where a page begins: after the gate of this expiry and id. */
export interface GatePlace {
  readonly expiresAt: number;
  readonly id: string;
}

/** Each state of each project brings a page of its own by the index, so nobody walks over what lies behind it. */
const PAGE = `CROSS JOIN json_each(?1) AS wanted CROSS JOIN gates g
    ON g.rowid IN (SELECT i.rowid FROM gates i JOIN tasks t ON t.id = i.task_id AND t.trashed = 0
      WHERE i.project_id = own.id AND i.state = wanted.value
        AND (?2 IS NULL OR i.environment IN (SELECT value FROM json_each(?2)))
        AND (?3 IS NULL OR instr(t.description, ?3) > 0 OR instr(lower(i.name), ?3) > 0)
        AND (i.expires_at, i.id) > (?4, ?5)
      ORDER BY i.expires_at, i.id LIMIT ?6)
  JOIN tasks t ON t.id = g.task_id
  ORDER BY g.expires_at, g.id LIMIT ?6`;
const PAGE_OWN = `SELECT g.id, g.expires_at AS expiresAt, g.body, t.body AS task
  FROM (SELECT value AS id FROM json_each(?7)) AS own ${PAGE}`;
const PAGE_ALL = `SELECT g.id, g.expires_at AS expiresAt, g.body, t.body AS task
  FROM (SELECT id FROM projects WHERE deleted_at IS NULL) AS own ${PAGE}`;

/** At most `limit` gates, soonest expiry first, after `place`. Those of tasks in the trash are not among them. */
export async function listGateRows(
  db: D1Database,
  { projectIds, states, environments, text }: GateFilter,
  page: { readonly place: GatePlace; readonly limit: number },
): Promise<FoundGate[]> {
  const values = [
    JSON.stringify(states),
    environments === null ? null : JSON.stringify(environments),
    text?.toLowerCase() ?? null,
    page.place.expiresAt,
    page.place.id,
    page.limit,
  ];
  const statement =
    projectIds === null
      ? db.prepare(PAGE_ALL).bind(...values)
      : db.prepare(PAGE_OWN).bind(...values, JSON.stringify(projectIds));
  return (await statement.all<FoundGate>()).results;
}

const FIND = `SELECT g.project_id AS projectId, g.task_id AS taskId, g.environment
  FROM gates g JOIN tasks t ON t.id = g.task_id WHERE g.id = ?1 AND t.trashed = 0`;

export interface GateWhere {
  readonly projectId: string;
  readonly taskId: string;
  readonly environment: string;
}

/** Where a gate is, by its id alone; null where none was reached that has it. */
export const findGateRow = (db: D1Database, id: string): Promise<GateWhere | null> =>
  db.prepare(FIND).bind(id).first<GateWhere>();
