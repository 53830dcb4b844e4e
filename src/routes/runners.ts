// /runners and /queue: who works, and what waits for them.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  claim,
  drainRunner,
  getRunner,
  listRunners,
  readQueue,
  registerRunner,
  removeRunner,
} from '../actions/runners.ts';
import { ProjectQuery } from '../contract/page.ts';
import {
  ClaimAnswer,
  ClaimBody,
  QueueAnswer,
  RegisterBody,
  Registered,
  RegisteredBefore,
  Runner,
  RunnerList,
} from '../contract/runner.ts';
import { Ok } from '../contract/task.ts';
import { RUNNER_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, optionalBody, reads, refusesRead, refusesWrite, writes } from './parts.ts';
import { createRouter } from './router.ts';

const RunnerParams = z.object({
  id: z.string().meta({ example: 'run_01jd2v8x5k3m9q7r4t6w8y0z2b' }),
});
const ForceQuery = z.object({
  force: z.enum(['true', 'false'], { error: 'Force must be one of: true, false' }).default('false'),
});
/** The token is shown once. */
const Registration = z.union([Registered, RegisteredBefore]);
/** A runner's own token makes no further runners: they would outlive its revocation. */
const owners = { kinds: ['person', 'service'] } as const;

const register = createRoute({
  method: 'post',
  path: '/runners',
  operationId: 'runners.register',
  tags: ['runners'],
  summary: 'Register a runner and get its token',
  ...writes('tasks:run', RUNNER_BODY_BYTES, owners),
  request: { body: body(RegisterBody) },
  responses: {
    200: answer('Known already: a new token, and the old one is dead.', Registration),
    201: answer('Registered.', Registration),
    ...refusesWrite('not_found', 'protocol_unsupported'),
  },
});

const list = createRoute({
  method: 'get',
  path: '/runners',
  operationId: 'runners.list',
  tags: ['runners'],
  summary: 'List the runners of a project',
  ...reads('tasks:read'),
  request: { query: ProjectQuery },
  responses: { 200: answer('The runners.', RunnerList), ...refusesRead('not_found') },
});

const get = createRoute({
  method: 'get',
  path: '/runners/{id}',
  operationId: 'runners.get',
  tags: ['runners'],
  summary: 'Get a runner',
  ...reads('tasks:read'),
  request: { params: RunnerParams },
  responses: { 200: answer('The runner.', Runner), ...refusesRead('not_found') },
});

const remove = createRoute({
  method: 'delete',
  path: '/runners/{id}',
  operationId: 'runners.remove',
  tags: ['runners'],
  summary: 'Remove a runner and kill its token',
  ...reads('tasks:run'),
  request: { params: RunnerParams, query: ForceQuery },
  responses: { 200: answer('Removed.', Ok), ...refusesRead('not_found', 'runner_busy') },
});

const drain = createRoute({
  method: 'post',
  path: '/runners/{id}/drain',
  operationId: 'runners.drain',
  tags: ['runners'],
  summary: 'Let a runner finish and give it nothing more',
  ...writes('tasks:run', RUNNER_BODY_BYTES),
  request: { params: RunnerParams, body: optionalBody(z.object({})) },
  responses: { 200: answer('It drains.', Ok), ...refusesWrite('not_found') },
});

const claimTasks = createRoute({
  method: 'post',
  path: '/runners/{id}/claim',
  operationId: 'runners.claim',
  tags: ['runners'],
  summary: 'Claim tasks, waiting for one if asked to',
  ...writes('tasks:run', RUNNER_BODY_BYTES),
  request: { params: RunnerParams, body: body(ClaimBody) },
  responses: {
    200: answer('What was granted, and what waits.', ClaimAnswer),
    ...refusesWrite('not_found', 'request_id_reused'),
  },
});

const queue = createRoute({
  method: 'get',
  path: '/queue',
  operationId: 'queue.get',
  tags: ['runners'],
  summary: 'Show what waits, and for what',
  ...reads('tasks:read'),
  request: { query: ProjectQuery },
  responses: { 200: answer('The queue in its order.', QueueAnswer), ...refusesRead('not_found') },
});

export const runners = createRouter()
  .openapi(register, async (c) => {
    const registered = unwrap(await registerRunner(askOf(c), c.req.valid('json')));
    return c.json(registered.body, registered.created ? 201 : 200);
  })
  .openapi(list, async (c) =>
    c.json(unwrap(await listRunners(askOf(c), c.req.valid('query').projectId)), 200),
  )
  .openapi(get, async (c) =>
    c.json(unwrap(await getRunner(askOf(c), c.req.valid('param').id)), 200),
  )
  .openapi(remove, async (c) => {
    const { id } = c.req.valid('param');
    const force = c.req.valid('query').force === 'true';
    return c.json(unwrap(await removeRunner(askOf(c), id, force)), 200);
  })
  .openapi(drain, async (c) =>
    c.json(unwrap(await drainRunner(askOf(c), c.req.valid('param').id)), 200),
  )
  .openapi(claimTasks, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await claim(askOf(c), id, c.req.valid('json'))), 200);
  })
  .openapi(queue, async (c) =>
    c.json(unwrap(await readQueue(askOf(c), c.req.valid('query').projectId)), 200),
  );
