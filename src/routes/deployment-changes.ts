// /v1/deployments/{id}/…: what is reported on a deployment, and its promotion.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { promoteDeployment, redeploy } from '../actions/deployment-promotion.ts';
import {
  addArtifact,
  cancelDeployment,
  failDeployment,
  reportStage,
} from '../actions/deployment-reports.ts';
import { Deployment } from '../contract/deployment.ts';
import {
  ArtifactBody,
  CancelDeploymentBody,
  FailBody,
  PromoteBody,
  RedeployBody,
  StageReportBody,
} from '../contract/deployment-request.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { DeploymentParams, HELD, OR_HOLDER, SHARED } from './deployments.ts';
import { body, optionalBody, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import { created, IfMatch, item, preconditionOf, sendReply, writesV1 } from './v1-parts.ts';

const ITEM = '/v1/deployments/{id}';
const StageParams = DeploymentParams.extend({ name: z.string().meta({ example: 'build' }) });
const REPORTED = [
  ...SHARED,
  ...HELD,
  'validation_failed',
  'invalid_transition',
  'conflict',
] as const;

const APPROVED = ['human_required', 'not_an_approver', 'self_approval'] as const;

const stage = createRoute({
  method: 'put',
  path: `${ITEM}/stages/{name}`,
  operationId: 'deployments.reportStage',
  tags: ['deployments'],
  summary: 'Report the state of a stage',
  description:
    'A stage begins once all before it are done. The state that it has already changes nothing. Where the last one is ' +
    'done the deployment is ready, and promoted unless something has to be waited for.',
  ...writesV1('deployments:write', OR_HOLDER),
  request: { params: StageParams, headers: IfMatch, body: body(StageReportBody) },
  responses: {
    200: item('The deployment.', Deployment),
    ...refusesWrite(...REPORTED, 'revision_mismatch'),
  },
});

const artifact = createRoute({
  method: 'post',
  path: `${ITEM}/artifacts`,
  operationId: 'deployments.addArtifact',
  tags: ['deployments'],
  summary: 'Add an artifact',
  description: 'What has been approved before has to be approved again.',
  ...writesV1('deployments:write', OR_HOLDER),
  request: { params: DeploymentParams, body: body(ArtifactBody) },
  responses: {
    200: item('It has an artifact of this digest already.', Deployment),
    201: created('The deployment with the artifact.', Deployment),
    ...refusesWrite(...REPORTED, 'limit_reached'),
  },
});

const promote = createRoute({
  method: 'post',
  path: `${ITEM}/promote`,
  operationId: 'deployments.promote',
  tags: ['deployments'],
  summary: 'Promote a deployment',
  description:
    'In a protected environment this is the approval of one person who may decide gates; the last that is needed promotes ' +
    'it, or the end of the wait does.',
  // As at gates: nobody approves by a role that they had a moment ago.
  ...writesV1('deployments:write', { orScopes: ['gates:approve', 'tasks:run'], fresh: true }),
  request: { params: DeploymentParams, headers: IfMatch, body: optionalBody(PromoteBody) },
  responses: {
    200: item('The deployment.', Deployment),
    ...refusesWrite(
      ...REPORTED,
      ...APPROVED,
      'revision_mismatch',
      'artifact_required',
      'newer_deployment_live',
      'limit_reached',
    ),
  },
});

const fail = createRoute({
  method: 'post',
  path: `${ITEM}/fail`,
  operationId: 'deployments.fail',
  tags: ['deployments'],
  summary: 'Report that a deployment has failed',
  ...writesV1('deployments:write', OR_HOLDER),
  request: { params: DeploymentParams, body: body(FailBody) },
  responses: { 200: item('The deployment.', Deployment), ...refusesWrite(...REPORTED) },
});

const cancel = createRoute({
  method: 'post',
  path: `${ITEM}/cancel`,
  operationId: 'deployments.cancel',
  tags: ['deployments'],
  summary: 'Cancel a deployment',
  ...writesV1('deployments:write', OR_HOLDER),
  request: { params: DeploymentParams, body: optionalBody(CancelDeploymentBody) },
  responses: { 200: item('The deployment.', Deployment), ...refusesWrite(...REPORTED) },
});

const again = createRoute({
  method: 'post',
  path: `${ITEM}/redeploy`,
  operationId: 'deployments.redeploy',
  tags: ['deployments'],
  summary: 'Promote the same artifacts again',
  description:
    'Here, which rolls back where a newer one is live, or in another environment. A new deployment, without stages.',
  ...writesV1('deployments:write'),
  request: { params: DeploymentParams, body: optionalBody(RedeployBody) },
  responses: {
    201: created('The new deployment.', Deployment),
    ...refusesWrite(
      ...SHARED,
      'validation_failed',
      'invalid_transition',
      'limit_reached',
      'conflict',
    ),
  },
});

export const deploymentChanges = createRouter()
  .openapi(stage, async (c) => {
    const named = { ...c.req.valid('param'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await reportStage(askOf(c), named, c.req.valid('json'))));
  })
  .openapi(artifact, async (c) => {
    const { id } = c.req.valid('param');
    return sendReply(c, unwrap(await addArtifact(askOf(c), id, c.req.valid('json'))));
  })
  .openapi(promote, async (c) => {
    const named = { ...c.req.valid('param'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await promoteDeployment(askOf(c), named, c.req.valid('json'))));
  })
  .openapi(fail, async (c) => {
    const { id } = c.req.valid('param');
    return sendReply(c, unwrap(await failDeployment(askOf(c), id, c.req.valid('json'))));
  })
  .openapi(cancel, async (c) => {
    const { id } = c.req.valid('param');
    return sendReply(c, unwrap(await cancelDeployment(askOf(c), id, c.req.valid('json'))));
  })
  .openapi(again, async (c) => {
    const { id } = c.req.valid('param');
    return sendReply(c, unwrap(await redeploy(askOf(c), id, c.req.valid('json'))));
  });
