// Requests of one credential that meet in an isolate are counted together: while one call of the limiter is under way,
// those who come wait in line, and the first of them then asks for all. Nothing is taken ahead of a request, so what
// remains is as exact as with a call each.

import { type RatePolicy, shareOf, type Taken, type TakenTogether } from '../contract/rate.ts';

interface Limiter {
  take(policy: RatePolicy, count: number): Promise<TakenTogether>;
}

/** What one in line is told: its share, that it could not be counted, or that it is to ask for those behind it. */
type Word = Taken | null | 'ask';

interface Line {
  /** When the call began that is under way; 0: none is. */
  askedAt: number;
  readonly waiting: ((word: Word) => void)[];
}

/** A call that takes longer belongs to a request that was cut off, or to an object in trouble. */
const LOST_MS = 1_000;
const lines = new Map<string, Line>();

/** Counts a request. Null: the limiter could not be asked. `key` names the limiter and the policy. */
export async function takeInLine(
  limiter: Limiter,
  key: string,
  policy: RatePolicy,
): Promise<Taken | null> {
  const line = lines.get(key) ?? { askedAt: 0, waiting: [] };
  lines.set(key, line);
  if (Date.now() - line.askedAt > LOST_MS) return askForAll(limiter, { key, line, policy });
  const word = await new Promise<Word>((tell) => line.waiting.push(tell));
  // Each asks in its own name: a request must not do for others what outlives it.
  return word === 'ask' ? askForAll(limiter, { key, line, policy }) : word;
}

async function askForAll(
  limiter: Limiter,
  { key, line, policy }: { readonly key: string; readonly line: Line; readonly policy: RatePolicy },
): Promise<Taken | null> {
  const mine = Date.now();
  line.askedAt = mine;
  const others = line.waiting.splice(0);
  try {
    const taken = await limiter.take(policy, 1 + others.length);
    others.forEach((tell, place) => {
      tell(shareOf(taken, place + 1));
    });
    return shareOf(taken, 0);
  } catch {
    for (const tell of others) tell(null);
    return null;
  } finally {
    if (line.askedAt === mine) line.askedAt = 0;
    const next = line.waiting.shift();
    if (next !== undefined) next('ask');
    else if (line.askedAt === 0) lines.delete(key);
  }
}
