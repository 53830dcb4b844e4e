// Signing in by passkey: a challenge, and what the browser makes of it.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { listPasskeysOf, removePasskeyOf } from '../actions/own-passkeys.ts';
import { finishPasskey, startPasskey } from '../actions/passkeys.ts';
import {
  PasskeyList,
  PasskeyOptions,
  PasskeyOptionsBody,
  PasskeyVerifyBody,
  RecoveryCodes,
} from '../contract/signin.ts';
import { unwrap } from '../middleware/refusal.ts';
import { setSigninCookie } from '../middleware/signin-cookie.ts';
import { visitorOf } from '../middleware/visitor.ts';
import { answer, body } from './parts.ts';
import { refusals } from './refusals.ts';
import { createRouter } from './router.ts';
import { COOKIE, readsBody, sendAdmitted, signedIn } from './signin-parts.ts';

const REFUSED = [
  'invalid_json',
  'too_large',
  'unsupported_media_type',
  'validation_failed',
  'forbidden_origin',
  'invalid_token',
  'unauthorized',
  'insufficient_user_authentication',
  'unavailable',
] as const;

const options = createRoute({
  method: 'post',
  path: '/v1/auth/passkeys/options',
  operationId: 'passkeys.options',
  tags: ['signin'],
  summary: 'Begin to sign in, to prove it again, or to register a passkey',
  description:
    'A challenge for five minutes and one answer. `register` needs a sign-in of at most five minutes, `stepUp` any.',
  middleware: [readsBody],
  request: { body: body(PasskeyOptionsBody) },
  responses: {
    200: answer('What to give to `navigator.credentials`.', PasskeyOptions),
    ...refusals(...REFUSED),
  },
});

const verify = createRoute({
  method: 'post',
  path: '/v1/auth/passkeys/verify',
  operationId: 'passkeys.verify',
  tags: ['signin'],
  summary: 'Finish what `passkeys/options` began',
  description:
    'The first passkey of a person comes with ten recovery codes, which are shown here and never again.',
  middleware: [readsBody],
  request: { body: body(PasskeyVerifyBody) },
  responses: {
    200: answer('Registered and signed in, with recovery codes to write down.', RecoveryCodes),
    204: signedIn,
    ...refusals(...REFUSED, 'conflict', 'limit_reached'),
  },
});

const list = createRoute({
  method: 'get',
  path: '/v1/auth/passkeys',
  operationId: 'passkeys.list',
  tags: ['signin'],
  summary: 'List your passkeys',
  security: COOKIE,
  responses: {
    200: answer('Newest first.', PasskeyList),
    ...refusals(...REFUSED),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/auth/passkeys/{id}',
  operationId: 'passkeys.remove',
  tags: ['signin'],
  summary: 'Remove a passkey',
  description:
    'Needs a sign-in of at most five minutes. The last one goes only while recovery codes are left.',
  security: COOKIE,
  request: { params: z.object({ id: z.string() }) },
  responses: {
    204: { description: 'Removed.' },
    ...refusals(...REFUSED, 'not_found', 'in_use'),
  },
});

export const passkeys = createRouter();

passkeys.openapi(options, async (c) => {
  const { purpose } = c.req.valid('json');
  return c.json(unwrap(await startPasskey(await visitorOf(c), purpose)), 200);
});

passkeys.openapi(verify, async (c) => {
  const done = unwrap(await finishPasskey(await visitorOf(c), c.req.valid('json')));
  if (done.body === null) return sendAdmitted(c, done);
  setSigninCookie(c, done.cookie);
  return c.json(done.body, 200);
});

passkeys.openapi(list, async (c) => c.json(unwrap(await listPasskeysOf(await visitorOf(c))), 200));

passkeys.openapi(remove, async (c) => {
  unwrap(await removePasskeyOf(await visitorOf(c), c.req.valid('param').id));
  return c.body(null, 204);
});
