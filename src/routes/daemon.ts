// GET /daemon/health: how the runners are doing. Without any it is 503, as the original said it.

import { createRoute } from '@hono/zod-openapi';
import { readHealth } from '../actions/health.ts';
import { DaemonHealth, NoDaemon } from '../contract/health.ts';
import { ProjectQuery } from '../contract/page.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, reads, refusesRead } from './parts.ts';
import { createRouter } from './router.ts';

const HOW = 'No runner is connected. Start one in a repository: npx sluice run -- <agent command>';

const read = createRoute({
  method: 'get',
  path: '/daemon/health',
  operationId: 'runners.health',
  tags: ['runners'],
  summary: 'Tell how the runners are doing',
  ...reads('tasks:read'),
  request: { query: ProjectQuery },
  responses: {
    ...refusesRead('not_found'),
    200: answer('A runner is connected.', DaemonHealth),
    503: answer('None is.', NoDaemon),
  },
});

export const daemon = createRouter().openapi(read, async (c) => {
  const health = unwrap(await readHealth(askOf(c), c.req.valid('query').projectId));
  if (health !== null) return c.json(health, 200);
  const none = {
    error: 'Daemon not running',
    code: 'unavailable',
    status: 'unavailable',
    metrics: null,
    message: HOW,
    timestamp: new Date().toISOString(),
    requestId: c.get('requestId'),
  } as const;
  return c.json(none, 503);
});
