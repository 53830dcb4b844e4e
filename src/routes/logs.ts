// GET /tasks/:id/logs: all that was logged of a task, in pages, of which the task itself shows the newest hundred.

import { createRoute } from '@hono/zod-openapi';
import { readLogs } from '../actions/logs.ts';
import { LogPage, LogsQuery } from '../contract/logs.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, reads, refusesRead, TaskParams } from './parts.ts';
import { createRouter } from './router.ts';

const list = createRoute({
  method: 'get',
  path: '/tasks/{id}/logs',
  operationId: 'tasks.logs',
  tags: ['tasks'],
  summary: 'Read the logs of a task',
  description:
    'A page looks only so far, so with a filter it may hold few logs or none although more follow: ' +
    'read on with `after` = `next` until `next` is null. Logs that were pruned are left out.',
  ...reads('tasks:read', { ownTask: true }),
  request: { params: TaskParams, query: LogsQuery },
  responses: { 200: answer('A page.', LogPage), ...refusesRead('not_found') },
});

export const logs = createRouter().openapi(list, async (c) => {
  const { after, ...wanted } = c.req.valid('query');
  const { id } = c.req.valid('param');
  return c.json(
    unwrap(await readLogs(askOf(c), id, { ...wanted, after: Number(after ?? 0) })),
    200,
  );
});
