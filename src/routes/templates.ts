// /templates: tasks that are made often, kept ready.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  createTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
  updateTemplate,
} from '../actions/templates.ts';
import { ProjectBody, ProjectQuery } from '../contract/page.ts';
import { Done } from '../contract/task.ts';
import {
  CreateTemplateBody,
  ListTemplatesQuery,
  Template,
  TemplateList,
  UpdateTemplateBody,
} from '../contract/template.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, optionalBody, reads, refusesRead, refusesWrite, writes } from './parts.ts';
import { createRouter, refuseInput } from './router.ts';

const TemplateParams = z.object({ id: z.string() });
const tags = ['templates'];

const create = createRoute({
  method: 'post',
  path: '/templates',
  operationId: 'templates.create',
  tags,
  summary: 'Create a template',
  ...writes('tasks:write', TASK_BODY_BYTES),
  request: { query: ProjectQuery, body: body(CreateTemplateBody) },
  responses: { 201: answer('The template.', Template), ...refusesWrite('not_found') },
});

const list = createRoute({
  method: 'get',
  path: '/templates',
  operationId: 'templates.list',
  tags,
  summary: 'List templates, newest first',
  ...reads('tasks:read'),
  request: { query: ListTemplatesQuery },
  responses: {
    200: answer('A page.', TemplateList),
    ...refusesRead('not_found', 'invalid_cursor'),
  },
});

const get = createRoute({
  method: 'get',
  path: '/templates/{id}',
  operationId: 'templates.get',
  tags,
  summary: 'Get a template',
  ...reads('tasks:read'),
  request: { params: TemplateParams, query: ProjectQuery },
  responses: { 200: answer('The template.', Template), ...refusesRead('not_found') },
});

const update = createRoute({
  method: 'put',
  path: '/templates/{id}',
  operationId: 'templates.update',
  tags,
  summary: 'Change parts of a template',
  ...writes('tasks:write', TASK_BODY_BYTES),
  request: { params: TemplateParams, query: ProjectQuery, body: body(UpdateTemplateBody) },
  responses: { 200: answer('The changed template.', Template), ...refusesWrite('not_found') },
});

const remove = createRoute({
  method: 'delete',
  path: '/templates/{id}',
  operationId: 'templates.delete',
  tags,
  summary: 'Delete a template',
  ...writes('tasks:write', TASK_BODY_BYTES),
  request: { params: TemplateParams, query: ProjectQuery, body: optionalBody(ProjectBody) },
  responses: { 200: answer('It is gone.', Done), ...refusesWrite('not_found') },
});

const TEXTS: readonly PropertyKey[] = ['name', 'description', 'workflow'];

/** The order in which the reference names what is wrong: a text that is missing, one that is too long, then the rest. */
function inOrder(result: { success: boolean; target: string; error?: z.ZodError }): undefined {
  if (result.success || result.error === undefined) return undefined;
  const rank = ({ path, code }: z.core.$ZodIssue): number => {
    if (!TEXTS.includes(path[0] ?? '')) return 2;
    return code === 'too_big' ? 1 : 0;
  };
  const issues = result.error.issues.toSorted((a, b) => rank(a) - rank(b));
  return refuseInput(result.target, issues);
}

export const templates = createRouter()
  .openapi(
    create,
    async (c) =>
      c.json(
        unwrap(await createTemplate(askOf(c), { ...c.req.valid('query'), ...c.req.valid('json') })),
        201,
      ),
    inOrder,
  )
  .openapi(list, async (c) =>
    c.json(unwrap(await listTemplates(askOf(c), c.req.valid('query'))), 200),
  )
  .openapi(get, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await getTemplate(askOf(c), id, c.req.valid('query').projectId)), 200);
  })
  .openapi(
    update,
    async (c) => {
      const { id } = c.req.valid('param');
      const { projectId = c.req.valid('query').projectId, ...change } = c.req.valid('json');
      return c.json(unwrap(await updateTemplate(askOf(c), id, { projectId, change })), 200);
    },
    inOrder,
  )
  .openapi(remove, async (c) => {
    const { id } = c.req.valid('param');
    const { projectId = c.req.valid('query').projectId } = c.req.valid('json');
    return c.json(unwrap(await deleteTemplate(askOf(c), id, projectId)), 200);
  });
