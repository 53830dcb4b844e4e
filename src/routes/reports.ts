// /tasks/:id/status and /log: what the one at work reports.

import { createRoute } from '@hono/zod-openapi';
import { addLog, reportStatus } from '../actions/reports.ts';
import { getTask } from '../actions/tasks.ts';
import { Ok, Task } from '../contract/task.ts';
import { LogBody, StatusAnswer, StatusBody } from '../contract/task-request.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, refusesWrite, TaskParams, writes } from './parts.ts';
import { createRouter } from './router.ts';

const byWorker = writes('tasks:write', TASK_BODY_BYTES, { ownTask: true });
const statusRefusals = refusesWrite(
  'not_found',
  'invalid_transition',
  'lease_held',
  'stale_epoch',
  'dependency_open',
);

const report = createRoute({
  method: 'post',
  path: '/tasks/{id}/status',
  operationId: 'tasks.reportStatus',
  tags: ['tasks'],
  summary: 'Report the status of a task',
  ...byWorker,
  request: { params: TaskParams, body: body(StatusBody) },
  responses: {
    200: answer('Taken, or held at the gate that it names.', StatusAnswer),
    ...statusRefusals,
  },
});

const change = createRoute({
  method: 'patch',
  path: '/tasks/{id}/status',
  operationId: 'tasks.changeStatus',
  tags: ['tasks'],
  summary: 'Report the status of a task and get the task',
  ...byWorker,
  request: { params: TaskParams, body: body(StatusBody) },
  responses: { 200: answer('The changed task.', Task), ...statusRefusals },
});

const log = createRoute({
  method: 'post',
  path: '/tasks/{id}/log',
  operationId: 'tasks.log',
  tags: ['tasks'],
  summary: 'Add a log entry',
  ...byWorker,
  request: { params: TaskParams, body: body(LogBody) },
  responses: { 200: answer('Stored.', Ok), ...refusesWrite('not_found', 'stale_epoch') },
});

export const reports = createRouter()
  .openapi(report, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await reportStatus(askOf(c), id, c.req.valid('json'))), 200);
  })
  .openapi(change, async (c) => {
    const { id } = c.req.valid('param');
    unwrap(await reportStatus(askOf(c), id, c.req.valid('json')));
    return c.json(unwrap(await getTask(askOf(c), id)), 200);
  })
  .openapi(log, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await addLog(askOf(c), id, c.req.valid('json'))), 200);
  });
