import { type DayWindow, OTHER } from '../../contract/metrics.ts';
import type { DayChange, DayCounts, Sample, Sampled } from '../../domain/metrics/change.ts';
import { addSamples, samplesIn } from '../../domain/metrics/samples.ts';

/** Tasks that were there before anything was counted are at work, or wait, all the same. */
export const TASK_DAY_MIGRATIONS: readonly string[] = [
  `CREATE TABLE task_daily(
    environment TEXT NOT NULL, workflow TEXT NOT NULL, day INTEGER NOT NULL,
    created INTEGER NOT NULL DEFAULT 0, completed INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0, gates_opened INTEGER NOT NULL DEFAULT 0,
    gates_approved INTEGER NOT NULL DEFAULT 0, gates_rejected INTEGER NOT NULL DEFAULT 0,
    gates_expired INTEGER NOT NULL DEFAULT 0, active INTEGER NOT NULL DEFAULT 0, waiting INTEGER NOT NULL DEFAULT 0,
    durations BLOB, queue_waits BLOB, gate_waits BLOB, PRIMARY KEY(environment, workflow, day)) WITHOUT ROWID`,
  `INSERT INTO task_daily(environment, workflow, day, active, waiting)
    SELECT environment, 'unknown', 0, sum(status IN ('planning', 'in-progress')), sum(status = 'waiting-approval')
    FROM queue GROUP BY environment`,
  `UPDATE queue SET tally = json_object('phase', iif(status = 'waiting-approval', 'waiting', 'active'),
      'queuedAt', NULL, 'begunAt', NULL, 'gate', NULL, 'agent', 'unknown', 'spent', NULL,
      'agents', json_array(), 'models', json_array())
    WHERE status IN ('planning', 'in-progress', 'waiting-approval')`,
];

/** Workflows of a project over all its time; more are counted as one. */
const KEYS_MAX = 500;

/** A row of the table without its measurements, but with how many bytes of them there are. */
export interface TaskDay extends DayCounts, Record<string, SqlStorageValue> {
  readonly environment: string;
  readonly workflow: string;
  readonly day: number;
  readonly durationBytes: number;
  readonly queueBytes: number;
  readonly gateBytes: number;
}

interface Key {
  readonly environment: string;
  readonly workflow: string;
}
interface Kept extends Record<string, SqlStorageValue> {
  readonly duration: ArrayBuffer | null;
  readonly queue: ArrayBuffer | null;
  readonly gate: ArrayBuffer | null;
}

const WHERE = 'WHERE environment = ?1 AND workflow = ?2';
const MAKE = `INSERT INTO task_daily(environment, workflow, day, active, waiting)
  SELECT ?1, ?2, ?3, coalesce(max(active), 0), coalesce(max(waiting), 0) FROM
    (SELECT active, waiting FROM task_daily ${WHERE} AND day < ?3 ORDER BY day DESC LIMIT 1)`;
const ADD = `UPDATE task_daily SET created = created + ?4, completed = completed + ?5, failed = failed + ?6,
    cancelled = cancelled + ?7, gates_opened = gates_opened + ?8, gates_approved = gates_approved + ?9,
    gates_rejected = gates_rejected + ?10, gates_expired = gates_expired + ?11, active = active + ?12,
    waiting = waiting + ?13, durations = coalesce(?14, durations), queue_waits = coalesce(?15, queue_waits),
    gate_waits = coalesce(?16, gate_waits) ${WHERE} AND day = ?3`;
const LATER = `UPDATE task_daily SET active = active + ?4, waiting = waiting + ?5 ${WHERE} AND day > ?3`;
const KEPT = `SELECT durations AS duration, queue_waits AS queue, gate_waits AS gate FROM task_daily
  ${WHERE} AND day = ?3`;
const NEXT_KEY = `SELECT environment, workflow FROM task_daily WHERE (environment, workflow) > (?1, ?2)
  ORDER BY environment, workflow LIMIT 1`;
