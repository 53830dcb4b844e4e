import { logLine } from '../contract/log-line.ts';
import type { Errand, Happening } from '../contract/platform-event.ts';
import { ERRANDS } from '../contract/platform-event.ts';
import type { ProjectDb } from '../db/database.ts';
import { clearOutbox, type OutboxRow, readOutbox } from '../db/outbox.ts';
import { deliveryBackoffMs } from '../domain/backoff.ts';

const PAGE = 100;

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
      while (this.#again) {
        this.#again = false;
        await this.#takeAll();
      }
      this.#attempts = 0;
      this.#retryAt = null;
    } catch (error) {
      this.#retryAt = Date.now() + deliveryBackoffMs(++this.#attempts);
      console.error(
        logLine({ level: 'warn', message: 'The outbox was not taken', error: String(error) }),
      );
    }
  }

  async #takeAll(): Promise<void> {
    for (;;) {
      const rows = await readOutbox(this.#db, PAGE);
      const last = rows.at(-1);
      if (last === undefined) return;
      this.#takers.take(rows.filter(({ type }) => !isErrand(type)));
      await Promise.all(rows.map((row) => this.#run(row)));
      await clearOutbox(this.#db, last.seq).run();
      if (rows.length < PAGE) return;
    }
  }

  /** An errand is a hint to look at D1 soon: one that fails keeps nothing else waiting. */
  async #run(row: OutboxRow): Promise<void> {
    if (!isErrand(row.type)) return;
    try {
      await this.#takers.run(row.type, row);
    } catch (error) {
      const message = 'An errand failed';
      console.error(logLine({ level: 'warn', message, type: row.type, error: String(error) }));
    }
  }
}
