// /tasks/:id/gates: what waits for a person, and the decision. Agents and runners never decide.

import { createRoute } from '@hono/zod-openapi';
import { approveGate, getGate, listGates, rejectGate, requestChanges } from '../actions/gates.ts';
import { ChangeRequestBody, GateAnswer, GateDecisionBody, GateList } from '../contract/gate.ts';
import { Ok } from '../contract/task.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { GateParams } from './gate-params.ts';
import {
  answer,
  body,
  optionalBody,
  reads,
  refusesRead,
  refusesWrite,
  TaskParams,
  writes,
} from './parts.ts';
import { createRouter } from './router.ts';

const byPerson = writes('gates:approve', TASK_BODY_BYTES, { kinds: ['person'], fresh: true });
const DECISION_REFUSALS = [
  'human_required',
  'not_found',
  'gate_not_required',
  'gate_decided',
  'action_changed',
  'invalid_transition',
] as const;

const list = createRoute({
  method: 'get',
  path: '/tasks/{id}/gates',
  operationId: 'gates.list',
  tags: ['gates'],
  summary: 'List the gates of a task, newest first',
  ...reads('tasks:read', { ownTask: true }),
  request: { params: TaskParams },
  responses: { 200: answer('The gates.', GateList), ...refusesRead('not_found') },
});

const get = createRoute({
  method: 'get',
  path: '/tasks/{id}/gates/{gateName}',
  operationId: 'gates.get',
  tags: ['gates'],
  summary: 'Get a gate',
  ...reads('tasks:read', { ownTask: true }),
  request: { params: GateParams },
  responses: {
    200: answer('The gate; `not-required` for a name that the task does not have.', GateAnswer),
    ...refusesRead('not_found'),
  },
});

function decision<const V extends string>(verb: V, summary: string) {
  return createRoute({
    method: 'post',
    path: `/tasks/{id}/gates/{gateName}/${verb}` as const,
    operationId: `gates.${verb}`,
    tags: ['gates'],
    summary,
    ...byPerson,
    request: { params: GateParams, body: optionalBody(GateDecisionBody) },
    responses: { 200: answer('Decided.', Ok), ...refusesWrite(...DECISION_REFUSALS) },
  });
}

const approve = decision('approve', 'Approve: the task goes on');
const reject = decision('reject', 'Reject: the task fails');

const changes = createRoute({
  method: 'post',
  path: '/tasks/{id}/gates/{gateName}/request-changes',
  operationId: 'gates.requestChanges',
  tags: ['gates'],
  summary: 'Send the task back to the stage of the gate',
  ...byPerson,
  request: { params: GateParams, body: body(ChangeRequestBody) },
  responses: {
    200: answer('The stage runs again with the comment.', Ok),
    ...refusesWrite(...DECISION_REFUSALS, 'not_a_stage_gate'),
  },
});

export const gates = createRouter()
  .openapi(list, async (c) =>
    c.json(unwrap(await listGates(askOf(c), c.req.valid('param').id)), 200),
  )
  .openapi(get, async (c) => {
    const { id, gateName } = c.req.valid('param');
    return c.json(unwrap(await getGate(askOf(c), id, gateName)), 200);
  })
  .openapi(approve, async (c) => {
    const { id, gateName } = c.req.valid('param');
    return c.json(unwrap(await approveGate(askOf(c), id, gateName, c.req.valid('json'))), 200);
  })
  .openapi(reject, async (c) => {
    const { id, gateName } = c.req.valid('param');
    return c.json(unwrap(await rejectGate(askOf(c), id, gateName, c.req.valid('json'))), 200);
  })
  .openapi(changes, async (c) => {
    const { id, gateName } = c.req.valid('param');
    const wanted = c.req.valid('json');
    return c.json(unwrap(await requestChanges(askOf(c), id, gateName, wanted)), 200);
  });
