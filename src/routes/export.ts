// GET /tasks/:id/export: all that is proven of a task, to be checked without this server.

import { createRoute } from '@hono/zod-openapi';
import { exportTask } from '../actions/export.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { reads, refusesRead, TaskParams } from './parts.ts';
import { createRouter } from './router.ts';

/** Lines of JSON: no JSON itself, so its name must not be read as one. */
const LINES: Readonly<Record<string, { schema: { type: 'string' } }>> = {
  'application/x-ndjson': { schema: { type: 'string' } },
};

const read = createRoute({
  method: 'get',
  path: '/tasks/{id}/export',
  operationId: 'tasks.export',
  tags: ['tasks'],
  summary: 'Export the log of a task with its receipts',
  description:
    'A line a JSON object: the manifest, public keys, the blocks of the log, receipts, checkpoints, artifacts, and the end ' +
    'with a digest of all bytes before it. `sluice verify` checks it without a server. An answer without the line `end` was ' +
    'cut off: ask again.',
  ...reads('audit:read', { andScope: 'tasks:read' }),
  request: { params: TaskParams },
  responses: {
    200: {
      description: 'The bundle.',
      content: LINES,
    },
    ...refusesRead('not_found', 'role_too_low', 'environment_forbidden'),
  },
});

export const exports = createRouter().openapi(read, async (c) => {
  const { id } = c.req.valid('param');
  const stream = unwrap(await exportTask(askOf(c), id));
  return c.body(stream, 200, {
    'Content-Type': 'application/x-ndjson',
    'Content-Disposition': `attachment; filename="${id}.ndjson"`,
    'Cache-Control': 'no-store',
  });
});
