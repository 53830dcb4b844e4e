// /v1/deployments and /v1/projects/{projectId}/deployments: pipelines are opened, listed and read.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { createDeployment, getDeployment, listDeployments } from '../actions/deployments.ts';
import { Deployment, DeploymentList, DeploymentsQuery } from '../contract/deployment.ts';
import { CreateDeploymentBody } from '../contract/deployment-request.ts';
import { ProjectParams } from '../contract/project-params.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { body, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import { created, item, listed, sendItem, sendList, sendReply, writesV1 } from './v1-parts.ts';

const LIST = '/v1/projects/{projectId}/deployments';

/** Who holds the lease of a task works with `tasks:run` alone. */
export const OR_HOLDER = { orScopes: ['tasks:run'] } as const;
export const DeploymentParams = z.object({
  id: z.string().meta({ example: 'dep_01k9z4v3m8x2c7q5t1w6y0b4na' }),
});
export const SHARED = [
  'not_found',
  'role_too_low',
  'unknown_environment',
  'environment_forbidden',
] as const;
/** What a runner may be told of its lease. */
export const HELD = ['not_lease_holder', 'stale_epoch', 'no_lease'] as const;

const list = createRoute({
  method: 'get',
  path: LIST,
  operationId: 'deployments.list',
  tags: ['deployments'],
  summary: 'List the deployments of a project',
  ...reads('deployments:read'),
  request: { params: ProjectParams, query: DeploymentsQuery },
  responses: {
    200: listed('A page, newest first.', DeploymentList),
    ...refusesRead(...SHARED, 'invalid_cursor'),
  },
});

const create = createRoute({
  method: 'post',
  path: LIST,
  operationId: 'deployments.create',
  tags: ['deployments'],
  summary: 'Open a deployment',
  description:
    'Sluice keeps the record, the order, the deadline and the promotion; the work is done elsewhere and reported. With ' +
    'the source `task`, who holds the lease of that task needs `tasks:run` alone, and the deployment ends with the task.',
  ...writesV1('deployments:write', OR_HOLDER),
  request: { params: ProjectParams, body: body(CreateDeploymentBody) },
  responses: {
    201: created('The deployment.', Deployment),
    ...refusesWrite(...SHARED, ...HELD, 'validation_failed', 'limit_reached', 'conflict'),
  },
});

const get = createRoute({
  method: 'get',
  path: '/v1/deployments/{id}',
  operationId: 'deployments.get',
  tags: ['deployments'],
  summary: 'Get a deployment',
  ...reads('deployments:read'),
  request: { params: DeploymentParams },
  responses: { 200: item('The deployment.', Deployment), ...refusesRead(...SHARED) },
});

export const deployments = createRouter()
  .openapi(list, async (c) => {
    const { projectId } = c.req.valid('param');
    return sendList(c, unwrap(await listDeployments(askOf(c), projectId, c.req.valid('query'))));
  })
  .openapi(create, async (c) => {
    const { projectId } = c.req.valid('param');
    return sendReply(c, unwrap(await createDeployment(askOf(c), projectId, c.req.valid('json'))));
  })
  .openapi(get, async (c) =>
    sendItem(c, unwrap(await getDeployment(askOf(c), c.req.valid('param').id))),
  );
