// /gates/standing: approvals that a person gives beforehand, for a while, so often and for so much.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { createStanding, endStanding, listStanding } from '../actions/standing.ts';
import { ProjectQuery } from '../contract/page.ts';
import { CreateStandingBody, Standing, StandingList } from '../contract/standing.ts';
import { Ok } from '../contract/task.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, reads, refusesRead, refusesWrite, writes } from './parts.ts';
import { createRouter } from './router.ts';

const StandingParams = z.object({ standingId: z.string() });
const byPerson = writes('gates:approve', TASK_BODY_BYTES, { kinds: ['person'], fresh: true });
const tags = ['gates'];

const create = createRoute({
  method: 'post',
  path: '/gates/standing',
  operationId: 'standing.create',
  tags,
  summary: 'Approve requests of one form beforehand',
  ...byPerson,
  request: { body: body(CreateStandingBody) },
  responses: {
    201: answer('The standing approval.', Standing),
    ...refusesWrite(
      'human_required',
      'invalid_action',
      'not_found',
      'role_too_low',
      'unknown_environment',
      'environment_forbidden',
      'limit_reached',
    ),
  },
});

const list = createRoute({
  method: 'get',
  path: '/gates/standing',
  operationId: 'standing.list',
  tags,
  summary: 'List the standing approvals of a project that hold',
  ...reads('tasks:read'),
  request: { query: ProjectQuery },
  responses: { 200: answer('All of them.', StandingList), ...refusesRead('not_found') },
});

const end = createRoute({
  method: 'delete',
  path: '/gates/standing/{standingId}',
  operationId: 'standing.end',
  tags,
  summary: 'End a standing approval at once',
  ...byPerson,
  request: { params: StandingParams },
  responses: {
    200: answer('It approves nothing any more.', Ok),
    ...refusesWrite('human_required', 'not_found', 'role_too_low', 'environment_forbidden'),
  },
});

export const standing = createRouter()
  .openapi(create, async (c) =>
    c.json(unwrap(await createStanding(askOf(c), c.req.valid('json'))), 201),
  )
  .openapi(list, async (c) =>
    c.json(unwrap(await listStanding(askOf(c), c.req.valid('query').projectId)), 200),
  )
  .openapi(end, async (c) =>
    c.json(unwrap(await endStanding(askOf(c), c.req.valid('param').standingId)), 200),
  );
