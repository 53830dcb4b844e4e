import { logLine } from '../../contract/log-line.ts';
import type { Errand, Happening } from '../../contract/platform-event.ts';
import { ERRANDS } from '../../contract/platform-event.ts';
import type { ProjectDb } from '../../db/database.ts';
import { clearOutbox, type OutboxRow, readOutbox } from '../../db/outbox.ts';
import { deliveryBackoffMs } from '../../domain/backoff.ts';

const PAGE = 100;
/** An errand that has failed for so long is given up: who it is for looks at D1 by itself now and then. */
const ERRAND_LASTS_MS = 86_400_000;

/** Who takes what lies in the outbox. Both may be told the same again. */
export interface Takers {
  readonly take: (rows: readonly OutboxRow[]) => void;
  readonly run: (errand: Errand, happening: Happening) => Promise<void>;
}

const isErrand = (type: string): type is Errand => (ERRANDS as readonly string[]).includes(type);

/** Takes what has happened out of D1, in the order in which it was committed, each at least once. */
export class OutboxDesk {
  readonly #db: ProjectDb;
  readonly #takers: Takers;
  #flight: Promise<void> | null = null;
  #again = false;
  #attempts = 0;
  #retryAt: number | null = null;

  constructor(db: ProjectDb, takers: Takers) {
    this.#db = db;
    this.#takers = takers;
  }

  /** When a failed attempt is repeated; null: none has failed. */
  dueAt(): number | null {
    return this.#retryAt;
  }

  /** Returns once all that was committed before the call is taken, or an attempt has failed. */
  async relay(): Promise<void> {
    this.#again = true;
    this.#flight ??= this.#drain().finally(() => {
      this.#flight = null;
    });
    await this.#flight;
  }

  async #drain(): Promise<void> {
    try {
      let left = 0;
      while (this.#again) {
        this.#again = false;
        left = await this.#takeAll();
      }
      this.#attempts = left === 0 ? 0 : this.#attempts + 1;
      this.#retryAt = left === 0 ? null : Date.now() + deliveryBackoffMs(this.#attempts);
    } catch (error) {
      this.#retryAt = Date.now() + deliveryBackoffMs(++this.#attempts);
      console.error(
        logLine({ level: 'warn', message: 'The outbox was not taken', error: String(error) }),
      );
    }
  }

  /** Answers how many errands have failed and are left for another time. */
  async #takeAll(): Promise<number> {
    for (;;) {
      const rows = await readOutbox(this.#db, PAGE);
      const last = rows.at(-1);
      if (last === undefined) return 0;
      this.#takers.take(rows.filter(({ type }) => !isErrand(type)));
      const done = await Promise.all(rows.map((row) => this.#run(row)));
      const left = rows.filter((_, index) => done[index] === false).map(({ seq }) => seq);
      await clearOutbox(this.#db, last.seq, left).run();
      if (rows.length < PAGE || left.length === PAGE) return left.length;
    }
  }

  /** Whether the row is done with. An errand that fails keeps nothing else waiting. */
  async #run(row: OutboxRow): Promise<boolean> {
    if (!isErrand(row.type)) return true;
    try {
      await this.#takers.run(row.type, row);
      return true;
    } catch (error) {
      const message = 'An errand failed';
      console.error(logLine({ level: 'warn', message, type: row.type, error: String(error) }));
      return row.at < Date.now() - ERRAND_LASTS_MS;
    }
  }
}
