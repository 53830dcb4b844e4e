// GET /health: whether the server answers, which one it is, and whether it wants to know who asks.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { authModeOf } from '../actions/auth-mode.ts';
import { AuthMode } from '../contract/auth-mode.ts';
import { answer } from './parts.ts';
import { createRouter } from './router.ts';

const Health = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });

/** In a header: the body is promised as it is printed. */
const AUTH_MODE = 'Sluice-Auth-Mode';
const headers = z.object({
  [AUTH_MODE]: AuthMode.meta({ description: 'Whether every caller has to be known.' }),
});

const read = createRoute({
  method: 'get',
  path: '/health',
  operationId: 'health.get',
  tags: ['service'],
  summary: 'Tell that the server is there',
  responses: { 200: { ...answer('It is.', Health), headers } },
});

export const health = createRouter().openapi(read, (c) => {
  c.header(AUTH_MODE, authModeOf(c.env));
  return c.json({ status: 'ok' as const, version: packageJson.version }, 200);
});
