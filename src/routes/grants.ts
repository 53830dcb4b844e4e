// /v1/grants: the apps that a person has allowed something.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { listOwnGrants, revokeOwnGrant } from '../actions/grants.ts';
import { GrantList } from '../contract/grant.ts';
import { PageQuery } from '../contract/listing.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { reads, refusesRead } from './parts.ts';
import { createRouter } from './router.ts';
import { listed, sendList } from './v1-parts.ts';

const person = { kinds: ['person'] } as const;

const list = createRoute({
  method: 'get',
  path: '/v1/grants',
  operationId: 'grants.list',
  tags: ['access'],
  summary: 'List the apps that you have allowed something',
  ...reads('tokens:read', person),
  request: { query: PageQuery },
  responses: {
    200: listed('Those that live, newest first.', GrantList),
    ...refusesRead('human_required', 'invalid_cursor'),
  },
});

const revoke = createRoute({
  method: 'delete',
  path: '/v1/grants/{id}',
  operationId: 'grants.revoke',
  tags: ['access'],
  summary: 'Take back what you have allowed an app',
  description: 'Its refresh tokens are refused from now on, its access tokens within 15 seconds.',
  ...reads('tokens:write', { ...person, fresh: true }),
  request: { params: z.object({ id: z.string() }) },
  responses: {
    204: { description: 'Revoked.' },
    ...refusesRead('human_required', 'not_found'),
  },
});

export const grants = createRouter()
  .openapi(list, async (c) =>
    sendList(c, unwrap(await listOwnGrants(askOf(c), c.req.valid('query')))),
  )
  .openapi(revoke, async (c) => {
    unwrap(await revokeOwnGrant(askOf(c), c.req.valid('param').id));
    return c.body(null, 204);
  });
