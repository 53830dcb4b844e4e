import { ok, type Result, refuse } from '../../contract/error.ts';
import { SUBTASK_DEPTH_MAX, SUBTASKS_MAX } from '../../contract/subtask.ts';
import { advance, beginSubtasks } from '../advance.ts';
import type {
  Decompose,
  Decomposition,
  ExecuteSubtasks,
  NoteDependency,
  NoteSubtask,
} from '../command.ts';
import { Course } from '../course.ts';
import type { Decision } from '../draft.ts';
import { failedSubtasks, openSubtasks, pauseReasonFor } from '../family.ts';
import { blockedBy, isEnded, isWaiting, isWorking, type TaskState } from '../task.ts';

const UNCHANGED: Decision = { drafts: [] };

/** Whether the task can have these subtasks. */
export function mayDecompose(state: TaskState, decomposition: Decomposition): Result<null> {
  if (!isWaiting(state.status) && !isWorking(state.status)) {
    const { status } = state;
    return refuse('invalid_transition', `The task cannot be split (current status: ${status}).`);
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
  const { strategy, subtasks } = decomposition;
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
  if (executing || openSubtasks(state).length === 0) return ok(UNCHANGED);
  return ok(beginSubtasks(new Course(state, command.now)).decision);
}

export const dependencyOpen = (state: TaskState) =>
  refuse('dependency_open', `The task waits for ${blockedBy(state).join(', ')}.`, {
    blockedBy: blockedBy(state),
  });

/** What the end of the last open subtask makes of its parent. */
function settle(course: Course): Course {
  const { state } = course;
  if (isEnded(state.status) || openSubtasks(state).length > 0) return course;
  const failed = failedSubtasks(state).length;
  if (failed > 0) {
    const error = `${failed} subtask(s) failed`;
    return course.endLease('error').add({ type: 'task:failed', data: { status: 'failed', error } });
  }
  const waits = state.status === 'pending' || (state.executing && state.status === 'in-progress');
  return waits && !state.parked ? advance(course) : course;
}

function followPauses(course: Course, subtaskId: string): Course {
  const { state } = course;
  const subtask = state.subtasks.find(({ id }) => id === subtaskId);
  if (subtask?.status === 'paused' && state.executing && state.status === 'in-progress') {
    const reason = pauseReasonFor(subtaskId);
    const data = { status: 'paused', reason, pausedAt: course.nowIso } as const;
    return course.add({ type: 'task:paused', data });
  }
  const waitedForIt = state.status === 'paused' && state.pauseReason === pauseReasonFor(subtaskId);
  if (!waitedForIt || subtask?.status === 'paused') return course;
  const other = state.subtasks.find(({ status }) => status === 'paused');
  if (other !== undefined) {
    const reason = pauseReasonFor(other.id);
    const data = { status: 'paused', reason, pausedAt: course.nowIso } as const;
    return course.add({ type: 'task:paused', data });
  }
  course.add({ type: 'task:resumed', data: { status: 'in-progress' } });
  return openSubtasks(course.state).length > 0 ? beginSubtasks(course) : course;
}

const ENDS = {
  completed: 'subtask:completed',
  failed: 'subtask:failed',
  cancelled: 'subtask:cancelled',
} as const;
type End = keyof typeof ENDS;
const isEnd = (status: string): status is End => Object.hasOwn(ENDS, status);

/** A subtask says how it stands. Told twice, it changes nothing. */
export function decideNoteSubtask(state: TaskState, command: NoteSubtask): Result<Decision> {
  const { subtask, spent, attempt } = command;
  const known = state.subtasks.find(({ id }) => id === subtask.id);
  if (known === undefined || attempt < known.attempt) return ok(UNCHANGED);
  if (known.status === subtask.status && known.attempt === attempt) return ok(UNCHANGED);
  const { status, error } = subtask;
  const type = isEnd(status) ? ENDS[status] : 'subtask:changed';
  const data = { subtask, spent, attempt, ...(error === undefined ? {} : { error }) };
  const course = new Course(state, command.now).add({ type, data });
  if (state.trashedAt !== undefined) return ok(course.decision);
  return ok(settle(followPauses(course, subtask.id)).decision);
}

/** A task that this one waits for says how it stands. */
export function decideNoteDependency(state: TaskState, command: NoteDependency): Result<Decision> {
  const { dependency } = command;
  const known = state.dependencies.find(({ id }) => id === dependency.id);
  if (known === undefined || known.status === dependency.status) return ok(UNCHANGED);
  const rest = blockedBy(state).filter((id) => id !== dependency.id);
  const open = dependency.status === 'completed' ? rest : [...rest, dependency.id];
  const course = new Course(state, command.now).add({
    type: 'dependency:changed',
    data: { dependency, blockedBy: open },
  });
  const { status, parked, trashedAt } = state;
  const waits = status === 'pending' && !parked && trashedAt === undefined;
  const isSplit = state.unbegun && openSubtasks(state).length > 0;
  return ok((waits && open.length === 0 && !isSplit ? advance(course) : course).decision);
}
