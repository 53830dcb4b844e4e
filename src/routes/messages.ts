// POST /tasks/:id/messages: a person speaks to whoever is at work.

import { createRoute } from '@hono/zod-openapi';
import { postMessage } from '../actions/messages.ts';
import { MessageAnswer, MessageBody } from '../contract/message.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, refusesWrite, TaskParams, writes } from './parts.ts';
import { createRouter } from './router.ts';

const post = createRoute({
  method: 'post',
  path: '/tasks/{id}/messages',
  operationId: 'tasks.postMessage',
  tags: ['tasks'],
  summary: 'Say something to the agent at work, or answer its question',
  description:
    'The runner gets it at once as command `message`, and the next stage reads it in its prompt at the latest. ' +
    'A task that is paused for `input` goes on.',
  ...writes('tasks:write', TASK_BODY_BYTES, { kinds: ['person'] }),
  request: { params: TaskParams, body: body(MessageBody) },
  responses: {
    201: answer('It is kept until a stage has read it.', MessageAnswer),
    ...refusesWrite('not_found', 'human_required', 'invalid_transition', 'limit_reached'),
  },
});

export const messages = createRouter().openapi(post, async (c) => {
  const { id } = c.req.valid('param');
  return c.json(unwrap(await postMessage(askOf(c), id, c.req.valid('json'))), 201);
});
