// WS /stream/:taskId: a task live. A browser cannot read a refused upgrade, so a socket is opened and
// closed with the reason.

import { createRoute } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import { openSocket } from '../actions/events.ts';
import { type Refusal, refuse } from '../contract/error.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { whoAsks } from '../middleware/identify.ts';
import { unwrap } from '../middleware/refusal.ts';
import { forbid } from '../middleware/require-scope.ts';
import { askOf } from './ask.ts';
import { refusesRead, TaskParams } from './parts.ts';
import { createRouter } from './router.ts';

const StreamParams = z.object({ taskId: TaskParams.shape.id });
const StreamQuery = z.object({
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'After must be a whole number')
    .optional()
    .meta({ type: 'integer', minimum: 0, description: 'The last `seq` seen.' }),
  until: z.enum(['end'], { error: 'Until must be: end' }).optional(),
});

/** The scope is looked at here and not by `requireScope`, whose refusal a browser could not read. */
const admit = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket') {
    unwrap(refuse('upgrade_required', 'This path speaks WebSocket only.'));
  }
  const who = await whoAsks(c);
  if (!who.ok) return closedSocket(4401, who.refusal);
  const refusal = forbid(who.value, 'tasks:read', { ownTask: true }, c.req.param('taskId'));
  if (refusal) return closedSocket(4403, refusal);
  c.set('actor', who.value);
  return next();
});

const open = createRoute({
  method: 'get',
  path: '/stream/{taskId}',
  operationId: 'events.stream',
  tags: ['events'],
  summary: 'Follow a task by WebSocket',
  description:
    'One JSON event a frame: `task:state` first, then the events after `after`, then live ones. ' +
    'Close codes: 4401 no credential, 4403 not allowed, 4404 no such task.',
  security: [{ bearer: ['tasks:read'] }],
  middleware: [admit],
  request: { params: StreamParams, query: StreamQuery },
  responses: {
    101: { description: 'The socket is open.' },
    ...refusesRead('upgrade_required'),
  },
});

export const stream = createRouter().openapi(open, async (c) =>
  unwrap(await openSocket(askOf(c), c.req.valid('param').taskId, c.req.raw)),
);

function closedSocket(code: number, refusal: Refusal): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, refusal.message);
  return new Response(null, { status: 101, webSocket: client });
}
