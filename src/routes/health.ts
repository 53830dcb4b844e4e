// GET /health: whether the server answers, and which one it is.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { answer } from './parts.ts';
import { createRouter } from './router.ts';

const Health = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });

const read = createRoute({
  method: 'get',
  path: '/health',
  operationId: 'health.get',
  tags: ['service'],
  summary: 'Tell that the server is there',
  responses: { 200: answer('It is.', Health) },
});

export const health = createRouter().openapi(read, (c) =>
  c.json({ status: 'ok' as const, version: packageJson.version }, 200),
);
