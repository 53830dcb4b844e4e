// GET /workflows: what stages a task can run through.

import { createRoute } from '@hono/zod-openapi';
import { listWorkflows } from '../actions/project.ts';
import { ProjectQuery } from '../contract/page.ts';
import { WorkflowList } from '../contract/workflow.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, reads, refusesRead } from './parts.ts';
import { createRouter } from './router.ts';

const list = createRoute({
  method: 'get',
  path: '/workflows',
  operationId: 'workflows.list',
  tags: ['agents'],
  summary: 'List the workflows',
  ...reads('tasks:read'),
  request: { query: ProjectQuery },
  responses: { 200: answer('The workflows by name.', WorkflowList), ...refusesRead('not_found') },
});

export const workflows = createRouter().openapi(list, async (c) =>
  c.json(unwrap(await listWorkflows(askOf(c), c.req.valid('query').projectId)), 200),
);
