// /tasks/:id/cancel, /pause, /resume and /retry: what a person does to a running task.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { cancelTask, pauseTask, resumeTask, retryTask } from '../actions/control.ts';
import { Done } from '../contract/task.ts';
import { CancelBody, PauseBody, RetryBody } from '../contract/task-request.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, optionalBody, refusesWrite, TaskParams, writes } from './parts.ts';
import { createRouter } from './router.ts';

const NoFields = z.object({});

function control<const V extends string, S extends z.ZodType>(verb: V, summary: string, schema: S) {
  return createRoute({
    method: 'post',
    path: `/tasks/{id}/${verb}` as const,
    operationId: `tasks.${verb}`,
    tags: ['tasks'],
    summary,
    ...writes('tasks:write', TASK_BODY_BYTES),
    request: { params: TaskParams, body: optionalBody(schema) },
    responses: {
      200: answer('Done.', Done),
      ...refusesWrite('not_found', 'invalid_transition', 'lease_held'),
    },
  });
}

const cancel = control('cancel', 'Cancel a task', CancelBody);
const pause = control('pause', 'Pause a task', PauseBody);
const resume = control('resume', 'Resume a task', NoFields);
const retry = control('retry', 'Start a new attempt', RetryBody);

export const controls = createRouter()
  .openapi(cancel, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await cancelTask(askOf(c), id, c.req.valid('json'))), 200);
  })
  .openapi(pause, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await pauseTask(askOf(c), id, c.req.valid('json'))), 200);
  })
  .openapi(resume, async (c) =>
    c.json(unwrap(await resumeTask(askOf(c), c.req.valid('param').id)), 200),
  )
  .openapi(retry, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await retryTask(askOf(c), id, c.req.valid('json'))), 200);
  });
