import { ok, type Result } from '../contract/error.ts';
import type { ShelfList } from '../contract/shelf.ts';
import type { Done } from '../contract/task.ts';
import { ProjectDb } from '../db/database.ts';
import { listShelf, type Shelf } from '../db/shelves.ts';
import type { Archive, Restore, Trash, Unarchive } from '../domain/shelf-command.ts';
import { dispatch } from '../rpc/dispatch.ts';
import { projectObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { shownEnvironments } from './environment.ts';
import { targetProject, targetTask } from './target.ts';

const MESSAGES = {
  trash: 'Task moved to trash',
  restore: 'Task restored from trash',
  archive: 'Task archived',
  unarchive: 'Task unarchived',
} as const;

/** Puts a task out of sight, or brings it back. */
export async function shelve(
  ask: Ask,
  id: string,
  type: (Trash | Restore | Archive | Unarchive)['type'],
): Promise<Result<Done>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const done = await dispatch(target.value, { type, now, actor }, ask);
  return done.ok ? ok({ ok: true, message: MESSAGES[type] }) : done;
}

const SENTENCES: Readonly<Record<Shelf, { none: string; some: (total: number) => string }>> = {
  paused: {
    none: 'No paused tasks found.',
    some: (total) => `${total} paused task(s) found. Use POST /tasks/:id/resume to resume.`,
  },
  trashed: {
    none: 'No trashed tasks found',
    some: (total) => `${total} trashed task(s) found`,
  },
  archived: {
    none: 'No archived tasks found',
    some: (total) => `${total} archived task(s) found`,
  },
};

/** A page of the tasks on a shelf; the message counts all of them. */
export async function readShelf(
  ask: Ask,
  shelf: Shelf,
  query: { projectId?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<Result<ShelfList>> {
  const project = await targetProject(ask, query.projectId);
  if (!project.ok) return project;
  const { id: projectId } = project.value;
  const environments = shownEnvironments(ask);
  const filter = { projectId, shelf, environments };
  const before = readCursor(query.cursor, filter);
  if (!before.ok) return before;
  const { limit } = query;
  const page = { environments, before: before.value, limit: limit + 1 };
  const { rows, total } = await listShelf(new ProjectDb(ask.env, projectId), shelf, page);
  const tasks = rows.slice(0, limit);
  const last = tasks.at(-1);
  const { none, some } = SENTENCES[shelf];
  return ok({
    tasks,
    count: tasks.length,
    message: total === 0 ? none : some(total),
    ...(rows.length > limit && last ? { nextCursor: writeCursor(last.id, filter) } : {}),
  });
}

const NOTHING = 'No tasks were deleted (trash was already empty)';

/** Deletes for ever what lies in the trash of a project. */
export async function emptyTrash(
  ask: Ask,
  projectId: string | undefined,
): Promise<Result<{ ok: true; deletedCount: number; message: string }>> {
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  const deletedCount = await projectObject(ask.env, project.value.id).emptyTrash(ask.actor);
  const message =
    deletedCount === 0 ? NOTHING : `${deletedCount} task(s) permanently deleted from trash`;
  return ok({ ok: true, deletedCount, message });
}
