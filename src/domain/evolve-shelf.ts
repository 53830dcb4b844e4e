import type { TaskEvent } from '../contract/event.ts';
import { withChange } from './change.ts';
import { isEnded, type SubtaskState, type TaskState } from './task.ts';

export type ShelfEvent = Extract<
  TaskEvent,
  { type: `task:${'trashed' | 'restored' | 'archived' | 'unarchived'}` | 'trash:emptied' }
>;

/** A subtask that was stopped with the task is done again with it. */
function goOn({ halted, stop, ...subtask }: SubtaskState): SubtaskState {
  if (stop === true) return { ...subtask, stop, again: true };
  return halted === true ? { ...subtask, again: true } : subtask;
}

/** Folds what puts a task out of sight and brings it back. */
export function evolveShelf(state: TaskState, event: ShelfEvent): TaskState {
  switch (event.type) {
    case 'task:trashed': {
      const { trashedAt, restoresTo } = event.data;
      // Who would tell the subtasks to stop once the task is gone?
      const subtasks = state.subtasks.map((subtask) =>
        isEnded(subtask.status) ? subtask : { ...subtask, stop: true as const },
      );
      return withChange(state, { trashedAt, restoresTo, subtasks });
    }
    case 'task:restored': {
      const { status } = event.data;
      const change = { status, trashedAt: undefined, restoresTo: undefined };
      // What was trashed while it was open goes on where it stood, once somebody starts it.
      return status === 'pending'
        ? withChange(state, {
            ...change,
            error: undefined,
            parked: true,
            subtasks: state.subtasks.map(goOn),
          })
        : withChange(state, change);
    }
    case 'task:archived':
      return withChange(state, { archivedAt: event.data.archivedAt });
    case 'task:unarchived':
      return withChange(state, { archivedAt: undefined });
    case 'trash:emptied':
      return state;
    default:
      return event satisfies never;
  }
}
