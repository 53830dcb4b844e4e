// /v1/clients: the OAuth clients of projects.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { changeClient, removeClient } from '../actions/client-changes.ts';
import { createClient, readClient, readClients } from '../actions/clients.ts';
import {
  ChangeClientBody,
  Client,
  ClientList,
  ClientsQuery,
  ClientWithSecret,
  CreateClientBody,
} from '../contract/client.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { body, optionalBody, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import {
  created,
  IfMatch,
  item,
  listed,
  SENSITIVE,
  sendItem,
  sendList,
  sendReply,
  wantedRevision,
  writesV1,
} from './v1-parts.ts';

const sensitive = { fresh: true } as const;
const ClientParams = z.object({ id: z.string() });
const GIVES = [
  'insufficient_user_authentication',
  'role_too_low',
  'scope_exceeds_yours',
  'environment_forbidden',
  'not_found',
  'validation_failed',
  'url_not_allowed',
  'idempotency_mismatch',
] as const;

const list = createRoute({
  method: 'get',
  path: '/v1/clients',
  operationId: 'clients.list',
  tags: ['access'],
  summary: 'List OAuth clients',
  ...reads('clients:read'),
  request: { query: ClientsQuery },
  responses: {
    200: listed('Newest first.', ClientList),
    ...refusesRead('role_too_low', 'not_found', 'invalid_cursor'),
  },
});

const create = createRoute({
  method: 'post',
  path: '/v1/clients',
  operationId: 'clients.create',
  tags: ['access'],
  summary: 'Make an OAuth client',
  description:
    'A `service` acts for itself and becomes a member of its home project; `web` and `native` clients act for the ' +
    'people who allow them to. None has a scope or a role that you lack yourself.',
  ...writesV1('clients:write', SENSITIVE),
  request: { body: body(CreateClientBody) },
  responses: {
    201: created('The client, with its secret, which is shown once.', ClientWithSecret),
    ...refusesWrite(...GIVES, 'limit_reached'),
  },
});

const get = createRoute({
  method: 'get',
  path: '/v1/clients/{id}',
  operationId: 'clients.get',
  tags: ['access'],
  summary: 'Get an OAuth client',
  ...reads('clients:read'),
  request: { params: ClientParams },
  responses: { 200: item('The client.', Client), ...refusesRead('role_too_low', 'not_found') },
});

const change = createRoute({
  method: 'patch',
  path: '/v1/clients/{id}',
  operationId: 'clients.update',
  tags: ['access'],
  summary: 'Change an OAuth client',
  description:
    'Lists are replaced. Where it may do less afterwards, proves itself by other keys or is disabled, the tokens that ' +
    'were issued to it are dead at once.',
  ...writesV1('clients:write', SENSITIVE),
  request: { params: ClientParams, headers: IfMatch, body: optionalBody(ChangeClientBody) },
  responses: {
    200: item('The client as it is now.', Client),
    ...refusesWrite(...GIVES, 'conflict', 'revision_mismatch'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/clients/{id}',
  operationId: 'clients.delete',
  tags: ['access'],
  summary: 'Delete an OAuth client',
  description: 'Its tokens are dead at once, and what people have allowed it is over.',
  ...reads('clients:write', sensitive),
  request: { params: ClientParams, headers: IfMatch },
  responses: {
    204: { description: 'Deleted.' },
    ...refusesRead('role_too_low', 'not_found', 'conflict', 'last_owner', 'revision_mismatch'),
  },
});

export const clients = createRouter()
  .openapi(list, async (c) =>
    sendList(c, unwrap(await readClients(askOf(c), c.req.valid('query')))),
  )
  .openapi(create, async (c) =>
    sendReply(c, unwrap(await createClient(askOf(c), c.req.valid('json')))),
  )
  .openapi(get, async (c) =>
    sendItem(c, unwrap(await readClient(askOf(c), c.req.valid('param').id))),
  )
  .openapi(change, async (c) => {
    const wanted = { body: c.req.valid('json'), revision: wantedRevision(c) };
    return sendReply(c, unwrap(await changeClient(askOf(c), c.req.valid('param').id, wanted)));
  })
  .openapi(remove, async (c) => {
    unwrap(await removeClient(askOf(c), c.req.valid('param').id, wantedRevision(c)));
    return c.body(null, 204);
  });
