// GET /.well-known/jwks.json: the public keys of our tokens.

import { createRoute } from '@hono/zod-openapi';
import { readJwks } from '../actions/jwks.ts';
import { Jwks } from '../contract/jwks.ts';
import { JWKS_MAX_AGE_S } from '../contract/token-timing.ts';
import { unwrap } from '../middleware/refusal.ts';
import { answer } from './parts.ts';
import { refusals } from './refusals.ts';
import { createRouter } from './router.ts';

const read = createRoute({
  method: 'get',
  path: '/.well-known/jwks.json',
  operationId: 'jwks.get',
  tags: ['auth'],
  summary: 'Read the public keys of our tokens (RFC 7517)',
  responses: {
    200: answer('The keys that sign, will sign, or have signed what is still valid.', Jwks),
    ...refusals('unavailable'),
  },
});

export const jwks = createRouter().openapi(read, async (c) => {
  const keys = unwrap(await readJwks(c.env, Date.now()));
  c.header('Cache-Control', `public, max-age=${JWKS_MAX_AGE_S}`);
  c.header('Access-Control-Allow-Origin', '*');
  return c.json(keys, 200);
});
