import type { TaskEvent } from '../../contract/event.ts';
import { isFolded } from '../../domain/draft.ts';
import { evolve } from '../../domain/evolve.ts';
import { type Claims, claimsOf, isProven } from '../../domain/receipt.ts';
import type { TaskState } from '../../domain/task.ts';
import type { EventLog } from './event-log.ts';

/**
 * What receipts will say, noted when their events are written, for then the task is as they mean it. Memory is a cache:
 * what it does not know is found in the log, which gives the same words.
 */
export class ProofClaims {
  readonly #log: EventLog;
  readonly #noted = new Map<number, Claims>();

  constructor(log: EventLog) {
    this.#log = log;
  }

  /** After a commit to the task as it was `before`. */
  note(before: TaskState | null, events: readonly TaskEvent[]): void {
    if (before === null || !events.some(isProven)) return;
    let state = before;
    for (const event of events) {
      state = evolve(state, event);
      if (isProven(event)) this.#noted.set(event.seq, claimsOf(state, event));
    }
  }

  /** By the `seq` of those among these events that have a receipt. */
  take(events: readonly TaskEvent[]): ReadonlyMap<number, Claims> {
    const seqs = events.filter(isProven).map(({ seq }) => seq);
    if (seqs.some((seq) => !this.#noted.has(seq))) this.#recall(new Set(seqs));
    return new Map(
      seqs.flatMap((seq) => {
        const claims = this.#noted.get(seq);
        return claims === undefined ? [] : [[seq, claims] as const];
      }),
    );
  }

  forget(taken: ReadonlyMap<number, Claims>): void {
    for (const seq of taken.keys()) this.#noted.delete(seq);
  }

  /** Folds the log from its beginning, a block at a time. */
  #recall(wanted: ReadonlySet<number>): void {
    let state: TaskState | null = null;
    for (const { events } of this.#log.blocksAfter(0)) {
      for (const event of events) {
        if (!isFolded(event.type)) continue;
        state = evolve(state, event);
        if (wanted.has(event.seq) && isProven(event)) {
          this.#noted.set(event.seq, claimsOf(state, event));
        }
      }
    }
  }
}
