// The table `failures`: how often somebody guessed wrong, within a span of time from the first failure on.

const COUNT = `INSERT INTO failures (k, count, until) VALUES (?1, 1, ?3)
  ON CONFLICT (k) DO UPDATE SET
    count = CASE WHEN until <= ?2 THEN 1 ELSE count + 1 END,
    until = CASE WHEN until <= ?2 THEN ?3 ELSE until END
  RETURNING count, until`;

export interface Failures {
  readonly count: number;
  /** When they are forgotten, in milliseconds. */
  readonly until: number;
}

/** Counts one more. The span begins with the first of them. */
export async function countFailure(
  db: D1Database,
  k: string,
  { now, spanMs }: { readonly now: number; readonly spanMs: number },
): Promise<Failures> {
  const row = await db
    .prepare(COUNT)
    .bind(k, now, now + spanMs)
    .first<Failures>();
  return row ?? { count: 1, until: now + spanMs };
}

const FIND = 'SELECT count FROM failures WHERE k = ?1 AND until > ?2';

/** How many there were in the span that runs. */
export async function findFailures(db: D1Database, k: string, now: number): Promise<number> {
  return (await db.prepare(FIND).bind(k, now).first<{ count: number }>())?.count ?? 0;
}
