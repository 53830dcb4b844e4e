// /tasks/:id/gates: what a lease holder or its agent asks people, and how the holder uses their approval.

import { createRoute } from '@hono/zod-openapi';
import { consumeGate, requestGate } from '../actions/gate-requests.ts';
import type { ErrorCode } from '../contract/error.ts';
import { Gate } from '../contract/gate.ts';
import { GateConsumeBody, GateConsumed, GateRequestBody } from '../contract/gate-request.ts';
import { RUNNER_BODY_BYTES, TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { GateParams } from './gate-params.ts';
import { answer, body, refusesWrite, TaskParams, writes } from './parts.ts';
import { createRouter } from './router.ts';

const HOLDER_REFUSALS = [
  'not_found',
  'not_lease_holder',
  'no_lease',
  'stale_epoch',
] as const satisfies readonly ErrorCode[];

const request = createRoute({
  method: 'post',
  path: '/tasks/{id}/gates',
  operationId: 'gates.request',
  tags: ['gates'],
  summary: 'Ask people before something is done',
  description:
    'For the holder of the lease and its agent. The task waits for the answer, unless `blocking` is false, while its lease lives on.',
  ...writes('tasks:run', RUNNER_BODY_BYTES, { ownTask: true }),
  request: { params: TaskParams, body: body(GateRequestBody) },
  responses: {
    200: answer('The live gate of this name and action.', Gate),
    201: answer('The gate that was opened.', Gate),
    ...refusesWrite(...HOLDER_REFUSALS, 'invalid_action', 'too_many_gates', 'invalid_transition'),
  },
});

const consume = createRoute({
  method: 'post',
  path: '/tasks/{id}/gates/{gateName}/consume',
  operationId: 'gates.consume',
  tags: ['gates'],
  summary: 'Use an approval, once',
  description: 'By the holder of the lease, right before it does exactly the action of the answer.',
  ...writes('tasks:run', TASK_BODY_BYTES),
  request: { params: GateParams, body: body(GateConsumeBody) },
  responses: {
    200: answer('Used; the same `consumeId` is answered the same.', GateConsumed),
    ...refusesWrite(
      ...HOLDER_REFUSALS,
      'gate_not_required',
      'gate_not_approved',
      'action_mismatch',
      'gate_consumed',
    ),
  },
});

export const gateRequests = createRouter()
  .openapi(request, async (c) => {
    const { id } = c.req.valid('param');
    const { gate, isNew } = unwrap(await requestGate(askOf(c), id, c.req.valid('json')));
    return isNew ? c.json(gate, 201) : c.json(gate, 200);
  })
  .openapi(consume, async (c) => {
    const { id, gateName } = c.req.valid('param');
    return c.json(unwrap(await consumeGate(askOf(c), id, gateName, c.req.valid('json'))), 200);
  });
