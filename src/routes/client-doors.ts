// Where clients themselves ask the authorization server before a person is asked: PAR (RFC 9126), the device grant
// (RFC 8628) and, where a deployment allows it, registration (RFC 7591). They answer as RFC 6749 §5 says.

import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { ClientCall } from '../actions/client-call.ts';
import { authorizeDevice } from '../actions/device-authorization.ts';
import { pushRequest } from '../actions/push-request.ts';
import { isRegistrationOn, registerClient } from '../actions/register-client.ts';
import {
  DeviceAuthorization,
  DeviceForm,
  PushedRequest,
  PushForm,
  RegisterBody,
  RegisteredClient,
} from '../contract/client-doors.ts';
import { refuse } from '../contract/error.ts';
import { OAuthErrorBody, type OAuthResult } from '../contract/oauth-error.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { NO_STORE, readForm, writeOAuthRefusal } from '../middleware/oauth-answer.ts';
import { pageVisitOf } from '../middleware/person.ts';
import { parseBody, readBody } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { answer, body } from './parts.ts';
import { refusals } from './refusals.ts';
import { createRouter } from './router.ts';

const METADATA_BYTES = 16_384;

const form = (schema: z.ZodType) => ({
  body: { required: true, content: { 'application/x-www-form-urlencoded': { schema } } },
});
const refuses = {
  400: answer('In the words of RFC 6749.', OAuthErrorBody),
  401: answer('`invalid_client`: it is unknown, or not who it says.', OAuthErrorBody),
  403: answer('It comes from a foreign page.', OAuthErrorBody),
  413: answer('The form is too large.', OAuthErrorBody),
  503: answer('The server cannot answer at the moment.', OAuthErrorBody),
  429: answer('Too many failures, or too many clients.', OAuthErrorBody),
};

const push = createRoute({
  method: 'post',
  path: '/v1/auth/par',
  operationId: 'auth.pushRequest',
  tags: ['auth'],
  summary: 'Push an authorization request (RFC 9126)',
  request: form(PushForm),
  responses: { 201: answer('It is kept for a minute.', PushedRequest), ...refuses },
});

const connect = createRoute({
  method: 'post',
  path: '/v1/auth/device_authorization',
  operationId: 'auth.authorizeDevice',
  tags: ['auth'],
  summary: 'Get a code for a device (RFC 8628)',
  request: form(DeviceForm),
  responses: { 200: answer('The codes.', DeviceAuthorization), ...refuses },
});

const register = createRoute({
  method: 'post',
  path: '/v1/auth/register',
  operationId: 'auth.registerClient',
  tags: ['auth'],
  summary: 'Register a client (RFC 7591), where the deployment allows it',
  request: { body: body(RegisterBody) },
  responses: {
    201: answer('It is known for 90 days.', RegisteredClient),
    ...refusals('not_found', 'unsupported_media_type'),
    ...refuses,
  },
});

export const clientDoors = createRouter();

// They are in the reference, and are read by rules of their own.
for (const route of [push, connect, register]) clientDoors.openAPIRegistry.registerPath(route);

clientDoors.post(push.path, (c) => act(c, 201, pushRequest));
clientDoors.post(connect.path, (c) => act(c, 200, authorizeDevice));
clientDoors.post(register.path, async (c) => {
  if (!isRegistrationOn(c.env)) unwrap(refuse('not_found', 'Not found'));
  const value = parseBody(c, await readBody(c, METADATA_BYTES));
  return send(c, 201, await registerClient(pageVisitOf(c), value));
});

async function act(
  c: Context<AppEnv>,
  status: 200 | 201,
  work: (call: ClientCall) => Promise<OAuthResult<object>>,
): Promise<Response> {
  const read = await readForm(c);
  if (!read.ok) return writeOAuthRefusal(c, read.refusal);
  const headers = { authorization: c.req.header('Authorization'), dpop: c.req.header('DPoP') };
  const call = { ...pageVisitOf(c), ...headers, path: c.req.path, pairs: read.value };
  return send(c, status, await work(call));
}

function send(c: Context<AppEnv>, status: 200 | 201, done: OAuthResult<object>): Response {
  return done.ok ? c.json(done.value, status, NO_STORE) : writeOAuthRefusal(c, done.refusal);
}
