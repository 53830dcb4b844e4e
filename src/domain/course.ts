import type { Decision, Draft } from './draft.ts';
import { record } from './record.ts';
import type { TaskState } from './task.ts';

/**
 * A decision in the making: the drafts so far, and the state as they will leave it, so that each further rule looks at
 * what is then true.
 */
export class Course {
  readonly nowMs: number;
  #state: TaskState;
  readonly #drafts: Draft[] = [];

  constructor(state: TaskState, nowMs: number) {
    this.#state = state;
    this.nowMs = nowMs;
  }

  get state(): TaskState {
    return this.#state;
  }

  get nowIso(): string {
    return new Date(this.nowMs).toISOString();
  }

  add(draft: Draft): this {
    this.#state = record(this.#state, this.#state.id, [draft], this.nowMs).state;
    this.#drafts.push(draft);
    return this;
  }

  /** Ends a live lease: the epoch rises, and nothing more is taken from its runner. */
  endLease(reason: string): this {
    const { lease, epoch } = this.#state;
    if (lease === undefined) return this;
    const { leaseId, runnerId } = lease;
    return this.add({ type: 'lease:ended', data: { leaseId, runnerId, epoch: epoch + 1, reason } });
  }

  get decision(): Decision {
    return { drafts: this.#drafts };
  }
}
