import { ok, type Result, refuse } from '../../contract/error.ts';
import { SUBTASK_DEPTH_MAX, SUBTASKS_MAX } from '../../contract/subtask.ts';
import { beginSubtasks } from '../advance.ts';
import type { Decompose, Decomposition, ExecuteSubtasks } from '../command.ts';
import { Course } from '../course.ts';
import type { Decision } from '../draft.ts';
import { openSubtasks } from '../family.ts';
import { blockedBy, isWaiting, isWorking, type TaskState } from '../task.ts';

const UNCHANGED: Decision = { drafts: [] };

/** Whether the task can have these subtasks. */
export function mayDecompose(state: TaskState, decomposition: Decomposition): Result<null> {
  if (!isWaiting(state.status) && !isWorking(state.status)) {
    const { status } = state;
    return refuse('invalid_transition', `The task cannot be split (current status: ${status}).`);
  }
  const isDone = state.stages.every(({ status }) => status === 'completed');
  if (isDone || state.work?.kind === 'commit' || state.work?.kind === 'merge') {
    return refuse('invalid_transition', 'The task is being merged: it cannot be split any more.');
  }
  if ((state.parent?.depth ?? 0) >= SUBTASK_DEPTH_MAX) {
    return refuse('too_many_subtasks', `Subtasks are at most ${SUBTASK_DEPTH_MAX} deep.`);
  }
  if (state.subtasks.length + decomposition.subtasks.length > SUBTASKS_MAX) {
    return refuse('too_many_subtasks', `A task has at most ${SUBTASKS_MAX} subtasks.`);
  }
  return ok(null);
}

/** All subtasks or none. A task that waited to be claimed waits for them now. */
export function decompose(course: Course, decomposition: Decomposition): Course {
  const { subtasks } = decomposition;
  // Those at work go on as they were begun.
  const isAtWork = openSubtasks(course.state).length > 0;
  const strategy = (isAtWork ? course.state.strategy : undefined) ?? decomposition.strategy;
  for (const { id, description, ...definition } of subtasks) {
    course.add({
      type: 'subtask:created',
      data: {
        subtask: { id, description, status: 'pending' },
        definition: { ...definition, dependsOn: [...definition.dependsOn] },
      },
    });
  }
  const { status } = course.state;
  return course.add({
    type: 'task:decomposed',
    data: {
      subtaskIds: subtasks.map(({ id }) => id),
      strategy,
      status: status === 'queued' ? 'pending' : status,
    },
  });
}

export function decideDecompose(state: TaskState, command: Decompose): Result<Decision> {
  const may = mayDecompose(state, command.decomposition);
  if (!may.ok) return may;
  return ok(decompose(new Course(state, command.now), command.decomposition).decision);
}

/** Begins the subtasks. A run that is in the middle of a stage begins them itself once the stage is done. */
export function decideExecute(state: TaskState, command: ExecuteSubtasks): Result<Decision> {
  if (state.subtasks.length === 0) {
    return refuse('no_subtasks', 'Task has no subtasks to execute');
  }
  const { status, lease, executing } = state;
  if (!isWaiting(status) && !isWorking(status)) {
    return refuse(
      'invalid_transition',
      `Subtasks cannot be executed now (current status: ${status}).`,
    );
  }
  if (lease !== undefined) {
    const { actor } = command;
    if (actor.kind === 'agent' || actor.id === lease.runnerId) return ok(UNCHANGED);
    return refuse('lease_held', `Runner ${lease.runnerName} holds this task.`);
  }
  if (blockedBy(state).length > 0) return dependencyOpen(state);
  if (executing) return ok(UNCHANGED);
  if (openSubtasks(state).length === 0) {
    return refuse('no_subtasks', 'Task has no subtasks to execute');
  }
  return ok(beginSubtasks(new Course(state, command.now)).decision);
}

export const dependencyOpen = (state: TaskState) =>
  refuse('dependency_open', `The task waits for ${blockedBy(state).join(', ')}.`, {
    blockedBy: blockedBy(state),
  });
