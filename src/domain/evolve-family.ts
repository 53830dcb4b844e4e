import type { EventData, TaskEvent } from '../contract/event.ts';
import { withChange } from './change.ts';
import { NOTHING_SPENT } from './money.ts';
import type { SubtaskState, TaskState } from './task.ts';

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
  const made = { ...subtask, dependsOn: definition.dependsOn, spent: NOTHING_SPENT };
  return withChange(state, { subtasks: [...state.subtasks, made] });
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
      return withChange(state, { status: event.data.status, strategy: event.data.strategy });
    case 'subtask:completed':
    case 'subtask:failed':
    case 'subtask:cancelled':
    case 'subtask:changed': {
      const { subtask, spent } = event.data;
      const { status } = subtask;
      return withSubtask(state, subtask.id, ({ again: _, ...known }) => ({
        ...known,
        status,
        spent,
      }));
    }
    case 'dependency:changed':
      return dependencyChanged(state, event.data);
    default:
      return event satisfies never;
  }
}
