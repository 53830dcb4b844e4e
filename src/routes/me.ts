// GET /v1/me: who asks, whatever they ask with.

import { createRoute } from '@hono/zod-openapi';
import { readMe } from '../actions/me.ts';
import { Me } from '../contract/me.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer } from './parts.ts';
import { refusals } from './refusals.ts';
import { createRouter } from './router.ts';

const get = createRoute({
  method: 'get',
  path: '/v1/me',
  operationId: 'me.get',
  tags: ['access'],
  summary: 'Show who you are, and what your credential is for',
  security: [{ bearer: [] }],
  responses: {
    200: answer('The caller.', Me),
    ...refusals(
      'unauthorized',
      'invalid_token',
      'unavailable',
      'unknown_environment',
      'environment_forbidden',
    ),
  },
});

export const me = createRouter().openapi(get, async (c) =>
  c.json(unwrap(await readMe(askOf(c))), 200),
);
