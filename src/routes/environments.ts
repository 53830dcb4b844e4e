// /v1/projects/{projectId}/environments: the places of a project where things are deployed.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  createEnvironment,
  deleteEnvironment,
  listEnvironments,
  patchEnvironment,
} from '../actions/environments.ts';
import { ENVIRONMENTS_MAX, Environment, EnvironmentList } from '../contract/project.ts';
import { ProjectParams } from '../contract/project-params.ts';
import { ChangeEnvironmentBody, NewEnvironmentBody } from '../contract/project-request.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { body, optionalBody, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import {
  created,
  IfMatch,
  IN_PROJECT,
  item,
  listed,
  preconditionOf,
  sendList,
  sendReply,
  writesV1,
} from './v1-parts.ts';

const LIST = '/v1/projects/{projectId}/environments';
const ITEM = `${LIST}/{name}` as const;
const ItemParams = ProjectParams.extend({ name: z.string().meta({ example: 'staging' }) });

const list = createRoute({
  method: 'get',
  path: LIST,
  operationId: 'environments.list',
  tags: ['projects'],
  summary: 'List the environments of a project',
  ...reads('projects:read'),
  request: { params: ProjectParams },
  responses: { 200: listed('All of them.', EnvironmentList), ...refusesRead(...IN_PROJECT) },
});

const create = createRoute({
  method: 'post',
  path: LIST,
  operationId: 'environments.create',
  tags: ['projects'],
  summary: 'Add an environment',
  ...writesV1('projects:write'),
  request: { params: ProjectParams, body: body(NewEnvironmentBody) },
  responses: {
    201: created('The environment.', Environment),
    ...refusesWrite(...IN_PROJECT, 'validation_failed', 'conflict', 'limit_reached'),
  },
});

const patch = createRoute({
  method: 'patch',
  path: ITEM,
  operationId: 'environments.update',
  tags: ['projects'],
  summary: 'Change an environment',
  description:
    'An environment belongs to the revision of its project: that is what ETag and If-Match name. What makes a protected ' +
    'one ask for less, or for others, is done by people.',
  ...writesV1('projects:write', { fresh: true }),
  request: { params: ItemParams, headers: IfMatch, body: optionalBody(ChangeEnvironmentBody) },
  responses: {
    200: item('The environment after the change.', Environment),
    ...refusesWrite(
      ...IN_PROJECT,
      'human_required',
      'validation_failed',
      'revision_mismatch',
      'conflict',
    ),
  },
});

const remove = createRoute({
  method: 'delete',
  path: ITEM,
  operationId: 'environments.delete',
  tags: ['projects'],
  summary: 'Remove an environment',
  ...writesV1('projects:write', { fresh: true }),
  request: { params: ItemParams, headers: IfMatch },
  responses: {
    204: { description: 'It is removed.' },
    ...refusesWrite(...IN_PROJECT, 'human_required', 'revision_mismatch', 'conflict', 'in_use'),
  },
});

export const environments = createRouter()
  .openapi(list, async (c) => {
    const { projectId } = c.req.valid('param');
    const { data } = unwrap(await listEnvironments(askOf(c), projectId));
    const pagination = {
      page: 1,
      limit: ENVIRONMENTS_MAX,
      total: data.length,
      nextCursor: null,
      hasMore: false,
    };
    return sendList(c, { data, pagination });
  })
  .openapi(create, async (c) => {
    const { projectId } = c.req.valid('param');
    return sendReply(c, unwrap(await createEnvironment(askOf(c), projectId, c.req.valid('json'))));
  })
  .openapi(patch, async (c) => {
    const named = { ...c.req.valid('param'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await patchEnvironment(askOf(c), named, c.req.valid('json'))));
  })
  .openapi(remove, async (c) => {
    const named = { ...c.req.valid('param'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await deleteEnvironment(askOf(c), named)));
  });
