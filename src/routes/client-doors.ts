// Where clients themselves ask the authorization server before a person is asked: PAR (RFC 9126) and the device grant
// (RFC 8628). They answer as RFC 6749 §5 says.

import type { Context } from 'hono';
import type { ClientCall } from '../actions/client-call.ts';
import { authorizeDevice } from '../actions/device-authorization.ts';
import { pushRequest } from '../actions/push-request.ts';
import type { OAuthResult } from '../contract/oauth-error.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { NO_STORE, readForm, writeOAuthRefusal } from '../middleware/oauth-answer.ts';
import { pageVisitOf } from '../middleware/person.ts';
import { createRouter } from './router.ts';

export const clientDoors = createRouter();

clientDoors.post('/v1/auth/par', (c) => answer(c, 201, pushRequest));
clientDoors.post('/v1/auth/device_authorization', (c) => answer(c, 200, authorizeDevice));

async function answer(
  c: Context<AppEnv>,
  status: 200 | 201,
  act: (call: ClientCall) => Promise<OAuthResult<object>>,
): Promise<Response> {
  const form = await readForm(c);
  if (!form.ok) return writeOAuthRefusal(c, form.refusal);
  const authorization = c.req.header('Authorization');
  const done = await act({ ...pageVisitOf(c), authorization, pairs: form.value });
  return done.ok ? c.json(done.value, status, NO_STORE) : writeOAuthRefusal(c, done.refusal);
}
