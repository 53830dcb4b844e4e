// /tasks/:id/decompose, /subtasks, /parent and /is-subtask: a task and those that it was split into.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  countSubtasks,
  decomposeTask,
  executeSubtasks,
  getParent,
  isSubtask,
  listSubtasks,
} from '../actions/subtasks.ts';
import {
  DecomposeBody,
  Decomposed,
  IsSubtask,
  SubtaskCounts,
  SubtaskList,
} from '../contract/subtask.ts';
import { Task } from '../contract/task.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import {
  answer,
  body,
  optionalBody,
  reads,
  refusesRead,
  refusesWrite,
  TaskParams,
  writes,
} from './parts.ts';
import { createRouter } from './router.ts';

const byWorker = writes('tasks:write', TASK_BODY_BYTES, { ownTask: true });
const Started = z.object({
  ok: z.literal(true),
  message: z.string(),
  parentTaskId: z.string(),
});

const decompose = createRoute({
  method: 'post',
  path: '/tasks/{id}/decompose',
  operationId: 'subtasks.create',
  tags: ['subtasks'],
  summary: 'Split a task into subtasks',
  ...byWorker,
  request: { params: TaskParams, body: body(DecomposeBody) },
  responses: {
    200: answer('All of them are made.', Decomposed),
    ...refusesWrite(
      'not_found',
      'unknown_workflow',
      'unknown_dependency',
      'dependency_cycle',
      'invalid_transition',
      'too_many_subtasks',
      'stale_epoch',
    ),
  },
});

const list = createRoute({
  method: 'get',
  path: '/tasks/{id}/subtasks',
  operationId: 'subtasks.list',
  tags: ['subtasks'],
  summary: 'List the subtasks of a task',
  ...reads('tasks:read', { ownTask: true }),
  request: { params: TaskParams },
  responses: { 200: answer('The subtasks.', SubtaskList), ...refusesRead('not_found') },
});

const count = createRoute({
  method: 'get',
  path: '/tasks/{id}/subtasks/status',
  operationId: 'subtasks.count',
  tags: ['subtasks'],
  summary: 'Count the subtasks of a task by status',
  ...reads('tasks:read', { ownTask: true }),
  request: { params: TaskParams },
  responses: { 200: answer('The counts.', SubtaskCounts), ...refusesRead('not_found') },
});

const execute = createRoute({
  method: 'post',
  path: '/tasks/{id}/subtasks/execute',
  operationId: 'subtasks.execute',
  tags: ['subtasks'],
  summary: 'Begin the subtasks of a task',
  ...byWorker,
  request: { params: TaskParams, body: optionalBody(z.object({})) },
  responses: {
    200: answer('They are begun.', Started),
    ...refusesWrite(
      'not_found',
      'no_subtasks',
      'invalid_transition',
      'lease_held',
      'dependency_open',
      'stale_epoch',
    ),
  },
});

const parent = createRoute({
  method: 'get',
  path: '/tasks/{id}/parent',
  operationId: 'subtasks.getParent',
  tags: ['subtasks'],
  summary: 'Get the task that a subtask belongs to',
  ...reads('tasks:read'),
  request: { params: TaskParams },
  responses: { 200: answer('The parent.', Task), ...refusesRead('not_found') },
});

const is = createRoute({
  method: 'get',
  path: '/tasks/{id}/is-subtask',
  operationId: 'subtasks.isSubtask',
  tags: ['subtasks'],
  summary: 'Tell whether a task is a subtask',
  ...reads('tasks:read', { ownTask: true }),
  request: { params: TaskParams },
  responses: {
    200: answer('Whether it is, and of which.', IsSubtask),
    ...refusesRead('not_found'),
  },
});

export const subtasks = createRouter()
  .openapi(decompose, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await decomposeTask(askOf(c), id, c.req.valid('json'))), 200);
  })
  .openapi(list, async (c) =>
    c.json(unwrap(await listSubtasks(askOf(c), c.req.valid('param').id)), 200),
  )
  .openapi(count, async (c) =>
    c.json(unwrap(await countSubtasks(askOf(c), c.req.valid('param').id)), 200),
  )
  .openapi(execute, async (c) =>
    c.json(unwrap(await executeSubtasks(askOf(c), c.req.valid('param').id)), 200),
  )
  .openapi(parent, async (c) =>
    c.json(unwrap(await getParent(askOf(c), c.req.valid('param').id)), 200),
  )
  .openapi(is, async (c) =>
    c.json(unwrap(await isSubtask(askOf(c), c.req.valid('param').id)), 200),
  );
