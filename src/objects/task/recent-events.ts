import type { TaskEvent } from '../../contract/event.ts';
import { isFolded } from '../../domain/draft.ts';

const KEPT_MAX = 500;

/** The newest events that state is folded from, in memory, so that telling of them reads no row. */
export class RecentEvents {
  readonly #readAfter: (seq: number) => readonly TaskEvent[];
  #events: TaskEvent[] = [];
  /** All folded events after this one are in memory; undefined: none are known to be. */
  #after: number | undefined;

  constructor(readAfter: (seq: number) => readonly TaskEvent[]) {
    this.#readAfter = readAfter;
  }

  /** Nothing is known to have happened. */
  begin(): void {
    this.#events = [];
    this.#after = undefined;
  }

  /** Takes the events of one commit, which follow those of the last. */
  add(events: readonly TaskEvent[]): void {
    const first = events[0];
    if (first === undefined) return;
    this.#after ??= first.seq - 1;
    for (const event of events) if (isFolded(event.type)) this.#events.push(event);
    const over = this.#events.length - KEPT_MAX;
    if (over <= 0) return;
    this.#after = this.#events[over - 1]?.seq ?? this.#after;
    this.#events = this.#events.slice(over);
  }

  after(seq: number): readonly TaskEvent[] {
    if (this.#after === undefined || seq < this.#after) return this.#readAfter(seq);
    return this.#events.filter((event) => event.seq > seq);
  }
}
