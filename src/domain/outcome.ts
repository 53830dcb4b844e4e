import type { Task } from '../contract/task.ts';
import type { TaskState } from './task.ts';

/** What a command came to. */
export interface Outcome {
  readonly seq: number;
  readonly status: Task['status'];
  readonly epoch: number;
  /** The task waits for its subtasks. */
  readonly executing: boolean;
  /** The gate that holds what was asked. */
  readonly heldAt?: string;
}

/** What is to be known of a task after a command that it has taken. */
export function outcomeOf(state: TaskState | null): Outcome {
  if (state === null) throw new Error('A command was taken by a task that does not exist.');
  const gate = state.gates.find(({ id }) => id === state.hold?.gateId);
  const { seq, status, epoch, executing } = state;
  const outcome = { seq, status, epoch, executing };
  return gate === undefined ? outcome : { ...outcome, heldAt: gate.name };
}
