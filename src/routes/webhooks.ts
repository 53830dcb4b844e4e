// /v1/webhooks: where events of a project are sent.

import { createRoute } from '@hono/zod-openapi';
import { changeEndpoint, removeEndpoint, rotateSecret } from '../actions/webhook-changes.ts';
import { createEndpoint, readEndpoint, readEndpoints } from '../actions/webhooks.ts';
import {
  Endpoint,
  EndpointList,
  EndpointParams,
  EndpointsQuery,
  EndpointWithSecret,
  Rotated,
} from '../contract/webhook.ts';
import { ChangeEndpointBody, CreateEndpointBody, RotateBody } from '../contract/webhook-request.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, optionalBody, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import {
  created,
  ETAG,
  IfMatch,
  item,
  listed,
  preconditionOf,
  sendItem,
  sendList,
  sendReply,
  writesV1,
} from './v1-parts.ts';

const ITEM = '/v1/webhooks/{id}';
/** Who says where a project's events go sees all of them. */
const SENSITIVE = { fresh: true, stepUp: true } as const;
const SHARED = [
  'not_found',
  'role_too_low',
  'unknown_environment',
  'environment_forbidden',
] as const;
const CHANGED = [...SHARED, 'insufficient_user_authentication', 'validation_failed'] as const;

const list = createRoute({
  method: 'get',
  path: '/v1/webhooks',
  operationId: 'webhooks.list',
  tags: ['webhooks'],
  summary: 'List the webhook endpoints of a project',
  ...reads('webhooks:read'),
  request: { query: EndpointsQuery },
  responses: {
    200: listed('A page, newest first.', EndpointList),
    ...refusesRead(...SHARED, 'invalid_cursor'),
  },
});

const create = createRoute({
  method: 'post',
  path: '/v1/webhooks',
  operationId: 'webhooks.create',
  tags: ['webhooks'],
  summary: 'Make a webhook endpoint',
  description:
    'Everything that happens after the answer is sent there, signed by the secret, which is shown once. At most 50 a ' +
    'project. The URL must be https and public.',
  ...writesV1('webhooks:write', SENSITIVE),
  request: { body: body(CreateEndpointBody) },
  responses: {
    201: created('The endpoint and its secret.', EndpointWithSecret),
    ...refusesWrite(...CHANGED, 'url_not_allowed', 'limit_reached'),
  },
});

const get = createRoute({
  method: 'get',
  path: ITEM,
  operationId: 'webhooks.get',
  tags: ['webhooks'],
  summary: 'Get a webhook endpoint',
  ...reads('webhooks:read'),
  request: { params: EndpointParams },
  responses: { 200: item('The endpoint.', Endpoint), ...refusesRead(...SHARED) },
});

const change = createRoute({
  method: 'patch',
  path: ITEM,
  operationId: 'webhooks.update',
  tags: ['webhooks'],
  summary: 'Change a webhook endpoint',
  description:
    'Lists are replaced. While it is `disabled`, events are held for 30 days; `enabled` releases them in order.',
  ...writesV1('webhooks:write', SENSITIVE),
  request: { params: EndpointParams, headers: IfMatch, body: optionalBody(ChangeEndpointBody) },
  responses: {
    200: item('The endpoint as it is now.', Endpoint),
    ...refusesWrite(...CHANGED, 'url_not_allowed', 'conflict', 'revision_mismatch'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: ITEM,
  operationId: 'webhooks.delete',
  tags: ['webhooks'],
  summary: 'Delete a webhook endpoint',
  description: 'What waits for it is dropped, and its log with it.',
  ...reads('webhooks:write', { fresh: true }),
  request: { params: EndpointParams, headers: IfMatch },
  responses: {
    204: { description: 'Deleted.' },
    ...refusesRead(...SHARED, 'conflict', 'revision_mismatch'),
  },
});

const rotate = createRoute({
  method: 'post',
  path: `${ITEM}/rotate`,
  operationId: 'webhooks.rotate',
  tags: ['webhooks'],
  summary: 'Give a webhook endpoint another secret',
  description:
    'Until the grace is over both secrets sign; then the new one alone. While one grace runs, `graceSeconds` 0 alone is taken: it ends that grace.',
  ...writesV1('webhooks:write', SENSITIVE),
  request: { params: EndpointParams, headers: IfMatch, body: optionalBody(RotateBody) },
  responses: {
    200: { ...answer('The new secret, which is shown once.', Rotated), headers: ETAG },
    ...refusesWrite(...CHANGED, 'conflict', 'revision_mismatch'),
  },
});

export const webhooks = createRouter()
  .openapi(list, async (c) =>
    sendList(c, unwrap(await readEndpoints(askOf(c), c.req.valid('query')))),
  )
  .openapi(create, async (c) =>
    sendReply(c, unwrap(await createEndpoint(askOf(c), c.req.valid('json')))),
  )
  .openapi(get, async (c) =>
    sendItem(c, unwrap(await readEndpoint(askOf(c), c.req.valid('param').id))),
  )
  .openapi(change, async (c) => {
    const named = { ...c.req.valid('param'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await changeEndpoint(askOf(c), named, c.req.valid('json'))));
  })
  .openapi(remove, async (c) => {
    const named = { ...c.req.valid('param'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await removeEndpoint(askOf(c), named)));
  })
  .openapi(rotate, async (c) => {
    const named = { ...c.req.valid('param'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await rotateSecret(askOf(c), named, c.req.valid('json'))));
  });
