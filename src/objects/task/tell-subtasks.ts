import type { TaskEvent } from '../../contract/event.ts';
import type { Actor } from '../../contract/principal.ts';
import type { TaskRow } from '../../contract/task.ts';
import { withinParent } from '../../domain/budget/subtask-limits.ts';
import type { CreateTask } from '../../domain/command.ts';
import { type SubtaskOrder, subtaskOrders, withoutMergeGates } from '../../domain/family.ts';
import { NOTHING_SPENT, usageView } from '../../domain/money.ts';
import { type TaskState, workBranch } from '../../domain/task.ts';
import { dispatch } from '../../rpc/dispatch.ts';
import { taskObject } from '../../rpc/stubs.ts';
import type { Told } from './relay.ts';

type Created = Extract<TaskEvent, { type: 'subtask:created' }>;

/** The task itself, asking its subtasks on behalf of whoever made it. */
const actorOf = ({ createdBy, projectId }: TaskState): Actor => ({
  id: createdBy,
  name: 'parent task',
  kind: 'service',
  scopes: ['tasks:write'],
  projects: { [projectId]: 'project-admin' },
  defaultProjectId: projectId,
  open: false,
});

/** All that a subtask is made of stands in its parent's log, so making it twice makes the same. */
function createCommand(state: TaskState, event: Created): CreateTask {
  const { subtask, definition } = event.data;
  const index = state.subtasks.findIndex(({ id }) => id === subtask.id) + 1;
  const { dependsOn, plan, ...fields } = definition;
  return {
    type: 'create',
    now: Date.parse(event.timestamp),
    actor: actorOf(state),
    taskId: subtask.id,
    projectId: state.projectId,
    environment: state.environment,
    description: subtask.description,
    autonomy: state.autonomy,
    maxRetries: state.maxRetries,
    requires: state.requires,
    concurrency: state.concurrency,
    prompts: state.prompts,
    ...fields,
    plan: withinParent(state, withoutMergeGates(plan ?? state.plan)),
    // How they stand is told by the project; a wrong belief is put right by it.
    dependencies: dependsOn.map((id) => ({ id, status: 'pending' })),
    parent: {
      id: state.id,
      index,
      depth: (state.parent?.depth ?? 0) + 1,
      branch: workBranch(state),
      branchName: state.branchName,
    },
  };
}

const commandOf = ({ order, attempt }: SubtaskOrder) => {
  if (order === 'start') return { type: 'resume', ifPending: true } as const;
  return order === 'retry'
    ? ({ type: 'retry', ifAttempt: attempt } as const)
    : ({ type: 'cancel' } as const);
};

/** A subtask that was deleted, as its parent knew it. */
function goneRow(state: TaskState, id: string): TaskRow {
  const known = state.subtasks.find((subtask) => subtask.id === id);
  const { projectId, workflow, autonomy, priority, effort, createdAt, updatedAt } = state;
  const rest = { projectId, workflow, autonomy, priority, effort, createdAt, updatedAt };
  const usage = usageView(known?.spent ?? NOTHING_SPENT);
  return { id, description: known?.description ?? '', status: 'cancelled', usage, ...rest };
}

/** One that refuses lies in the trash, is gone, or has moved on by itself: the parent hears how it stands, and asks no more. */
async function carryOut(env: Env, state: TaskState, order: SubtaskOrder): Promise<void> {
  const { id } = order;
  const now = Date.now();
  const asked = { now, actor: actorOf(state) };
  const done = await dispatch(taskObject(env, id), { ...commandOf(order), ...asked });
  if (done.ok) return;
  const known = state.subtasks.find((subtask) => subtask.id === id);
  const standing = (await taskObject(env, id).standing()) ?? {
    subtask: goneRow(state, id),
    spent: known?.spent ?? NOTHING_SPENT,
    attempt: known?.attempt ?? 1,
  };
  await dispatch(taskObject(env, state.id), {
    type: 'note-subtask',
    now,
    refused: true,
    ...standing,
  });
}

/** Makes the subtasks that do not exist yet, and asks of them what their parent's state asks. */
export async function tellSubtasks(env: Env, { state, events }: Told): Promise<void> {
  const created = events().filter((event) => event.type === 'subtask:created');
  await Promise.all(
    created.map((event) =>
      dispatch(taskObject(env, event.data.subtask.id), createCommand(state, event)),
    ),
  );
  await Promise.all(subtaskOrders(state).map((order) => carryOut(env, state, order)));
}
