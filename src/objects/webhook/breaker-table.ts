import { type Breaker, HEALTHY } from '../../domain/delivery/breaker.ts';

export const BREAKER_MIGRATIONS: readonly string[] = [
  'CREATE TABLE health(id INTEGER PRIMARY KEY CHECK (id = 1), breaker TEXT NOT NULL, is_halted INTEGER NOT NULL)',
];

const READ = 'SELECT breaker, is_halted AS isHalted FROM health';
const WRITE = 'INSERT OR REPLACE INTO health(id, breaker, is_halted) VALUES (1, ?, ?)';

interface Health {
  readonly breaker: Breaker;
  /** Nothing is sent but what is asked for: the endpoint is disabled, or about to be. */
  readonly isHalted: boolean;
}

/** How the endpoint does. Of one that does well nothing is written. */
export class BreakerTable {
  readonly #sql: SqlStorage;
  #health: Health | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get breaker(): Breaker {
    return this.#read().breaker;
  }

  get isHalted(): boolean {
    return this.#read().isHalted;
  }

  write(change: Partial<Health>): void {
    const before = this.#read();
    const after = { ...before, ...change };
    // A success after a success gives the very same object.
    if (after.breaker === before.breaker && after.isHalted === before.isHalted) return;
    this.#sql.exec(WRITE, JSON.stringify(after.breaker), after.isHalted ? 1 : 0);
    this.#health = after;
  }

  forget(): void {
    this.#health = undefined;
  }

  #read(): Health {
    if (this.#health !== undefined) return this.#health;
    const [row] = this.#sql.exec<{ breaker: string; isHalted: number }>(READ);
    this.#health =
      row === undefined
        ? { breaker: HEALTHY, isHalted: false }
        : // Our own bytes, written above.
          { breaker: healthy(JSON.parse(row.breaker) as Breaker), isHalted: row.isHalted === 1 };
    return this.#health;
  }
}

/** The one object that stands for all is well, where it is. */
const healthy = (breaker: Breaker): Breaker =>
  breaker.failures === 0 && breaker.slowed === 0 ? HEALTHY : breaker;
