// Where clients themselves ask the authorization server before a person is asked: PAR (RFC 9126), the device grant
// (RFC 8628) and, where a deployment allows it, registration (RFC 7591). They answer as RFC 6749 §5 says.

import type { Context } from 'hono';
import type { ClientCall } from '../actions/client-call.ts';
import { authorizeDevice } from '../actions/device-authorization.ts';
import { pushRequest } from '../actions/push-request.ts';
import { isRegistrationOn, registerClient } from '../actions/register-client.ts';
import { refuse } from '../contract/error.ts';
import type { OAuthResult } from '../contract/oauth-error.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { NO_STORE, readForm, writeOAuthRefusal } from '../middleware/oauth-answer.ts';
import { pageVisitOf } from '../middleware/person.ts';
import { parseBody, readBody } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { createRouter } from './router.ts';

const METADATA_BYTES = 16_384;

export const clientDoors = createRouter();

clientDoors.post('/v1/auth/par', (c) => answer(c, 201, pushRequest));
clientDoors.post('/v1/auth/device_authorization', (c) => answer(c, 200, authorizeDevice));
clientDoors.post('/v1/auth/register', async (c) => {
  if (!isRegistrationOn(c.env)) unwrap(refuse('not_found', 'Not found'));
  const value = parseBody(c, await readBody(c, METADATA_BYTES));
  return send(c, 201, await registerClient(pageVisitOf(c), value));
});

async function answer(
  c: Context<AppEnv>,
  status: 200 | 201,
  act: (call: ClientCall) => Promise<OAuthResult<object>>,
): Promise<Response> {
  const form = await readForm(c);
  if (!form.ok) return writeOAuthRefusal(c, form.refusal);
  const authorization = c.req.header('Authorization');
  return send(c, status, await act({ ...pageVisitOf(c), authorization, pairs: form.value }));
}

function send(c: Context<AppEnv>, status: 200 | 201, done: OAuthResult<object>): Response {
  return done.ok ? c.json(done.value, status, NO_STORE) : writeOAuthRefusal(c, done.refusal);
}