const NOW = `SELECT active, waiting FROM task_daily ${WHERE} ORDER BY day DESC LIMIT 1`;
const BETWEEN = `SELECT environment, workflow, day, created, completed, failed, cancelled,
    gates_opened AS gatesOpened, gates_approved AS gatesApproved, gates_rejected AS gatesRejected,
    gates_expired AS gatesExpired, active, waiting, coalesce(length(durations), 0) AS durationBytes,
    coalesce(length(queue_waits), 0) AS queueBytes, coalesce(length(gate_waits), 0) AS gateBytes
  FROM task_daily ${WHERE} AND day BETWEEN ?3 AND ?4`;

/**
 * What has become of the tasks of a project: a row a day, environment and workflow. In it stand how many were at work
 * and waiting when it was last written, so that how many are now is said by the newest row of each; and what was
 * measured that day, so that all that an event changes is one row.
 */
export class TaskDays {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(where: Key, change: DayChange): void {
    if (this.#change(where, change)) return;
    const key = this.#keyOf(where);
    if (key !== where && this.#change(key, change)) return;
    this.#sql.exec(MAKE, key.environment, key.workflow, change.day);
    this.#change(key, change);
  }

  /** False: there is no row of that day yet. */
  #change(key: Key, { day, counts, samples }: DayChange): boolean {
    const kept = Object.values(samples).some((of) => of.length > 0) ? this.#kept(key, day) : null;
    const added = (kind: Sampled): ArrayBuffer | null =>
      samples[kind].length === 0 ? null : addSamples(kept?.[kind] ?? null, day, samples[kind]);
    const { environment, workflow } = key;
    const { active, waiting } = counts;
    const { created, completed, failed, cancelled } = counts;
    const { gatesOpened, gatesApproved, gatesRejected, gatesExpired } = counts;
    const sums = [created, completed, failed, cancelled];
    const gates = [gatesOpened, gatesApproved, gatesRejected, gatesExpired];
    const values = [...sums, ...gates, active, waiting];
    const measured = [added('duration'), added('queue'), added('gate')];
    const done = this.#sql.exec(ADD, environment, workflow, day, ...values, ...measured);
    if (done.rowsWritten === 0) return false;
    // News of an earlier day comes late: there are more since then.
    if (active !== 0 || waiting !== 0) {
      this.#sql.exec(LATER, environment, workflow, day, active, waiting);
    }
    return true;
  }

  /** The key under which this is counted. */
  #keyOf(where: Key): Key {
    const keys = this.keys();
    const isKnown = keys.some(
      ({ environment, workflow }) =>
        environment === where.environment && workflow === where.workflow,
    );
    return isKnown || keys.length < KEYS_MAX ? where : { ...where, workflow: OTHER };
  }

  #kept({ environment, workflow }: Key, day: number): Kept | null {
    return this.#sql.exec<Kept>(KEPT, environment, workflow, day).toArray()[0] ?? null;
  }

  /** Every environment and workflow that there is a row of: one step of the index each. */
  keys(): Key[] {
    const keys: Key[] = [];
    let last = { environment: '', workflow: '' };
    for (;;) {
      const [next] = this.#sql
        .exec<{ environment: string; workflow: string }>(NEXT_KEY, last.environment, last.workflow)
        .toArray();
      if (next === undefined) return keys;
      keys.push(next);
      last = next;
    }
  }

  /** How many tasks are at work, and wait for an approval, now. */
  now(keys: readonly Key[]): { readonly active: number; readonly waiting: number } {
    let [active, waiting] = [0, 0];
    for (const { environment, workflow } of keys) {
      const [row] = this.#sql
        .exec<{ active: number; waiting: number }>(NOW, environment, workflow)
        .toArray();
      active += row?.active ?? 0;
      waiting += row?.waiting ?? 0;
    }
    return { active, waiting };
  }

  between(keys: readonly Key[], { first, last }: DayWindow): TaskDay[] {
    return keys.flatMap(({ environment, workflow }) =>
      this.#sql.exec<TaskDay>(BETWEEN, environment, workflow, first, last).toArray(),
    );
  }

  /** What was measured that day. */
  measured({ environment, workflow, day }: TaskDay): Readonly<Record<Sampled, readonly Sample[]>> {
    const kept = this.#kept({ environment, workflow }, day);
    const read = (bytes: ArrayBuffer | null | undefined) => (bytes ? samplesIn(bytes, day) : []);
    return { duration: read(kept?.duration), queue: read(kept?.queue), gate: read(kept?.gate) };
  }
}
