// /tasks/:id/gates/:gate: what an approver does there beside deciding.

import { createRoute } from '@hono/zod-openapi';
import { delegateGate, editGate, withdrawVote } from '../actions/gate-votes.ts';
import type { ErrorCode } from '../contract/error.ts';
import { GateDelegateBody, GateEditBody, GateWithdrawBody } from '../contract/gate-request.ts';
import { Ok } from '../contract/task.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { GateParams } from './gate-params.ts';
import { answer, body, optionalBody, refusesWrite, writes } from './parts.ts';
import { createRouter } from './router.ts';

const byPerson = writes('gates:approve', TASK_BODY_BYTES, { kinds: ['person'], fresh: true });
const REFUSALS = [
  'human_required',
  'not_found',
  'gate_not_required',
  'gate_decided',
  'not_an_approver',
  'invalid_transition',
] as const satisfies readonly ErrorCode[];

const edit = createRoute({
  method: 'post',
  path: '/tasks/{id}/gates/{gateName}/edit',
  operationId: 'gates.edit',
  tags: ['gates'],
  summary: 'Put another action in the place of the one that was asked for, and approve it',
  ...byPerson,
  request: { params: GateParams, body: body(GateEditBody) },
  responses: {
    200: answer('Other votes are void; the editor approves the new action.', Ok),
    ...refusesWrite(
      ...REFUSALS,
      'edit_not_allowed',
      'limit_reached',
      'action_changed',
      'invalid_action',
      'self_approval',
      'insufficient_user_authentication',
    ),
  },
});

const delegate = createRoute({
  method: 'post',
  path: '/tasks/{id}/gates/{gateName}/delegate',
  operationId: 'gates.delegate',
  tags: ['gates'],
  summary: 'Hand your say to somebody else',
  ...byPerson,
  request: { params: GateParams, body: body(GateDelegateBody) },
  responses: {
    200: answer('They decide instead; a vote of yours is taken back.', Ok),
    ...refusesWrite(
      ...REFUSALS,
      'self_approval',
      'delegate_not_eligible',
      'delegation_loop',
      'limit_reached',
    ),
  },
});

const withdraw = createRoute({
  method: 'post',
  path: '/tasks/{id}/gates/{gateName}/withdraw',
  operationId: 'gates.withdraw',
  tags: ['gates'],
  summary: 'Take your vote back, as long as nobody has used the approval',
  ...byPerson,
  request: { params: GateParams, body: optionalBody(GateWithdrawBody) },
  responses: {
    200: answer('Taken back; below the quorum the gate is asked again.', Ok),
    ...refusesWrite(...REFUSALS, 'gate_consumed'),
  },
});

export const gateVotes = createRouter()
  .openapi(edit, async (c) => {
    const { id, gateName } = c.req.valid('param');
    return c.json(unwrap(await editGate(askOf(c), id, gateName, c.req.valid('json'))), 200);
  })
  .openapi(delegate, async (c) => {
    const { id, gateName } = c.req.valid('param');
    return c.json(unwrap(await delegateGate(askOf(c), id, gateName, c.req.valid('json'))), 200);
  })
  .openapi(withdraw, async (c) => {
    const { id, gateName } = c.req.valid('param');
    return c.json(unwrap(await withdrawVote(askOf(c), id, gateName, c.req.valid('json'))), 200);
  });
