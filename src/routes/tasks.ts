// /tasks: create, list and read tasks.

import { createRoute } from '@hono/zod-openapi';
import { createTask, getTaskText, listTasks } from '../actions/tasks.ts';
import { ListTasksQuery, ProjectQuery, TaskList } from '../contract/page.ts';
import { Task } from '../contract/task.ts';
import { CreatedTask, CreateTaskBody } from '../contract/task-request.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { jsonText } from './json-text.ts';
import { answer, body, reads, refusesRead, refusesWrite, TaskParams, writes } from './parts.ts';
import { createRouter } from './router.ts';

const create = createRoute({
  method: 'post',
  path: '/tasks',
  operationId: 'tasks.create',
  tags: ['tasks'],
  summary: 'Create a task and start it',
  ...writes('tasks:write', TASK_BODY_BYTES),
  request: { query: ProjectQuery, body: body(CreateTaskBody) },
  responses: {
    201: {
      ...answer('The task is made and queued.', CreatedTask),
      headers: { Location: { schema: { type: 'string' as const }, description: 'The task.' } },
    },
    ...refusesWrite('not_found', 'unknown_workflow', 'unknown_dependency'),
  },
});

const list = createRoute({
  method: 'get',
  path: '/tasks',
  operationId: 'tasks.list',
  tags: ['tasks'],
  summary: 'List tasks, newest first',
  description:
    'What a task has cost and when it was last heard of may be ten seconds behind the task itself.',
  ...reads('tasks:read'),
  request: { query: ListTasksQuery },
  responses: { 200: answer('A page.', TaskList), ...refusesRead('not_found', 'invalid_cursor') },
});

const get = createRoute({
  method: 'get',
  path: '/tasks/{id}',
  operationId: 'tasks.get',
  tags: ['tasks'],
  summary: 'Get a task',
  ...reads('tasks:read', { ownTask: true }),
  request: { params: TaskParams },
  responses: { 200: answer('The task.', Task), ...refusesRead('not_found') },
});

export const tasks = createRouter();

tasks.openapi(create, async (c) => {
  const wanted = { ...c.req.valid('query'), ...c.req.valid('json') };
  const { taskId } = unwrap(await createTask(askOf(c), wanted));
  c.header('Location', `/tasks/${taskId}`);
  const message = 'Task created and execution started';
  return c.json({ taskId, status: 'pending' as const, message }, 201);
});

tasks.openapi(list, async (c) =>
  jsonText(c, unwrap(await listTasks(askOf(c), c.req.valid('query')))),
);

tasks.openapi(get, async (c) =>
  jsonText(c, unwrap(await getTaskText(askOf(c), c.req.valid('param').id))),
);
