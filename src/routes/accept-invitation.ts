// POST /v1/invitations/accept: how an invited person comes in.

import { createRoute } from '@hono/zod-openapi';
import { acceptInvitation } from '../actions/accept-invitation.ts';
import { AcceptBody } from '../contract/invitation.ts';
import { whoAsks } from '../middleware/identify.ts';
import { unwrap } from '../middleware/refusal.ts';
import { visitorOf } from '../middleware/visitor.ts';
import { body } from './parts.ts';
import { refusals } from './refusals.ts';
import { createRouter } from './router.ts';
import { readsBody, sendAdmitted, signedIn } from './signin-parts.ts';

const accept = createRoute({
  method: 'post',
  path: '/v1/invitations/accept',
  operationId: 'invitations.accept',
  tags: ['members'],
  summary: 'Accept an invitation',
  description:
    'Who is signed in becomes a member. Who is not becomes a person, with a sign-in that can only register a passkey.',
  middleware: [readsBody],
  request: { body: body(AcceptBody) },
  responses: {
    204: signedIn,
    ...refusals(
      'invalid_json',
      'too_large',
      'unsupported_media_type',
      'validation_failed',
      'forbidden_origin',
      'invalid_token',
      'insufficient_user_authentication',
      'human_required',
      'not_found',
      'invalid_transition',
      'already_member',
      'conflict',
      'unavailable',
    ),
  },
});

export const acceptances = createRouter().openapi(accept, async (c) => {
  const visit = await visitorOf(c);
  const hasCredential = c.req.header('Authorization') !== undefined;
  const shown = hasCredential ? unwrap(await whoAsks(c, { fresh: true })) : null;
  const { cookie } = unwrap(await acceptInvitation(visit, shown, c.req.valid('json')));
  return cookie === null ? c.body(null, 204) : sendAdmitted(c, { cookie, body: null });
});
