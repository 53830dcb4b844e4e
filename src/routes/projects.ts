// /v1/projects: the projects of the caller.

import { createRoute } from '@hono/zod-openapi';
import {
  createProject,
  deleteProject,
  getProject,
  listProjects,
  patchProject,
} from '../actions/projects.ts';
import { Project, ProjectList, ProjectsQuery } from '../contract/project.ts';
import { ProjectParams } from '../contract/project-params.ts';
import { ChangeProjectBody, CreateProjectBody } from '../contract/project-request.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { body, optionalBody, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import {
  created,
  IfMatch,
  item,
  listed,
  preconditionOf,
  SENSITIVE,
  sendItem,
  sendList,
  sendReply,
  writesV1,
} from './v1-parts.ts';

const ITEM = '/v1/projects/{projectId}';

const list = createRoute({
  method: 'get',
  path: '/v1/projects',
  operationId: 'projects.list',
  tags: ['projects'],
  summary: 'List projects the current identity can access',
  ...reads('projects:read'),
  request: { query: ProjectsQuery },
  responses: {
    200: listed('A page, newest first.', ProjectList),
    ...refusesRead('invalid_cursor', 'unknown_environment', 'environment_forbidden'),
  },
});

const create = createRoute({
  method: 'post',
  path: '/v1/projects',
  operationId: 'projects.create',
  tags: ['projects'],
  summary: 'Create a project with environment defaults',
  ...writesV1('projects:write'),
  request: { body: body(CreateProjectBody) },
  responses: {
    201: created('The project; the caller owns it.', Project),
    ...refusesWrite('validation_failed', 'scope_exceeds_yours', 'limit_reached', 'conflict'),
  },
});

const get = createRoute({
  method: 'get',
  path: ITEM,
  operationId: 'projects.get',
  tags: ['projects'],
  summary: 'Get a project',
  ...reads('projects:read'),
  request: { params: ProjectParams },
  responses: {
    200: item('The project.', Project),
    ...refusesRead('not_found', 'unknown_environment', 'environment_forbidden'),
  },
});

const patch = createRoute({
  method: 'patch',
  path: ITEM,
  operationId: 'projects.update',
  tags: ['projects'],
  summary: 'Change a project',
  ...writesV1('projects:write'),
  request: { params: ProjectParams, headers: IfMatch, body: optionalBody(ChangeProjectBody) },
  responses: {
    200: item('The project after the change.', Project),
    ...refusesWrite(
      'validation_failed',
      'not_found',
      'role_too_low',
      'revision_mismatch',
      'conflict',
      'unknown_environment',
    ),
  },
});

const remove = createRoute({
  method: 'delete',
  path: ITEM,
  operationId: 'projects.delete',
  tags: ['projects'],
  summary: 'Delete a project',
  description: 'It is out of sight at once, with all that is in it, and gone after 30 days.',
  ...writesV1('projects:write', SENSITIVE),
  request: { params: ProjectParams, headers: IfMatch },
  responses: {
    204: { description: 'It is deleted.' },
    ...refusesWrite(
      'insufficient_user_authentication',
      'not_found',
      'role_too_low',
      'revision_mismatch',
      'precondition_required',
      'in_use',
      'conflict',
      'unknown_environment',
    ),
  },
});

export const projects = createRouter()
  .openapi(list, async (c) =>
    sendList(c, unwrap(await listProjects(askOf(c), c.req.valid('query')))),
  )
  .openapi(create, async (c) =>
    sendReply(c, unwrap(await createProject(askOf(c), c.req.valid('json')))),
  )
  .openapi(get, async (c) =>
    sendItem(c, unwrap(await getProject(askOf(c), c.req.valid('param').projectId))),
  )
  .openapi(patch, async (c) => {
    const { projectId } = c.req.valid('param');
    const change = { body: c.req.valid('json'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await patchProject(askOf(c), projectId, change)));
  })
  .openapi(remove, async (c) => {
    const { projectId } = c.req.valid('param');
    return sendReply(c, unwrap(await deleteProject(askOf(c), projectId, preconditionOf(c))));
  });
