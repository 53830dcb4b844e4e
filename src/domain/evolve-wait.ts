import type { TaskEvent } from '../contract/event.ts';
import type { Gate } from '../contract/gate.ts';
import { withChange } from './change.ts';
import type { TaskState } from './task.ts';

export type WaitEvent = Extract<
  TaskEvent,
  { type: 'task:queued' | 'task:resumed' | 'task:paused' }
>;

const RUNNING = { pausedAt: undefined, pauseReason: undefined, resumeAfter: undefined } as const;

/** Who goes on asks for no more: the day has been renewed, or the limit was raised without being asked. */
const closedBudget = (gate: Gate): Gate =>
  gate.source === 'budget' && gate.status === 'pending'
    ? { ...gate, status: 'not-required', state: 'cancelled', reason: 'cancelled' }
    : gate;

/** Folds what stops a task and what lets it go on. */
export function evolveWait(state: TaskState, event: WaitEvent): TaskState {
  switch (event.type) {
    case 'task:queued': {
      const { status, notBefore } = event.data;
      const change = { status, notBefore, parked: false, unbegun: false, executing: false };
      return withChange(state, { ...RUNNING, ...change, queuedAt: event.timestamp });
    }
    case 'task:resumed':
      return withChange(state, {
        ...RUNNING,
        status: event.data.status,
        resumeAttempts: state.resumeAttempts + 1,
        parked: false,
        error: undefined,
        gates: state.gates.map(closedBudget),
      });
    case 'task:paused': {
      const { status, pausedAt, reason, resumeAfter } = event.data;
      const change = { status, pausedAt, pauseReason: reason, resumeAfter, notBefore: undefined };
      return withChange(state, change);
    }
    default:
      return event satisfies never;
  }
}
