// GET /v1/events, and GET /v1/event-types: what happens in a project, for who would rather ask than be told.

import { createRoute } from '@hono/zod-openapi';
import { readEvents } from '../actions/platform-events.ts';
import { EventTypeList, eventCatalogue } from '../contract/event-catalogue.ts';
import { EventList, EventsQuery } from '../contract/event-list.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, reads, refusesRead } from './parts.ts';
import { createRouter } from './router.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/events',
  operationId: 'events.pull',
  tags: ['webhooks'],
  summary: 'List what has happened in a project',
  description:
    'Oldest first, of the last 30 days, the same bodies as webhooks bring. Go on with `after` = `nextAfter`: `sequence` ' +
    'counts without gaps.',
  ...reads('webhooks:read'),
  request: { query: EventsQuery },
  responses: {
    200: answer('A page.', EventList),
    ...refusesRead('not_found', 'role_too_low', 'unknown_environment', 'environment_forbidden'),
  },
});

const types = createRoute({
  method: 'get',
  path: '/v1/event-types',
  operationId: 'eventTypes.list',
  tags: ['webhooks'],
  summary: 'List the types of events',
  description: 'Each with a JSON Schema of the whole event and an example.',
  ...reads('webhooks:read'),
  responses: { 200: answer('All types.', EventTypeList), ...refusesRead() },
});

let catalogue: string | undefined;

export const platformEvents = createRouter()
  .openapi(list, async (c) => {
    const { texts, ...pagination } = unwrap(await readEvents(askOf(c), c.req.valid('query')));
    // The bodies are the very bytes that are sent, so they are not read and written once more.
    const text = `{"data":[${texts.join(',')}],"pagination":${JSON.stringify(pagination)}}`;
    return sendText(c.body(text, 200, JSON_TYPE));
  })
  .openapi(types, (c) => {
    catalogue ??= JSON.stringify(eventCatalogue());
    return sendText(c.body(catalogue, 200, JSON_TYPE));
  });

const JSON_TYPE = { 'Content-Type': 'application/json' };

/** The type of an answer as its schema has it, which the compiler cannot see in a text. */
const sendText = <T>(answered: Response): T => answered as unknown as T;
