// /tasks/:id/lease, /events and /work: the writes of the runner that holds a task.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import {
  forceRelease,
  heartbeat,
  readLease,
  readWork,
  release,
  sendEvents,
  sendResult,
} from '../actions/leases.ts';
import { EventsAnswer, EventsBody } from '../contract/batch.ts';
import type { ErrorCode } from '../contract/error.ts';
import {
  ForceReleaseBody,
  ForceReleased,
  HeartbeatAnswer,
  HeartbeatBody,
  LeaseAnswer,
  ReleaseBody,
} from '../contract/lease.ts';
import { SessionQuery } from '../contract/session.ts';
import { Ok } from '../contract/task.ts';
import { ResultAnswer, ResultBody, WorkAnswer } from '../contract/work.ts';
import { RUNNER_BODY_BYTES, TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, reads, refusesRead, refusesWrite, TaskParams, writes } from './parts.ts';
import { createRouter } from './router.ts';

const HOLDER_REFUSALS = [
  'not_found',
  'not_lease_holder',
  'no_lease',
  'stale_epoch',
] as const satisfies readonly ErrorCode[];
const WorkParams = TaskParams.extend({ workId: z.string() });

const lease = createRoute({
  method: 'get',
  path: '/tasks/{id}/lease',
  operationId: 'leases.get',
  tags: ['runners'],
  summary: 'Show who holds a task',
  ...reads('tasks:read'),
  request: { params: TaskParams },
  responses: {
    200: answer('The lease, or null, and the epoch.', LeaseAnswer),
    ...refusesRead('not_found'),
  },
});

const beat = createRoute({
  method: 'post',
  path: '/tasks/{id}/lease/heartbeat',
  operationId: 'leases.heartbeat',
  tags: ['runners'],
  summary: 'Keep the lease and hear commands',
  ...writes('tasks:run', RUNNER_BODY_BYTES),
  request: { params: TaskParams, body: body(HeartbeatBody) },
  responses: {
    200: answer('The renewed lease and what is commanded.', HeartbeatAnswer),
    ...refusesWrite(...HOLDER_REFUSALS),
  },
});

const giveBack = createRoute({
  method: 'post',
  path: '/tasks/{id}/lease/release',
  operationId: 'leases.release',
  tags: ['runners'],
  summary: 'Give the task back',
  ...writes('tasks:run', RUNNER_BODY_BYTES),
  request: { params: TaskParams, body: body(ReleaseBody) },
  responses: {
    200: answer('Released, also when repeated.', Ok),
    ...refusesWrite(...HOLDER_REFUSALS),
  },
});

const takeAway = createRoute({
  method: 'post',
  path: '/tasks/{id}/lease/force-release',
  operationId: 'leases.forceRelease',
  tags: ['runners'],
  summary: 'Take a task from its runner',
  // The agent of the task comes in as far as the answer that this takes a person.
  ...writes('tasks:write', TASK_BODY_BYTES, { kinds: ['person'], ownTask: true }),
  request: { params: TaskParams, body: body(ForceReleaseBody) },
  responses: {
    200: answer('The lease has ended, and nothing of its runner is taken any more.', ForceReleased),
    ...refusesWrite('not_found', 'human_required', 'no_lease'),
  },
});

const events = createRoute({
  method: 'post',
  path: '/tasks/{id}/events',
  operationId: 'leases.sendEvents',
  tags: ['runners'],
  summary: 'Send a batch of events',
  ...writes('tasks:run', TASK_BODY_BYTES),
  request: { params: TaskParams, body: body(EventsBody) },
  responses: {
    200: answer('Durable up to `acked`.', EventsAnswer),
    ...refusesWrite(...HOLDER_REFUSALS, 'invalid_event', 'bad_sequence', 'sequence_gap'),
  },
});

const work = createRoute({
  method: 'get',
  path: '/tasks/{id}/work',
  operationId: 'leases.getWork',
  tags: ['runners'],
  summary: 'Show the work that is handed out',
  ...reads('tasks:run'),
  request: { params: TaskParams, query: SessionQuery },
  responses: { 200: answer('The work, or null.', WorkAnswer), ...refusesRead(...HOLDER_REFUSALS) },
});

const result = createRoute({
  method: 'post',
  path: '/tasks/{id}/work/{workId}/result',
  operationId: 'leases.sendResult',
  tags: ['runners'],
  summary: 'Hand in the result of work and hear what is next',
  ...writes('tasks:run', RUNNER_BODY_BYTES),
  request: { params: WorkParams, body: body(ResultBody) },
  responses: {
    200: answer('What is next.', ResultAnswer),
    ...refusesWrite(...HOLDER_REFUSALS, 'work_finished', 'events_outstanding'),
  },
});

export const leases = createRouter()
  .openapi(lease, async (c) =>
    c.json(unwrap(await readLease(askOf(c), c.req.valid('param').id)), 200),
  )
  .openapi(beat, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await heartbeat(askOf(c), id, c.req.valid('json'))), 200);
  })
  .openapi(giveBack, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await release(askOf(c), id, c.req.valid('json'))), 200);
  })
  .openapi(takeAway, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await forceRelease(askOf(c), id, c.req.valid('json'))), 200);
  })
  .openapi(events, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await sendEvents(askOf(c), id, c.req.valid('json'))), 200);
  })
  .openapi(work, async (c) => {
    const { id } = c.req.valid('param');
    const { leaseId, epoch } = c.req.valid('query');
    return c.json(unwrap(await readWork(askOf(c), id, { leaseId, epoch: Number(epoch) })), 200);
  })
  .openapi(result, async (c) => {
    const { id, workId } = c.req.valid('param');
    return c.json(unwrap(await sendResult(askOf(c), id, workId, c.req.valid('json'))), 200);
  });
