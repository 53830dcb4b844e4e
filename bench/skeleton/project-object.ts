import { DurableObject } from 'cloudflare:workers';
import type { LogEvent } from './block-log.ts';
import type { SkeletonEnv } from './env.ts';
import { PROJECT_ID } from './task-text.ts';

const TABLES = [
  `CREATE TABLE IF NOT EXISTS queue(
    task_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, status TEXT NOT NULL,
    priority TEXT NOT NULL, effort TEXT NOT NULL, priority_rank INTEGER NOT NULL, effort_rank INTEGER NOT NULL,
    environment TEXT NOT NULL, created_at INTEGER NOT NULL, queued_at INTEGER NOT NULL, not_before INTEGER,
    leased INTEGER NOT NULL, runner_id TEXT, last_runner_id TEXT, reserved_at INTEGER, reserved_by TEXT,
    requires TEXT NOT NULL DEFAULT '[]', told_seq INTEGER NOT NULL DEFAULT 0)`,
  `CREATE INDEX IF NOT EXISTS queue_order
    ON queue(priority_rank DESC, effort_rank, created_at, task_id) WHERE status = 'queued'`,
  'CREATE INDEX IF NOT EXISTS queue_leased ON queue(runner_id) WHERE leased = 1',
  'CREATE INDEX IF NOT EXISTS queue_reserved ON queue(reserved_by) WHERE reserved_at IS NOT NULL',
  'CREATE TABLE IF NOT EXISTS settings(key TEXT PRIMARY KEY, value TEXT NOT NULL)',
  `CREATE TABLE IF NOT EXISTS board(
    last INTEGER PRIMARY KEY, first INTEGER NOT NULL, body TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS events(sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, environment TEXT,
    subject TEXT NOT NULL, created_at INTEGER NOT NULL, body BLOB NOT NULL, thin BLOB NOT NULL,
    outbox_seq INTEGER NOT NULL, settled INTEGER NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS task_daily(environment TEXT NOT NULL, workflow TEXT NOT NULL, day INTEGER NOT NULL,
    created INTEGER NOT NULL, active INTEGER NOT NULL, PRIMARY KEY(environment, workflow, day)) WITHOUT ROWID`,
];
const DAY_MS = 86_400_000;

const UPSERT = `INSERT INTO queue(task_id, seq, status, priority, effort, priority_rank, effort_rank, environment,
    created_at, queued_at, leased, told_seq)
  VALUES (?1, ?2, ?3, 'normal', 'medium', 1, 2, 'development', ?4, ?4, 0, ?2)
  ON CONFLICT(task_id) DO UPDATE SET seq = ?2, status = ?3, queued_at = ?4, told_seq = ?2
  WHERE queue.seq < ?2`;
const COUNT = `INSERT INTO task_daily(environment, workflow, day, created, active)
  VALUES ('development', 'feature', ?1, ?2, ?3)
  ON CONFLICT DO UPDATE SET created = created + ?2, active = active + ?3`;
const EVENT = `INSERT INTO events(sequence, id, type, environment, subject, created_at, body, thin, outbox_seq, settled)
  VALUES (?, ?, ?, 'development', ?, ?, ?, ?, 0, 0)`;
const APPEND = 'INSERT INTO board(last, first, body) VALUES (?, ?, ?)';

/** The queue's row of a task. */
export interface Entry {
  readonly taskId: string;
  readonly seq: number;
  readonly status: string;
  readonly at: number;
  /** As the listing shows it. */
  readonly row: object;
}

/** One project: a row for each task and one for each time that a task tells of itself, as the real one keeps them. */
export class ProjectObject extends DurableObject<SkeletonEnv> {
  #head: number;
  #sequence: number;

  constructor(ctx: DurableObjectState, env: SkeletonEnv) {
    super(ctx, env);
    const { sql } = ctx.storage;
    for (const table of TABLES) sql.exec(table);
    const head = 'SELECT coalesce(max(last), 0) AS head FROM board';
    this.#head = sql.exec<{ head: number }>(head).one().head;
    const last = 'SELECT coalesce(max(sequence), 0) AS last FROM events';
    this.#sequence = sql.exec<{ last: number }>(last).one().last;
  }

  readConfig(): string | null {
    const sql = "SELECT value FROM settings WHERE key = 'config'";
    const [row] = this.ctx.storage.sql.exec<{ value: string }>(sql).toArray();
    return row?.value ?? null;
  }

  applyTask(entry: Entry, events: readonly LogEvent[]): void {
    const { taskId, seq, status, at } = entry;
    const first = this.#head + 1;
    const last = this.#head + events.length;
    const numbered = events.map((event, index) => {
      return { ...event, seq: first + index, taskSeq: event.seq };
    });
    this.ctx.storage.transactionSync(() => {
      this.ctx.storage.sql.exec(UPSERT, taskId, seq, status, at);
      const isNew = events[0]?.seq === 1 ? 1 : 0;
      this.ctx.storage.sql.exec(COUNT, Math.floor(at / DAY_MS), isNew, 1 - isNew);
      this.ctx.storage.sql.exec(APPEND, last, first, JSON.stringify(numbered));
      for (const event of events) this.#keep(entry, event);
    });
    this.#head = last;
  }

  /** The event as others are told of it: the bytes are made once, whole and with ids alone. */
  #keep({ taskId, at, row }: Entry, event: LogEvent): void {
    const sequence = ++this.#sequence;
    const { timestamp } = event;
    const id = `evt_${crypto.randomUUID().replaceAll('-', '').slice(0, 26)}`;
    const type = event.type.replace(':', '.').replaceAll('-', '_');
    const envelope = { id, type, timestamp, apiVersion: '2026-11-01', projectId: PROJECT_ID };
    const rest = { environment: 'development', sequence };
    const told = { task: { id: taskId }, taskSeq: event.seq };
    const encoder = new TextEncoder();
    const bytes = (data: object) => encoder.encode(JSON.stringify({ ...envelope, ...rest, data }));
    const full = bytes({ ...told, task: row, event });
    const thin = bytes({ ...told, event: { type: event.type, taskId, seq: event.seq } });
    this.ctx.storage.sql.exec(EVENT, sequence, id, type, taskId, at, full, thin);
  }

  /** Why a task waits: the row of the task and how many are leased, as the real one looks them up. */
  explain(taskId: string): { waitingFor: string; waitingDetail: object } | null {
    const { sql } = this.ctx.storage;
    const rows = sql.exec("SELECT * FROM queue WHERE task_id = ? AND status = 'queued'", taskId);
    if (rows.toArray().length === 0) return null;
    const { n } = sql.exec<{ n: number }>('SELECT count(*) AS n FROM queue WHERE leased = 1').one();
    return { waitingFor: 'runner', waitingDetail: { labels: [], online: n } };
  }
}
