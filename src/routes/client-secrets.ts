// /v1/clients/{id}/secrets: one secret follows another.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { createSecret, removeSecret } from '../actions/client-secrets.ts';
import { ClientWithSecret, NewSecretBody } from '../contract/client.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { optionalBody, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import { created, SENSITIVE, sendReply, writesV1 } from './v1-parts.ts';

const ClientParams = z.object({ id: z.string() });

const create = createRoute({
  method: 'post',
  path: '/v1/clients/{id}/secrets',
  operationId: 'clients.createSecret',
  tags: ['access'],
  summary: 'Give an OAuth client another secret',
  description:
    'At most three live at once. With `expiresPreviousInSeconds` 0 the others are dead at once.',
  ...writesV1('clients:write', SENSITIVE),
  request: { params: ClientParams, body: optionalBody(NewSecretBody) },
  responses: {
    201: created('The client, with the new secret, which is shown once.', ClientWithSecret),
    ...refusesWrite(
      'insufficient_user_authentication',
      'role_too_low',
      'scope_exceeds_yours',
      'not_found',
      'invalid_transition',
      'limit_reached',
      'validation_failed',
      'idempotency_mismatch',
    ),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/clients/{id}/secrets/{secretId}',
  operationId: 'clients.deleteSecret',
  tags: ['access'],
  summary: 'Remove a secret of an OAuth client',
  description: 'The tokens that the client was issued before are dead at once.',
  ...reads('clients:write', { fresh: true }),
  request: { params: ClientParams.extend({ secretId: z.string() }) },
  responses: {
    204: { description: 'Removed.' },
    ...refusesRead('role_too_low', 'not_found'),
  },
});

export const clientSecrets = createRouter()
  .openapi(create, async (c) => {
    const { id } = c.req.valid('param');
    return sendReply(c, unwrap(await createSecret(askOf(c), id, c.req.valid('json'))));
  })
  .openapi(remove, async (c) => {
    const { id, secretId } = c.req.valid('param');
    unwrap(await removeSecret(askOf(c), id, secretId));
    return c.body(null, 204);
  });
