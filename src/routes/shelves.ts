// Out of sight and back: trash, restore, archive, unarchive, and the lists of what is paused, trashed or archived.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { emptyTrash, readShelf, shelve } from '../actions/shelves.ts';
import { ProjectBody, ProjectQuery } from '../contract/page.ts';
import { Emptied, ShelfList, ShelfQuery } from '../contract/shelf.ts';
import { Done } from '../contract/task.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import {
  answer,
  optionalBody,
  reads,
  refusesRead,
  refusesWrite,
  TaskParams,
  writes,
} from './parts.ts';
import { createRouter } from './router.ts';

const NoFields = z.object({});

function move<const V extends string>(verb: V, summary: string) {
  return createRoute({
    method: 'post',
    path: `/tasks/{id}/${verb}` as const,
    operationId: `tasks.${verb}`,
    tags: ['tasks'],
    summary,
    ...writes('tasks:write', TASK_BODY_BYTES),
    request: { params: TaskParams, body: optionalBody(NoFields) },
    responses: {
      200: answer('Done.', Done),
      ...refusesWrite(
        'not_found',
        'invalid_transition',
        'task_trashed',
        'not_trashed',
        'task_archived',
        'not_archived',
      ),
    },
  });
}

function shelf<const S extends string>(name: S, summary: string) {
  return createRoute({
    method: 'get',
    path: `/tasks/${name}` as const,
    operationId: `tasks.list${name[0]?.toUpperCase()}${name.slice(1)}`,
    tags: ['tasks'],
    summary,
    ...reads('tasks:read'),
    request: { query: ShelfQuery },
    responses: {
      200: answer('A page, newest first.', ShelfList),
      ...refusesRead('not_found', 'invalid_cursor'),
    },
  });
}

const trash = move('trash', 'Move a task to the trash');
const restore = move('restore', 'Bring a task back from the trash');
const archive = move('archive', 'Archive a completed task');
const unarchive = move('unarchive', 'Bring a task back from the archive');
const paused = shelf('paused', 'List the paused tasks');
const trashed = shelf('trashed', 'List the tasks in the trash');
const archived = shelf('archived', 'List the archived tasks');

const empty = createRoute({
  method: 'delete',
  path: '/tasks/trash',
  operationId: 'tasks.emptyTrash',
  tags: ['tasks'],
  summary: 'Delete for ever what lies in the trash',
  ...writes('tasks:write', TASK_BODY_BYTES),
  request: { query: ProjectQuery, body: optionalBody(ProjectBody) },
  responses: { 200: answer('How many tasks are gone.', Emptied), ...refusesWrite('not_found') },
});

export const shelves = createRouter()
  .openapi(paused, async (c) =>
    c.json(unwrap(await readShelf(askOf(c), 'paused', c.req.valid('query'))), 200),
  )
  .openapi(trashed, async (c) =>
    c.json(unwrap(await readShelf(askOf(c), 'trashed', c.req.valid('query'))), 200),
  )
  .openapi(archived, async (c) =>
    c.json(unwrap(await readShelf(askOf(c), 'archived', c.req.valid('query'))), 200),
  )
  .openapi(empty, async (c) => {
    const { projectId = c.req.valid('query').projectId } = c.req.valid('json');
    return c.json(unwrap(await emptyTrash(askOf(c), projectId)), 200);
  })
  .openapi(trash, async (c) =>
    c.json(unwrap(await shelve(askOf(c), c.req.valid('param').id, 'trash')), 200),
  )
  .openapi(restore, async (c) =>
    c.json(unwrap(await shelve(askOf(c), c.req.valid('param').id, 'restore')), 200),
  )
  .openapi(archive, async (c) =>
    c.json(unwrap(await shelve(askOf(c), c.req.valid('param').id, 'archive')), 200),
  )
  .openapi(unarchive, async (c) =>
    c.json(unwrap(await shelve(askOf(c), c.req.valid('param').id, 'unarchive')), 200),
  );
