// Sign-ins: out, the list, and the way back in by a recovery code.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { endSigninOf, listSigninsOf, recover, signOut } from '../actions/signins.ts';
import { RecoveryBody, SigninList } from '../contract/signin.ts';
import { unwrap } from '../middleware/refusal.ts';
import { setSigninCookie } from '../middleware/signin-cookie.ts';
import { visitorOf } from '../middleware/visitor.ts';
import { answer, body } from './parts.ts';
import { refusals } from './refusals.ts';
import { createRouter } from './router.ts';
import { COOKIE, readsBody, sendAdmitted, signedIn } from './signin-parts.ts';

const ACCOUNT = [
  'forbidden_origin',
  'unauthorized',
  'insufficient_user_authentication',
  'unavailable',
] as const;

const recovery = createRoute({
  method: 'post',
  path: '/v1/auth/recovery',
  operationId: 'signins.recover',
  tags: ['signin'],
  summary: 'Sign in by a recovery code',
  middleware: [readsBody],
  request: { body: body(RecoveryBody) },
  responses: {
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

const signout = createRoute({
  method: 'post',
  path: '/v1/auth/signout',
  operationId: 'signins.signOut',
  tags: ['signin'],
  summary: 'Sign this browser out',
  responses: {
    204: { description: 'The sign-in has ended, and the cookie is gone.' },
    ...refusals('forbidden_origin', 'unavailable'),
  },
});

const list = createRoute({
  method: 'get',
  path: '/v1/auth/signins',
  operationId: 'signins.list',
  tags: ['signin'],
  summary: 'List where you are signed in',
  security: COOKIE,
  responses: { 200: answer('Newest first.', SigninList), ...refusals(...ACCOUNT) },
});

const end = createRoute({
  method: 'delete',
  path: '/v1/auth/signins/{id}',
  operationId: 'signins.end',
  tags: ['signin'],
  summary: 'End a sign-in, here or elsewhere',
  security: COOKIE,
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'Ended.' }, ...refusals(...ACCOUNT, 'not_found') },
});

export const signins = createRouter();

signins.openapi(recovery, async (c) =>
  sendAdmitted(c, unwrap(await recover(await visitorOf(c), c.req.valid('json')))),
);

signins.openapi(signout, async (c) => {
  unwrap(await signOut(await visitorOf(c)));
  setSigninCookie(c, null);
  return c.body(null, 204);
});

signins.openapi(list, async (c) => {
  const data = unwrap(await listSigninsOf(await visitorOf(c)));
  return c.json({ data: [...data] }, 200);
});

signins.openapi(end, async (c) => {
  unwrap(await endSigninOf(await visitorOf(c), c.req.valid('param').id));
  return c.body(null, 204);
});
