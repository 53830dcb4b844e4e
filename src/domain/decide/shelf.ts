import { ok, type Result, refuse } from '../../contract/error.ts';
import type { Command } from '../command.ts';
import { Course } from '../course.ts';
import type { Decision } from '../draft.ts';
import type {
  Archive,
  EmptyTrash,
  Restore,
  ShelfCommand,
  Trash,
  Unarchive,
} from '../shelf-command.ts';
import { isEnded, type TaskState } from '../task.ts';

/** What a task hears and what time does to it, wherever it lies. */
const ALWAYS: ReadonlySet<Command['type']> = new Set([
  // Whoever held it hears that the lease has ended, which it has.
  'release',
  'finish-work',
  'ingest',
  'report-progress',
  'add-artifact',
  'request-gate',
  'consume-gate',
  'note-dependency',
  'note-subtask',
  'expire-lease',
  'tick',
  'note-slice',
]);
const IN_TRASH: ReadonlySet<Command['type']> = new Set(['trash', 'restore', 'empty-trash']);
const IN_ARCHIVE: ReadonlySet<Command['type']> = new Set(['trash', 'archive', 'unarchive']);

/** A task in the trash takes nothing but its restoration, one in the archive nothing but leaving it. */
export function fenceShelf(state: TaskState, command: Command): Result<null> {
  if (ALWAYS.has(command.type)) return ok(null);
  if (state.trashedAt !== undefined) {
    return IN_TRASH.has(command.type)
      ? ok(null)
      : refuse('task_trashed', 'The task is in the trash. Restore it first.');
  }
  if (state.archivedAt === undefined || IN_ARCHIVE.has(command.type)) return ok(null);
  if (command.type === 'restore' || command.type === 'empty-trash') return ok(null);
  return refuse('task_archived', 'The task is archived. Unarchive it first.');
}

/** An open task is cancelled first; what it was says what it will be when it is restored. */
function decideTrash(state: TaskState, command: Trash): Result<Decision> {
  if (state.trashedAt !== undefined) return refuse('task_trashed', 'Task is already in trash');
  const course = new Course(state, command.now);
  const isOpen = !isEnded(state.status);
  if (isOpen) {
    course.endLease('done').add({
      type: 'task:cancelled',
      data: { status: 'cancelled', error: 'Task was cancelled by user', reason: 'trashed' },
    });
  }
  const { status } = course.state;
  const restoresTo = isOpen ? 'pending' : status;
  course.add({
    type: 'task:trashed',
    data: { trashedAt: course.nowIso, status, restoresTo },
  });
  return ok(course.decision);
}

function decideRestore(state: TaskState, command: Restore): Result<Decision> {
  if (state.trashedAt === undefined) return refuse('not_trashed', 'Task is not in trash');
  const course = new Course(state, command.now).add({
    type: 'task:restored',
    data: { status: state.restoresTo ?? 'pending' },
  });
  return ok(course.decision);
}

function decideArchive(state: TaskState, command: Archive): Result<Decision> {
  if (state.archivedAt !== undefined) return refuse('task_archived', 'Task is already archived');
  if (state.status !== 'completed') {
    return refuse(
      'invalid_transition',
      `Cannot archive task ${state.id}: only completed tasks can be archived (current status: ${state.status})`,
    );
  }
  const course = new Course(state, command.now);
  const { nowIso } = course;
  course.add({ type: 'task:archived', data: { archivedAt: nowIso, status: 'completed' } });
  return ok(course.decision);
}

function decideUnarchive(state: TaskState, command: Unarchive): Result<Decision> {
  if (state.archivedAt === undefined) return refuse('not_archived', 'Task is not archived');
  const { status } = state;
  const course = new Course(state, command.now).add({ type: 'task:unarchived', data: { status } });
  return ok(course.decision);
}

/** The last event of a task: who follows it hears that it is gone. */
function decideEmptyTrash(state: TaskState, command: EmptyTrash): Result<Decision> {
  if (state.trashedAt === undefined) return refuse('not_trashed', 'Task is not in trash');
  const { deletedCount, deletedTaskIds } = command;
  const data = { deletedCount, deletedTaskIds: [...deletedTaskIds] };
  return ok({ drafts: [{ type: 'trash:emptied', data }] });
}

/** Puts a task out of sight, brings it back, or lets it say goodbye. */
export function decideShelf(state: TaskState, command: ShelfCommand): Result<Decision> {
  switch (command.type) {
    case 'trash':
      return decideTrash(state, command);
    case 'restore':
      return decideRestore(state, command);
    case 'archive':
      return decideArchive(state, command);
    case 'unarchive':
      return decideUnarchive(state, command);
    case 'empty-trash':
      return decideEmptyTrash(state, command);
    default:
      return command satisfies never;
  }
}
