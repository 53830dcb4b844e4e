// /tasks/:id/gates: what waits for a person, and the decision. Agents and runners never decide.

import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { z } from 'zod';
import {
  approveGate,
  cancelGate,
  getGate,
  listGates,
  rejectGate,
  requestChanges,
  type Wanted,
  waitForGate,
  waiveGate,
} from '../actions/gates.ts';
import {
  ChangeRequestBody,
  GATE_WAIT_MAX_MS,
  GateAnswer,
  GateDecided,
  GateDecisionBody,
  GateList,
  GateReasonBody,
  GateState,
} from '../contract/gate.ts';
import type { AppEnv } from '../middleware/app-env.ts';
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
  'insufficient_user_authentication',
  'human_required',
  'not_an_approver',
  'self_approval',
  'not_found',
  'precondition_required',
  'limit_reached',
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
    responses: { 200: answer('Decided.', GateDecided), ...refusesWrite(...DECISION_REFUSALS) },
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
    200: answer('The stage runs again with the comment.', GateDecided),
    ...refusesWrite(...DECISION_REFUSALS, 'not_a_stage_gate'),
  },
});

const wait = createRoute({
  method: 'get',
  path: '/tasks/{id}/gates/{gateName}/wait',
  operationId: 'gates.wait',
  tags: ['gates'],
  summary: 'Wait until a gate has another state',
  ...reads('tasks:read', { ownTask: true }),
  request: {
    params: GateParams,
    query: z.object({
      state: GateState.default('pending').meta({ description: 'What is known already.' }),
      timeoutMs: z.coerce
        .number('TimeoutMs must be a number')
        .int('TimeoutMs must be whole')
        .min(0, 'TimeoutMs must be 0 or more')
        .max(GATE_WAIT_MAX_MS, `TimeoutMs must be ${GATE_WAIT_MAX_MS} or less`)
        .default(GATE_WAIT_MAX_MS),
    }),
  },
  responses: {
    200: answer('The gate, as soon as its state is another, or when the time is over.', GateAnswer),
    ...refusesRead('not_found'),
  },
});

const SETTLE_REFUSALS = [
  'not_found',
  'gate_not_required',
  'gate_decided',
  'invalid_transition',
] as const;

const waive = createRoute({
  method: 'post',
  path: '/tasks/{id}/gates/{gateName}/waive',
  operationId: 'gates.waive',
  tags: ['gates'],
  summary: 'Let the task pass without an approval',
  ...byPerson,
  request: { params: GateParams, body: body(GateReasonBody) },
  responses: {
    200: answer('The gate holds the task no longer.', GateDecided),
    ...refusesWrite(
      'human_required',
      'role_too_low',
      'not_an_approver',
      'self_approval',
      ...SETTLE_REFUSALS,
    ),
  },
});

const cancel = createRoute({
  method: 'post',
  path: '/tasks/{id}/gates/{gateName}/cancel',
  operationId: 'gates.cancel',
  tags: ['gates'],
  summary: 'Take a request back, as who has made it',
  ...writes('tasks:run', TASK_BODY_BYTES, { ownTask: true }),
  request: { params: GateParams, body: body(GateReasonBody) },
  responses: {
    200: answer('The gate asks nobody any more.', GateDecided),
    ...refusesWrite('not_lease_holder', 'stale_epoch', ...SETTLE_REFUSALS),
  },
});

/** RFC 7240: who wants it gets the gate as it is now, too. */
function wantedBy(c: Context<AppEnv>): Wanted {
  const wishes = (c.req.header('Prefer') ?? '').split(',').map((wish) => wish.trim().toLowerCase());
  const representation = wishes.includes('return=representation');
  if (representation) c.header('Preference-Applied', 'return=representation');
  return { representation };
}

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
    return c.json(
      unwrap(await approveGate(askOf(c), id, gateName, c.req.valid('json'), wantedBy(c))),
      200,
    );
  })
  .openapi(reject, async (c) => {
    const { id, gateName } = c.req.valid('param');
    return c.json(
      unwrap(await rejectGate(askOf(c), id, gateName, c.req.valid('json'), wantedBy(c))),
      200,
    );
  })
  .openapi(changes, async (c) => {
    const { id, gateName } = c.req.valid('param');
    const wanted = c.req.valid('json');
    return c.json(unwrap(await requestChanges(askOf(c), id, gateName, wanted, wantedBy(c))), 200);
  })
  .openapi(wait, async (c) => {
    const { id, gateName: gate } = c.req.valid('param');
    const { state, timeoutMs: waitMs } = c.req.valid('query');
    return c.json(unwrap(await waitForGate(askOf(c), id, { gate, state, waitMs })), 200);
  })
  .openapi(waive, async (c) => {
    const { id, gateName } = c.req.valid('param');
    const reason = c.req.valid('json');
    return c.json(unwrap(await waiveGate(askOf(c), id, gateName, reason, wantedBy(c))), 200);
  })
  .openapi(cancel, async (c) => {
    const { id, gateName } = c.req.valid('param');
    const reason = c.req.valid('json');
    return c.json(unwrap(await cancelGate(askOf(c), id, gateName, reason, wantedBy(c))), 200);
  });
