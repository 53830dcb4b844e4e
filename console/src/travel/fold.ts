// A task as it was after one of its events: folded from the same events by the rules that the server has, so that what is
// shown is what was true then. Loaded when somebody looks back.

import type { Budget } from '../../../src/contract/budget.ts';
import type { TaskSnapshot } from '../../../src/contract/task.ts';
import { budgetView } from '../../../src/domain/budget/budget-view.ts';
import { evolve } from '../../../src/domain/evolve.ts';
import type { TaskState } from '../../../src/domain/task.ts';
import { taskSnapshot } from '../../../src/domain/view.ts';
import type { OtherEvent } from '../live/task-stream.ts';

export interface Moment {
  readonly task: TaskSnapshot;
  readonly budget: Budget;
  /** When the event happened. */
  readonly ms: number;
}

/** Between two moments that are kept: dragging folds so many events at most. */
const KEPT_EVERY = 64;

/** Folds the events of one task. They only grow, so what was folded stays true. */
export class Past {
  readonly #events: readonly OtherEvent[];
  /** The state after so many times KEPT_EVERY events. */
  readonly #kept: (TaskState | null)[] = [null];

  constructor(events: readonly OtherEvent[]) {
    this.#events = events;
  }

  /** The task after the event `seq`, or after the last one before it; null: it had not been created. */
  at(seq: number): Moment | null {
    const last = this.#events.findLastIndex((event) => event.seq <= seq);
    const state = this.#stateAfter(last + 1);
    const event = this.#events[last];
    if (state === null || event === undefined) return null;
    const ms = Date.parse(event.timestamp);
    // What memory knew of the lease is gone; for how long it was granted stands in the log.
    const granted = this.#events
      .slice(0, last + 1)
      .findLast((one) => one.type === 'lease:acquired');
    const clock = granted && { expiresAt: Date.parse(granted.data.expiresAt) };
    return { task: { ...taskSnapshot(state, clock), seq }, budget: budgetView(state, ms), ms };
  }

  #stateAfter(count: number): TaskState | null {
    let at = Math.min(Math.floor(count / KEPT_EVERY), this.#kept.length - 1);
    let state = this.#kept[at] ?? null;
    for (const [index, event] of this.#events.slice(at * KEPT_EVERY, count).entries()) {
      state = evolve(state, event);
      if ((index + 1) % KEPT_EVERY !== 0) continue;
      at += 1;
      this.#kept[at] = state;
    }
    return state;
  }
}
