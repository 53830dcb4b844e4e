// POST /v1/auth/bootstrap: how the first owner comes to be.

import { createRoute } from '@hono/zod-openapi';
import { bootstrap } from '../actions/bootstrap.ts';
import { BootstrapBody, BootstrapToken } from '../contract/bootstrap.ts';
import { unwrap } from '../middleware/refusal.ts';
import { visitorOf } from '../middleware/visitor.ts';
import { answer, body } from './parts.ts';
import { refusals } from './refusals.ts';
import { createRouter } from './router.ts';
import { readsBody, sendAdmitted, signedIn } from './signin-parts.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/auth/bootstrap',
  operationId: 'bootstrap.create',
  tags: ['signin'],
  summary: 'Become the first owner, by the secret that the operator was shown',
  description:
    'Once, within 15 minutes, and only while there is no person yet. `passkey` makes a sign-in that can only register ' +
    'one; `pat` answers a token with all scopes for a day. A secret that was made for a person lets that person in again.',
  middleware: [readsBody],
  request: { body: body(BootstrapBody) },
  responses: {
    201: answer('The token, shown this once.', BootstrapToken),
    204: signedIn,
    ...refusals(
      'invalid_json',
      'too_large',
      'unsupported_media_type',
      'validation_failed',
      'forbidden_origin',
      'invalid_token',
      'unavailable',
    ),
  },
});

export const bootstraps = createRouter();

bootstraps.openapi(route, async (c) => {
  const done = unwrap(await bootstrap(await visitorOf(c), c.req.valid('json')));
  if (done.credential === 'pat') return c.json(done.token, 201);
  return sendAdmitted(c, { cookie: done.cookie, body: null });
});
