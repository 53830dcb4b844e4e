// /tasks/:id/budget and /budget: what a task and a day may cost and have cost, and who raises a limit.

import { createRoute } from '@hono/zod-openapi';
import { extendBudget, readProjectBudget, readTaskBudget } from '../actions/budgets.ts';
import { Budget, ExtendBody, ProjectBudget } from '../contract/budget.ts';
import { ProjectQuery } from '../contract/page.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, reads, refusesRead, refusesWrite, TaskParams, writes } from './parts.ts';
import { createRouter } from './router.ts';

const get = createRoute({
  method: 'get',
  path: '/tasks/{id}/budget',
  operationId: 'budgets.get',
  tags: ['budgets'],
  summary: 'Get the budget of a task',
  ...reads('tasks:read', { ownTask: true }),
  request: { params: TaskParams },
  responses: { 200: answer('Its limits and what is used.', Budget), ...refusesRead('not_found') },
});

const ofProject = createRoute({
  method: 'get',
  path: '/budget',
  operationId: 'budgets.getOfProject',
  tags: ['budgets'],
  summary: 'Get what a project may spend today, and what it has spent',
  ...reads('tasks:read'),
  request: { query: ProjectQuery },
  responses: { 200: answer('The day in UTC.', ProjectBudget), ...refusesRead('not_found') },
});

const extend = createRoute({
  method: 'post',
  path: '/tasks/{id}/budget/extend',
  operationId: 'budgets.extend',
  tags: ['budgets'],
  summary: 'Raise a limit of a task',
  description:
    'Of this task alone; `dailyBudget` for this day in UTC. A task that the limit had stopped is queued again.',
  ...writes('projects:write', TASK_BODY_BYTES, { kinds: ['person'], fresh: true }),
  request: { params: TaskParams, body: body(ExtendBody) },
  responses: {
    200: answer('The budget with the new limit.', Budget),
    ...refusesWrite(
      'not_found',
      'human_required',
      'role_too_low',
      'budget_not_raised',
      'invalid_transition',
    ),
  },
});

export const budgets = createRouter()
  .openapi(get, async (c) =>
    c.json(unwrap(await readTaskBudget(askOf(c), c.req.valid('param').id)), 200),
  )
  .openapi(ofProject, async (c) =>
    c.json(unwrap(await readProjectBudget(askOf(c), c.req.valid('query').projectId)), 200),
  )
  .openapi(extend, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await extendBudget(askOf(c), id, c.req.valid('json'))), 200);
  });
