// /agents: who can work on the stages of a project's tasks.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { getAgent, listAgents } from '../actions/project.ts';
import { ProjectQuery } from '../contract/page.ts';
import { Agent, AgentList } from '../contract/workflow.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, reads, refusesRead } from './parts.ts';
import { createRouter } from './router.ts';

const list = createRoute({
  method: 'get',
  path: '/agents',
  operationId: 'agents.list',
  tags: ['agents'],
  summary: 'List the enabled agents',
  ...reads('tasks:read'),
  request: { query: ProjectQuery },
  responses: { 200: answer('The agents by name.', AgentList), ...refusesRead('not_found') },
});

const get = createRoute({
  method: 'get',
  path: '/agents/{name}',
  operationId: 'agents.get',
  tags: ['agents'],
  summary: 'Get an agent',
  ...reads('tasks:read'),
  request: { params: z.object({ name: z.string() }), query: ProjectQuery },
  responses: { 200: answer('The agent.', Agent), ...refusesRead('not_found') },
});

export const agents = createRouter()
  .openapi(list, async (c) =>
    c.json(unwrap(await listAgents(askOf(c), c.req.valid('query').projectId)), 200),
  )
  .openapi(get, async (c) => {
    const { name } = c.req.valid('param');
    return c.json(unwrap(await getAgent(askOf(c), name, c.req.valid('query').projectId)), 200);
  });
