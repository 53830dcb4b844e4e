import type { Happening } from '../../contract/platform-event.ts';
import { CLOCKS_AGREE_MS, EVENTS_KEPT_MS } from '../../contract/platform-event.ts';
import { wantsType } from '../../domain/addressee.ts';
import type { EventDesk } from './event-desk.ts';
import type { EventTable, KeptEvent } from './event-table.ts';

/** Of events that are looked through for one page: a rare type costs several. */
const LOOKED_THROUGH_MAX = 2_000;

export interface EventsAsked {
  readonly after: number;
  readonly limit: number;
  /** Exact, `group.*` or `*`. */
  readonly types: readonly string[];
  /** Null: all. What belongs to no environment passes in either case. */
  readonly environments: readonly string[] | null;
  /** Of its time, in milliseconds; the later end is not in it. */
  readonly since?: number;
  readonly until?: number;
}

export interface EventsFound {
  readonly events: readonly KeptEvent[];
  /** From where the next page goes on. */
  readonly next: number;
  readonly hasMore: boolean;
}

/** What can be asked of a project about what happens in it. */
export class EventDoor {
  readonly #desk: EventDesk;
  readonly #table: EventTable;

  constructor(desk: EventDesk, table: EventTable) {
    this.#desk = desk;
    this.#table = table;
  }

  /** Takes the outbox of the project. */
  relay(): Promise<void> {
    return this.#desk.relay();
  }

  post(happening: Happening): number {
    return this.#desk.post(happening);
  }

  find(sequence: number): KeptEvent | null {
    return sequence <= this.#lastGone() ? null : this.#table.find(sequence);
  }

  head(): number {
    return this.#table.mark.head;
  }

  /** A page, oldest first; it may be shorter than its limit, and more may follow. */
  page({
    after,
    limit,
    types,
    environments,
    since = 0,
    until = Infinity,
  }: EventsAsked): EventsFound {
    const found: KeptEvent[] = [];
    const { head } = this.#table.mark;
    const before = since === 0 ? 0 : this.#table.lastBefore(since - CLOCKS_AGREE_MS);
    let next = Math.max(after, before, this.#lastGone());
    const end = next + LOOKED_THROUGH_MAX;
    while (next < Math.min(head, end) && found.length < limit) {
      for (const event of this.#table.after(next, 100)) {
        if (found.length === limit) break;
        next = event.sequence;
        const { environment, createdAt } = event;
        const isHere =
          environments === null || environment === null || environments.includes(environment);
        const isThen = createdAt >= since && createdAt < until;
        if (isHere && isThen && wantsType(types, event.type)) found.push(event);
      }
      // The oldest may be gone: their numbers are passed over.
      if (this.#table.after(next, 1).length === 0) break;
    }
    return { events: found, next, hasMore: next < head };
  }

  /** What has had its time is not shown, also where it is not dropped yet. */
  #lastGone(): number {
    return this.#table.lastBefore(Date.now() - EVENTS_KEPT_MS);
  }
}
