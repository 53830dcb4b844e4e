import type { NoteSubtask } from '../../domain/command.ts';
import type { TaskState } from '../../domain/task.ts';
import { spentWithSubtasks, taskRow } from '../../domain/view.ts';
import { dispatch } from '../../rpc/dispatch.ts';
import { taskObject } from '../../rpc/stubs.ts';

export type Standing = Pick<NoteSubtask, 'subtask' | 'spent' | 'attempt' | 'seq'>;

/** Tells the parent of a subtask how it stands. A parent that is gone refuses, and that settles it too. */
export async function tellParent(env: Env, state: TaskState): Promise<void> {
  if (state.parent === undefined) return;
  const note = { type: 'note-subtask', now: Date.now(), ...standingOf(state) } as const;
  await dispatch(taskObject(env, state.parent.id), note);
}

/** How a subtask stands, as its parent hears it. */
export const standingOf = (state: TaskState): Standing => ({
  subtask: taskRow(state),
  spent: spentWithSubtasks(state),
  attempt: state.attempt,
  seq: state.seq,
});
