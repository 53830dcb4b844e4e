// /v1/projects/{projectId}/members: who belongs to a project, and as what.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { deleteMember, listMembers, putMember } from '../actions/members.ts';
import { PageQuery } from '../contract/listing.ts';
import { Member, MemberBody, MemberList } from '../contract/member.ts';
import { ProjectParams } from '../contract/project-params.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { body, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import {
  created,
  IfMatch,
  IN_PROJECT,
  item,
  listed,
  preconditionOf,
  SENSITIVE,
  sendList,
  sendReply,
  writesV1,
} from './v1-parts.ts';

const LIST = '/v1/projects/{projectId}/members';
const ITEM = `${LIST}/{principalId}` as const;
const ItemParams = ProjectParams.extend({
  principalId: z.string().meta({ example: 'usr_01k9z4v3m8x2c7q5t1w6y0b4na' }),
});
const CHANGED = [
  ...IN_PROJECT,
  'insufficient_user_authentication',
  'revision_mismatch',
  'conflict',
  'last_owner',
] as const;

const list = createRoute({
  method: 'get',
  path: LIST,
  operationId: 'members.list',
  tags: ['members'],
  summary: 'List the members of a project',
  ...reads('members:read'),
  request: { params: ProjectParams, query: PageQuery },
  responses: {
    200: listed('A page.', MemberList),
    ...refusesRead(...IN_PROJECT, 'invalid_cursor'),
  },
});

const put = createRoute({
  method: 'put',
  path: ITEM,
  operationId: 'members.put',
  tags: ['members'],
  summary: 'Change the role of a member, or add a service',
  ...writesV1('members:write', SENSITIVE),
  request: { params: ItemParams, headers: IfMatch, body: body(MemberBody) },
  responses: {
    200: item('The member after the change.', Member),
    201: created('The service is a member now.', Member),
    ...refusesWrite(...CHANGED, 'validation_failed', 'scope_exceeds_yours', 'limit_reached'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: ITEM,
  operationId: 'members.delete',
  tags: ['members'],
  summary: 'Remove a member, or leave',
  ...writesV1('members:write', SENSITIVE),
  request: { params: ItemParams, headers: IfMatch },
  responses: { 204: { description: 'They are no member any more.' }, ...refusesWrite(...CHANGED) },
});

export const members = createRouter()
  .openapi(list, async (c) => {
    const { projectId } = c.req.valid('param');
    return sendList(c, unwrap(await listMembers(askOf(c), projectId, c.req.valid('query'))));
  })
  .openapi(put, async (c) => {
    const named = { ...c.req.valid('param'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await putMember(askOf(c), named, c.req.valid('json').role)));
  })
  .openapi(remove, async (c) => {
    const named = { ...c.req.valid('param'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await deleteMember(askOf(c), named)));
  });
