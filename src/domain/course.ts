import type { EventData } from '../contract/event.ts';
import type { Decision, Draft } from './draft.ts';
import { record } from './record.ts';
import type { TaskState } from './task.ts';

/** Who has ended a lease that was not theirs, and why. */
type Said = Partial<Pick<EventData<'lease:ended'>, 'by' | 'byId' | 'comment'>>;

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
  endLease(reason: string, said: Said = {}): this {
    const { lease, epoch } = this.#state;
    if (lease === undefined) return this;
    const { leaseId, runnerId } = lease;
    const data = { leaseId, runnerId, epoch: epoch + 1, reason, ...said };
    return this.add({ type: 'lease:ended', data });
  }

  get decision(): Decision {
    return { drafts: this.#drafts };
  }
}
