import type { StreamEvent } from '../../contract/event-page.ts';
import { Waiters } from '../waiters.ts';
import { FRAME_LINES_MAX } from './line-frames.ts';
import type { TaskStore } from './task-store.ts';
import type { Viewer } from './viewer.ts';
import { FRAME_EVENTS_MAX, type Frame, framesOf, type Serving } from './viewer-frames.ts';

/** Events that are read and sent before writers and other readers get their turn. */
const TURN_EVENTS = 500;
/** What one page holds of the log. */
const PAGES: Readonly<Record<Serving, { readonly events: number; readonly chars: number }>> = {
  // A fourth of what it is sent a second.
  plain: { events: FRAME_EVENTS_MAX, chars: 524_288 },
  // With the row that passes it, no more than one frame.
  many: { events: FRAME_EVENTS_MAX, chars: 640_000 },
  // Some whole rows, which would else be parsed again for each of their parts.
  compact: { events: 4 * FRAME_LINES_MAX, chars: 640_000 },
};

const jsonOf = (events: readonly StreamEvent[]): readonly string[] =>
  events.map((event) => JSON.stringify(event));

/** What was read for one viewer, and serves the next who stands at the same place. */
interface Page {
  readonly after: number;
  readonly serving: Serving;
  readonly frames: readonly Frame[];
  readonly count: number;
}

/** Feeds from the log those who are behind, each as fast as it may be sent, a page at a time and in turn. */
export class ViewerReplay {
  readonly #store: TaskStore;
  readonly #viewers: () => Iterable<Viewer>;
  readonly #served: (viewer: Viewer) => void;
  readonly #turns = new Waiters();
  #page: Page | undefined;
  #isRunning = false;
  #isAsked = false;

  /** `served` hears of each viewer that was sent something. */
  constructor(store: TaskStore, viewers: () => Iterable<Viewer>, served: (viewer: Viewer) => void) {
    this.#store = store;
    this.#viewers = viewers;
    this.#served = served;
  }

  /** Feeds until nobody can be sent anything more. One that runs already takes up those who join: then null. */
  run(): Promise<void> | null {
    this.#isAsked = true;
    this.#turns.wake();
    return this.#isRunning ? null : this.#start();
  }

  async #start(): Promise<void> {
    this.#isRunning = true;
    try {
      // What is being committed at this moment is told first.
      await Promise.resolve();
      await this.#rounds();
    } finally {
      this.#isRunning = false;
      this.#page = undefined;
    }
  }

  async #rounds(): Promise<void> {
    let spent = 0;
    let nextAt = 0;
    while (this.#isAsked || nextAt !== Infinity) {
      this.#isAsked = false;
      nextAt = Infinity;
      for (const viewer of this.#viewers()) {
        if (viewer.readyAt <= Date.now()) spent += this.#serve(viewer);
        if (!viewer.isLive && !viewer.isGone) nextAt = Math.min(nextAt, viewer.readyAt);
        if (spent < TURN_EVENTS) continue;
        spent = 0;
        await scheduler.wait(0);
      }
      const waitMs = nextAt - Date.now();
      if (waitMs > 0 && nextAt !== Infinity && !this.#isAsked) await this.#turns.wait(waitMs);
    }
  }

  /** How many events were looked at. */
  #serve(viewer: Viewer): number {
    const { cursor, serving, isGone } = viewer;
    const { head } = this.#store;
    if (cursor === null || isGone) return 0;
    // A task that was deleted meanwhile has no log to read.
    const page = head === 0 ? undefined : this.#read(cursor, serving);
    if (page !== undefined) viewer.send(page.frames, { from: cursor, head }, Date.now());
    this.#served(viewer);
    return page?.count ?? 1;
  }

  #read(after: number, serving: Serving): Page {
    if (this.#page?.after === after && this.#page.serving === serving) return this.#page;
    const { events: limit, chars } = PAGES[serving];
    const events = this.#store.log.eventsAfter(after, limit, chars);
    const frames = framesOf(events, jsonOf, serving);
    this.#page = { after, serving, frames, count: events.length };
    return this.#page;
  }
}
