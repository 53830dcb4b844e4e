import { Waiters } from '../waiters.ts';
import type { TaskStore } from './task-store.ts';
import type { Viewer } from './viewer.ts';
import { FRAME_EVENTS_MAX, type Frame, framesOf } from './viewer-frames.ts';

/** Events that are read and sent before writers and other readers get their turn. */
const TURN_EVENTS = 500;
/** What one page holds for a plain viewer: a fourth of what it is sent a second. */
const PLAIN_CHARS = 524_288;
/** For one of frames of many: with the row that passes it, no more than one frame. */
const MANY_CHARS = 640_000;

/** What was read for one viewer, and serves the next who stands at the same place. */
interface Page {
  readonly after: number;
  readonly many: boolean;
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
    const { cursor, many, isGone } = viewer;
    const { head } = this.#store;
    if (cursor === null || isGone) return 0;
    // A task that was deleted meanwhile has no log to read.
    const page = head === 0 ? undefined : this.#read(cursor, many);
    if (page !== undefined) viewer.send(page.frames, { from: cursor, head }, Date.now());
    this.#served(viewer);
    return page?.count ?? 1;
  }

  #read(after: number, many: boolean): Page {
    if (this.#page?.after === after && this.#page.many === many) return this.#page;
    const chars = many ? MANY_CHARS : PLAIN_CHARS;
    const events = this.#store.log.eventsAfter(after, FRAME_EVENTS_MAX, chars);
    const texts = events.map((event) => JSON.stringify(event));
    this.#page = { after, many, frames: framesOf(events, texts, many), count: events.length };
    return this.#page;
  }
}
