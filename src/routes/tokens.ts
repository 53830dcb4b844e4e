// /v1/tokens: a person's own access tokens.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { createToken, listTokens, revokeToken } from '../actions/tokens.ts';
import { PageQuery } from '../contract/listing.ts';
import { CreateTokenBody, NewToken, TokenList } from '../contract/token.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import { listed, SENSITIVE, sendList, sendReply, writesV1 } from './v1-parts.ts';

const person = { kinds: ['person'] } as const;

const list = createRoute({
  method: 'get',
  path: '/v1/tokens',
  operationId: 'tokens.list',
  tags: ['access'],
  summary: 'List your access tokens',
  ...reads('tokens:read', person),
  request: { query: PageQuery },
  responses: {
    200: listed('Newest first, also those that are revoked or have expired.', TokenList),
    ...refusesRead('human_required', 'invalid_cursor'),
  },
});

const create = createRoute({
  method: 'post',
  path: '/v1/tokens',
  operationId: 'tokens.create',
  tags: ['access'],
  summary: 'Make an access token',
  description:
    'It never does more than the credential that makes it, nor than you can do yourself at that moment. ' +
    '`gates:approve`, `members:write`, `clients:write` and `tokens:write` it has only by name. ' +
    'One that is made by another token dies with that one.',
  ...writesV1('tokens:write', { ...person, ...SENSITIVE }),
  request: { body: body(CreateTokenBody) },
  responses: {
    201: answer('The token, which is shown once.', NewToken),
    ...refusesWrite(
      'human_required',
      'insufficient_user_authentication',
      'scope_exceeds_yours',
      'environment_forbidden',
      'ip_forbidden',
      'not_found',
      'limit_reached',
      'validation_failed',
      'idempotency_mismatch',
    ),
  },
});

const revoke = createRoute({
  method: 'delete',
  path: '/v1/tokens/{id}',
  operationId: 'tokens.revoke',
  tags: ['access'],
  summary: 'Revoke an access token',
  description: 'It is refused from now on, and so are those that were made by it.',
  ...reads('tokens:write', { ...person, fresh: true }),
  request: { params: z.object({ id: z.string() }) },
  responses: {
    204: { description: 'Revoked.' },
    ...refusesRead('human_required', 'not_found'),
  },
});

export const tokens = createRouter()
  .openapi(list, async (c) => sendList(c, unwrap(await listTokens(askOf(c), c.req.valid('query')))))
  .openapi(create, async (c) =>
    sendReply(c, unwrap(await createToken(askOf(c), c.req.valid('json')))),
  )
  .openapi(revoke, async (c) => {
    unwrap(await revokeToken(askOf(c), c.req.valid('param').id));
    return c.body(null, 204);
  });
