// /v1/projects/{projectId}/invitations: people who are asked to join.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { invite, listInvitations, resend, revoke } from '../actions/invitations.ts';
import { InvitationList, InvitationWithLink, InviteBody } from '../contract/invitation.ts';
import { PageQuery } from '../contract/listing.ts';
import { ProjectParams } from '../contract/project-params.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import {
  IN_PROJECT,
  LOCATION,
  listed,
  SENSITIVE,
  sendList,
  sendReply,
  writesV1,
} from './v1-parts.ts';

const LIST = '/v1/projects/{projectId}/invitations';
const ITEM = `${LIST}/{id}` as const;
const ItemParams = ProjectParams.extend({
  id: z.string().meta({ example: 'inv_01k9z4v3m8x2c7q5t1w6y0b4na' }),
});
const CHANGED = [...IN_PROJECT, 'insufficient_user_authentication', 'scope_exceeds_yours'] as const;

const list = createRoute({
  method: 'get',
  path: LIST,
  operationId: 'invitations.list',
  tags: ['members'],
  summary: 'List the invitations of a project',
  ...reads('members:read'),
  request: { params: ProjectParams, query: PageQuery },
  responses: {
    200: listed('A page, newest first.', InvitationList),
    ...refusesRead(...IN_PROJECT, 'invalid_cursor'),
  },
});

const create = createRoute({
  method: 'post',
  path: LIST,
  operationId: 'invitations.create',
  tags: ['members'],
  summary: 'Invite a person',
  description: 'No mail is sent: pass the link on. It holds for 7 days, once.',
  ...writesV1('members:write', SENSITIVE),
  request: { params: ProjectParams, body: body(InviteBody) },
  responses: {
    201: { ...answer('The invitation and its link.', InvitationWithLink), headers: LOCATION },
    ...refusesWrite(
      ...CHANGED,
      'validation_failed',
      'already_member',
      'already_invited',
      'limit_reached',
    ),
  },
});

const remove = createRoute({
  method: 'delete',
  path: ITEM,
  operationId: 'invitations.revoke',
  tags: ['members'],
  summary: 'Revoke an invitation',
  ...writesV1('members:write', SENSITIVE),
  request: { params: ItemParams },
  responses: {
    204: { description: 'Its link is worth nothing any more.' },
    ...refusesWrite(...CHANGED, 'invalid_transition', 'conflict'),
  },
});

const again = createRoute({
  method: 'post',
  path: `${ITEM}/resend`,
  operationId: 'invitations.resend',
  tags: ['members'],
  summary: 'Make a new link for an invitation',
  description: 'The old link is worth nothing any more; the new one holds for 7 days.',
  ...writesV1('members:write', SENSITIVE),
  request: { params: ItemParams },
  responses: {
    200: answer('The invitation and its new link.', InvitationWithLink),
    ...refusesWrite(...CHANGED, 'invalid_transition', 'already_invited', 'conflict'),
  },
});

export const invitations = createRouter()
  .openapi(list, async (c) => {
    const { projectId } = c.req.valid('param');
    return sendList(c, unwrap(await listInvitations(askOf(c), projectId, c.req.valid('query'))));
  })
  .openapi(create, async (c) => {
    const { projectId } = c.req.valid('param');
    return sendReply(c, unwrap(await invite(askOf(c), projectId, c.req.valid('json'))));
  })
  .openapi(remove, async (c) => sendReply(c, unwrap(await revoke(askOf(c), c.req.valid('param')))))
  .openapi(again, async (c) => sendReply(c, unwrap(await resend(askOf(c), c.req.valid('param')))));
