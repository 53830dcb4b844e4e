// What was missed while a connection was away, and how long it took to make up for it.

import type { LineState } from './line-state.ts';

/** What one frame brought. */
export interface Taken {
  /** The last event that is known now. */
  readonly seq: number;
  /** Events that were new; `Infinity`: too many for the stream to bring. */
  readonly events: number;
  /** Where the log stood when the connection was made: the frame `task:state` says it. */
  readonly head?: number;
}

export class CatchUp {
  #events = 0;
  #since = 0;
  #head = 0;
  #isReturn = false;

  /** A connection has been made; `isReturn`: there was one before. */
  begin(isReturn: boolean): void {
    this.#events = 0;
    this.#since = performance.now();
    this.#head = 0;
    this.#isReturn = isReturn;
  }

  /** What the state of the stream is after a frame. */
  note({ seq, events, head }: Taken): Partial<LineState> {
    if (head !== undefined) this.#head = head;
    this.#events += events;
    if (seq < this.#head) return { seq };
    const hasMissed = this.#isReturn && this.#events > 0;
    this.#isReturn = false;
    if (!hasMissed) return { phase: 'live', seq };
    const ms = Math.ceil(performance.now() - this.#since) || 1;
    return { phase: 'live', seq, caughtUp: { events: this.#events, ms } };
  }
}
