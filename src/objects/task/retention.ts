import { BODY_LIMITS, type BodyLimits, bodiesGoAt, bytesToDrop } from '../../domain/retention.ts';
import type { TaskState } from '../../domain/task.ts';
import type { EventLog } from './event-log.ts';

/** One step of pruning, so that a writer never waits for a long one. */
const STEP_ROWS_MAX = 1_000;
const STEP_BYTES_MAX = 16 * 1_048_576;

/** The first rows of the log, whose bodies are gone: up to this one, and how many bytes they had. */
interface Pruned {
  readonly to: number;
  readonly bytes: number;
}
const PRUNED = 'pruned';
const NOTHING: Pruned = { to: 0, bytes: 0 };

/**
 * Drops the oldest bodies that state is not folded from. What is held is what was ever written, which the newest row
 * says, less what was dropped, which stands beside it: nothing is added up, and only a step of pruning writes.
 */
export class Retention {
  readonly #storage: DurableObjectStorage;
  readonly #log: EventLog;
  readonly #limits: BodyLimits;
  #known: Pruned | undefined;

  constructor(storage: DurableObjectStorage, log: EventLog, limits: BodyLimits = BODY_LIMITS) {
    this.#storage = storage;
    this.#log = log;
    this.#limits = limits;
  }

  get #pruned(): Pruned {
    this.#known ??= this.#storage.kv.get<Pruned>(PRUNED) ?? NOTHING;
    return this.#known;
  }

  /** The bytes of the bodies that can go. */
  get heldBytes(): number {
    return this.#log.toldBytes - this.#pruned.bytes;
  }

  /** After a commit: keeps the task within its size. */
  trim(): void {
    const bytes = bytesToDrop(this.heldBytes, this.#limits);
    if (bytes > 0) this.#drop(bytes);
  }

  /** When the bodies of an ended task go, or null where there are none. */
  dueAt(state: TaskState | null): number | null {
    if (state === null) return null;
    const at = bodiesGoAt(state, this.#log.newestAt, this.#limits);
    return at === null || this.heldBytes === 0 ? null : at;
  }

  /** One step where it is due; until nothing is left, the next is due too. */
  passTime(state: TaskState | null, now: number): void {
    const at = this.dueAt(state);
    if (at !== null && at <= now) this.#drop(this.heldBytes);
  }

  #drop(bytes: number): void {
    const { sql, kv } = this.#storage;
    const before = this.#pruned;
    const enough = before.bytes + Math.min(bytes, STEP_BYTES_MAX);
    let after = before;
    const rows = sql.exec<{ last: number; bytes: number }>(
      'SELECT last, told_bytes AS bytes FROM blocks WHERE last > ? ORDER BY last LIMIT ?',
      before.to,
      STEP_ROWS_MAX,
    );
    for (const row of rows) {
      after = { to: row.last, bytes: row.bytes };
      if (row.bytes >= enough) break;
    }
    this.#storage.transactionSync(() => {
      sql.exec(
        "UPDATE blocks SET body = NULL WHERE last > ? AND last <= ? AND kind = 'p'",
        before.to,
        after.to,
      );
      kv.put<Pruned>(PRUNED, after);
    });
    this.#known = after;
  }
}
