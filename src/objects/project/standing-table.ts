import { ok, type Result, refuse } from '../../contract/error.ts';
import { isStanding, type KeptStanding } from '../../domain/standing.ts';

export const STANDING_MIGRATIONS: readonly string[] = [
  'CREATE TABLE standing(id TEXT PRIMARY KEY, body TEXT NOT NULL)',
];

/** The standing approvals of a project: rows, and what memory knows of them, for each request for a gate looks here. */
export class StandingTable {
  readonly #sql: SqlStorage;
  #known: Map<string, KeptStanding> | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  #all(): Map<string, KeptStanding> {
    this.#known ??= new Map(
      this.#sql
        .exec<{ id: string; body: string }>('SELECT id, body FROM standing ORDER BY id')
        .toArray()
        // Our own bytes, written by `put`.
        .map(({ id, body }) => [id, JSON.parse(body) as KeptStanding]),
    );
    return this.#known;
  }

  /** Those that hold, oldest first. What is over is forgotten when the next one comes. */
  live(now: number): KeptStanding[] {
    return [...this.#all().values()].filter((standing) => isStanding(standing, now));
  }

  find(id: string): KeptStanding | null {
    return this.#all().get(id) ?? null;
  }

  /** Refused where as many hold as may. */
  add(standing: KeptStanding, max: number, now: number): Result<KeptStanding> {
    for (const known of [...this.#all().values()]) {
      if (!isStanding(known, now)) this.remove(known.id);
    }
    if (this.#all().size >= max) {
      return refuse('limit_reached', `A project has at most ${max} standing approvals.`);
    }
    this.put(standing);
    return ok(standing);
  }

  put(standing: KeptStanding): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO standing(id, body) VALUES (?, ?)',
      standing.id,
      JSON.stringify(standing),
    );
    this.#all().set(standing.id, standing);
  }

  remove(id: string): boolean {
    this.#sql.exec('DELETE FROM standing WHERE id = ?', id);
    return this.#all().delete(id);
  }
}
