import type { EventData, TaskEvent } from '../contract/event.ts';
import { withChange } from './change.ts';
import { NOTHING_SPENT } from './money.ts';
import { isEnded, type SubtaskState, type TaskState } from './task.ts';

export type FamilyEvent = Extract<
  TaskEvent,
  { type: `subtask:${string}` | 'task:decomposed' | 'dependency:changed' }
>;

function withSubtask(
  state: TaskState,
  id: string,
  change: (subtask: SubtaskState) => SubtaskState,
): TaskState {
  const subtasks = state.subtasks.map((known) => (known.id === id ? change(known) : known));
  return withChange(state, { subtasks });
}

function created(state: TaskState, data: EventData<'subtask:created'>): TaskState {
  const { subtask, definition } = data;
  const { dependsOn } = definition;
  // The first of its own log, its creation, says no more than this does.
  const made = { ...subtask, dependsOn, attempt: 1, seq: 1, spent: NOTHING_SPENT };
  return withChange(state, { subtasks: [...state.subtasks, made] });
}

/** What was asked of a subtask is settled once it has ended, or has been tried again. */
function told(known: SubtaskState, data: EventData<'subtask:changed'>): SubtaskState {
  const { id, description, dependsOn } = known;
  const { status } = data.subtask;
  const attempt = data.attempt ?? known.attempt;
  const seq = data.seq ?? known.seq;
  const next = { id, description, dependsOn, status, attempt, seq, spent: data.spent };
  const isSame = status === known.status && attempt === known.attempt;
  if (isSame && data.refused !== true) return { ...known, seq, spent: data.spent };
  if (data.refused === true) {
    // What it would not do is asked no more; what else is to be asked of it still is.
    return known.stop === true && known.again === true ? { ...next, again: true } : next;
  }
  const isMissing = status === 'failed' || status === 'cancelled';
  const again = known.again === true && isMissing && attempt === known.attempt;
  const stop = known.stop === true && !isEnded(status);
  const halted = known.stop === true && status === 'cancelled';
  return {
    ...next,
    ...(again ? { again: true } : {}),
    ...(stop ? { stop: true } : {}),
    ...(halted ? { halted: true } : {}),
  };
}

function dependencyChanged(state: TaskState, data: EventData<'dependency:changed'>): TaskState {
  const { dependency } = data;
  const dependencies = state.dependencies.map((known) =>
    known.id === dependency.id ? dependency : known,
  );
  return withChange(state, { dependencies });
}

/** Folds what a task hears of its subtasks and of the tasks that it depends on. */
export function evolveFamily(state: TaskState, event: FamilyEvent): TaskState {
  switch (event.type) {
    case 'subtask:created':
      return created(state, event.data);
    case 'task:decomposed':
      return withChange(state, {
        status: event.data.status,
        strategy: event.data.strategy,
        unbegun: event.data.status === 'pending',
      });
    case 'subtask:completed':
    case 'subtask:failed':
    case 'subtask:cancelled':
    case 'subtask:changed': {
      const { subtask } = event.data;
      return withSubtask(state, subtask.id, (known) => told(known, event.data));
    }
    case 'dependency:changed':
      return dependencyChanged(state, event.data);
    default:
      return event satisfies never;
  }
}
