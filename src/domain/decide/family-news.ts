// What a task hears of its subtasks and of those that it waits for.

import { ok, type Result } from '../../contract/error.ts';
import { advance, beginSubtasks, failForSubtasks } from '../advance.ts';
import { settleBudget } from '../budget/settle-budget.ts';
import type { NoteDependency, NoteSubtask } from '../command.ts';
import { Course } from '../course.ts';
import type { Decision } from '../draft.ts';
import { failedSubtasks, openSubtasks, pauseReasonFor } from '../family.ts';
import { blockedBy, isEnded, isWorking, type SubtaskState, type TaskState } from '../task.ts';

const UNCHANGED: Decision = { drafts: [] };

/** What the end of the last open subtask makes of its parent. */
export function settleFamily(course: Course): Course {
  const { state } = course;
  if (isEnded(state.status)) return course;
  if (openSubtasks(state).length > 0) {
    // One was opened again: the task cannot be claimed before it is done.
    return state.status === 'queued' ? beginSubtasks(course) : course;
  }
  const failed = failedSubtasks(state).length;
  if (failed > 0) return failForSubtasks(course, failed);
  const waits = state.status === 'pending' || (state.executing && isWorking(state.status));
  return waits && !state.parked ? advance(course) : course;
}

function followPauses(course: Course, subtaskId: string): Course {
  const { state } = course;
  const subtask = state.subtasks.find(({ id }) => id === subtaskId);
  if (subtask?.status === 'paused' && state.executing && isWorking(state.status)) {
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

/** It was so before, and is so at a later time: what was said in between is old from here on. Work once done stays so. */
const isLater = (known: SubtaskState, { seq = 0, subtask }: NoteSubtask): boolean =>
  seq > known.seq && subtask.status !== 'completed' && subtask.status !== 'failed';

/** A subtask says how it stands. Told twice, it changes nothing. */
export function decideNoteSubtask(state: TaskState, command: NoteSubtask): Result<Decision> {
  const { subtask, spent, attempt, seq, refused } = command;
  const known = state.subtasks.find(({ id }) => id === subtask.id);
  if (known === undefined || attempt < known.attempt) return ok(UNCHANGED);
  if (seq !== undefined && seq < known.seq) return ok(UNCHANGED);
  const isSame = known.status === subtask.status && known.attempt === attempt;
  const isAsked = known.again === true || known.stop === true;
  const isSettled = refused === true && isAsked;
  if (isSame && !isSettled && !isLater(known, command)) return ok(UNCHANGED);
  const { status, error } = subtask;
  const isOnlyLater = isSame && !isSettled;
  const type = isEnd(status) && !isOnlyLater ? ENDS[status] : 'subtask:changed';
  const data = {
    subtask,
    spent,
    attempt,
    ...(seq === undefined ? {} : { seq }),
    ...(error === undefined ? {} : { error }),
    ...(refused === undefined ? {} : { refused }),
  };
  const course = new Course(state, command.now).add({ type, data });
  if (state.trashedAt !== undefined || isOnlyLater) return ok(course.decision);
  return ok(settleBudget(settleFamily(followPauses(course, subtask.id))).decision);
}

/** A task that this one waits for says how it stands. */
export function decideNoteDependency(state: TaskState, command: NoteDependency): Result<Decision> {
  const { dependency } = command;
  const known = state.dependencies.find(({ id }) => id === dependency.id);
  if (known === undefined || known.status === dependency.status) return ok(UNCHANGED);
  // Its work is there, whatever is said of the task since.
  if (known.status === 'completed') return ok(UNCHANGED);
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
