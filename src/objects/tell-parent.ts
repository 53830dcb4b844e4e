import type { TaskState } from '../domain/task.ts';
import { spentWithSubtasks, taskRow } from '../domain/view.ts';
import { taskObject } from '../rpc/stubs.ts';

/** Tells the parent of a subtask how it stands. A parent that is gone refuses, and that settles it too. */
export async function tellParent(env: Env, state: TaskState): Promise<void> {
  if (state.parent === undefined) return;
  await taskObject(env, state.parent.id).dispatch({
    type: 'note-subtask',
    now: Date.now(),
    subtask: taskRow(state),
    spent: spentWithSubtasks(state),
    attempt: state.attempt,
  });
}
