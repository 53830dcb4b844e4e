import type { EventData, TaskEvent } from '../contract/event.ts';
import type { Gate } from '../contract/gate.ts';
import { withChange } from './change.ts';
import { complete, interrupt, unbegun } from './stage-state.ts';
import { isEnded, type SubtaskState, type TaskState } from './task.ts';

type EndEvent = Extract<TaskEvent, { type: 'task:completed' | 'task:failed' | 'task:cancelled' }>;

const REST: ReadonlySet<string> = new Set(['pending', 'failed', 'skipped']);

/** Folds the end of a task. */
export function evolveEnd(state: TaskState, at: string, event: EndEvent): TaskState {
  const change = {
    status: 'failed',
    epoch: state.epoch + 1,
    work: undefined,
    hold: undefined,
    pausedAt: undefined,
    pauseReason: undefined,
    resumeAfter: undefined,
    notBefore: undefined,
    executing: false,
  } as const;
  switch (event.type) {
    case 'task:completed':
      return withChange(state, {
        ...change,
        status: 'completed',
        completedAt: at,
        stages: state.stages.map((stage) => {
          if (stage.status === 'running') return complete(stage, at);
          return REST.has(stage.status) ? { ...stage, status: 'skipped' } : stage;
        }),
      });
    case 'task:failed':
      return withChange(state, {
        ...change,
        error: event.data.error,
        stages: interrupt(state.stages, 'failed'),
      });
    case 'task:cancelled':
      return withChange(state, {
        ...change,
        status: 'cancelled',
        error: event.data.error,
        stages: interrupt(state.stages, 'pending'),
        subtasks: state.subtasks.map((subtask) =>
          isEnded(subtask.status) ? subtask : { ...subtask, stop: true },
        ),
      });
    default:
      return event satisfies never;
  }
}

/** What an attempt left undecided, or unused, counts for nothing in the next one. */
const closed = (gate: Gate): Gate =>
  gate.status === 'pending' || gate.state === 'approved'
    ? { ...gate, status: 'not-required', state: 'cancelled', reason: 'cancelled' }
    : gate;

/** A subtask whose work is missing is done again with its parent. */
const tryAgain = (subtask: SubtaskState): SubtaskState =>
  subtask.status === 'failed' || subtask.status === 'cancelled' || subtask.stop === true
    ? { ...subtask, again: true }
    : subtask;

/** Folds the beginning of a further attempt. */
export function evolveRetry(state: TaskState, data: EventData<'task:retried'>): TaskState {
  const from = state.stages.findIndex((stage) => stage.name === data.from);
  const byHand = data.automatic
    ? { automaticRetries: state.automaticRetries + 1 }
    : {
        automaticRetries: 0,
        feedback: [],
        messages: undefined,
        gates: [...state.gates.map(closed), ...data.gates],
        merged: false,
        committed: false,
      };
  return withChange(state, {
    status: data.status,
    attempt: data.attempt,
    epoch: state.epoch + 1,
    stages: state.stages.map((stage, index) => {
      const again = from !== -1 && index >= from ? unbegun(stage) : stage;
      return data.automatic ? again : { ...again, failures: 0 };
    }),
    error: undefined,
    completedAt: undefined,
    work: undefined,
    hold: undefined,
    producers: {},
    parked: false,
    unbegun: false,
    executing: false,
    subtasks: data.automatic ? state.subtasks : state.subtasks.map(tryAgain),
    // A stage that runs again makes its changes again; those of a stage that is kept are still to be committed.
    uncommitted: state.stages[from]?.status === 'completed' ? undefined : state.uncommitted,
    // From the first stage on nothing is kept, so nothing has to be there.
    ...(from === 0 ? { lastCommit: undefined, committed: false, merged: false } : {}),
    ...byHand,
  });
}
