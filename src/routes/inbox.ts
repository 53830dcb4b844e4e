// /gates: what waits for people, over all tasks that the caller may read, and decisions on several at once.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { decideGates } from '../actions/gate-decisions.ts';
import { findGate } from '../actions/gate-view.ts';
import { listInbox } from '../actions/inbox.ts';
import {
  GateDecisionResults,
  GateDecisionsBody,
  Inbox,
  InboxGate,
  InboxQuery,
} from '../contract/inbox.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, reads, refusesRead, refusesWrite, writes } from './parts.ts';
import { createRouter } from './router.ts';

/** Fifty decisions with their comments. */
const DECISIONS_BYTES = 1_048_576;
const tags = ['gates'];

const list = createRoute({
  method: 'get',
  path: '/gates',
  operationId: 'gates.inbox',
  tags,
  summary: 'List what waits for people, over all tasks, soonest expiry first',
  ...reads('tasks:read'),
  request: { query: InboxQuery },
  responses: {
    200: answer('A page of gates that were reached.', Inbox),
    ...refusesRead('not_found', 'invalid_cursor', 'unknown_environment', 'environment_forbidden'),
  },
});

const get = createRoute({
  method: 'get',
  path: '/gates/{gateId}',
  operationId: 'gates.find',
  tags,
  summary: 'Get a gate by its id alone, with what you could do about it',
  ...reads('tasks:read'),
  request: { params: z.object({ gateId: z.string() }) },
  responses: {
    200: answer('The gate, as its task says it is now.', InboxGate),
    ...refusesRead('not_found', 'environment_forbidden'),
  },
});

const decide = createRoute({
  method: 'post',
  path: '/gates/decisions',
  operationId: 'gates.decide',
  tags,
  summary: 'Decide several gates, each by itself',
  ...writes('gates:approve', DECISIONS_BYTES, { kinds: ['person'], fresh: true }),
  request: { body: body(GateDecisionsBody) },
  responses: {
    200: answer('What became of each, in the order of the request.', GateDecisionResults),
    ...refusesWrite('human_required'),
  },
});

export const inbox = createRouter()
  .openapi(get, async (c) =>
    c.json(unwrap(await findGate(askOf(c), c.req.valid('param').gateId)), 200),
  )
  .openapi(list, async (c) => c.json(unwrap(await listInbox(askOf(c), c.req.valid('query'))), 200))
  .openapi(decide, async (c) =>
    c.json(await decideGates(askOf(c), c.req.valid('json').decisions), 200),
  );
