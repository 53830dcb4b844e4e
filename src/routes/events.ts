// GET /tasks/:id/events: what happened, as a page, by long-poll, or as server-sent events.

import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { z } from 'zod';
import { openSocket, type Page, readEvents, readState } from '../actions/events.ts';
import { refuse } from '../contract/error.ts';
import { EventPage } from '../contract/event-page.ts';
import { queryCursor, queryInteger } from '../contract/field.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { unwrap } from '../middleware/refusal.ts';
import { checkScope, identifyAnew } from '../middleware/require-scope.ts';
import { askOf } from './ask.ts';
import { reads, refusesRead, TaskParams } from './parts.ts';
import { createRouter } from './router.ts';
import { EVENT_STREAM, openEventStream } from './sse.ts';

const WHOLE_NUMBER = /^\d{1,15}$/;
/** Events that a stream reads at once. The log ends a page of large ones earlier. */
const STREAM_PAGE = 500;
const SCOPE = 'tasks:read';
const WHO = { ownTask: true } as const;
const EventsQuery = z.object({
  after: queryCursor('After').optional(),
  limit: queryInteger('Limit', 1, 1_000, 100),
  wait: queryInteger('Wait', 0, 30, 0).meta({ description: 'Seconds to wait for the first one.' }),
  until: z.enum(['end'], { error: 'Until must be: end' }).optional(),
});
type EventsQuery = z.infer<typeof EventsQuery>;

const read = createRoute({
  method: 'get',
  path: '/tasks/{id}/events',
  operationId: 'events.list',
  tags: ['events'],
  summary: 'Read the events of a task, or follow them',
  description:
    'With `Accept: text/event-stream` the first event is `task:state`, then those after ' +
    '`Last-Event-ID` or `after` (default 0: all of them), then live ones. Where the log no longer holds ' +
    'what was told, a `stream:gap` takes its place.',
  ...reads(SCOPE, WHO),
  request: { params: TaskParams, query: EventsQuery },
  responses: {
    200: {
      description: 'A page, oldest first; or the stream.',
      content: {
        'application/json': { schema: EventPage },
        'text/event-stream': { schema: z.string() },
      },
    },
    204: { description: 'With `until=end`: nothing can follow.' },
    ...refusesRead('not_found'),
  },
});

export const events = createRouter().openapi(read, async (c) => {
  const { id } = c.req.valid('param');
  const query = c.req.valid('query');
  if (c.req.header('Accept')?.includes('text/event-stream')) return follow(c, id, query);
  const after = Number(query.after ?? 0);
  const wanted = { after, limit: query.limit, waitMs: query.wait * 1_000 };
  return c.json(unwrap(await readEvents(askOf(c), id, wanted)), 200);
});

async function follow(c: Context<AppEnv>, id: string, query: EventsQuery): Promise<Response> {
  const ask = askOf(c);
  const { until } = query;
  const readAfter = async (after: number): Promise<Page> =>
    unwrap(await readEvents(ask, id, { after, limit: STREAM_PAGE, waitMs: 0 }));
  // A stream cannot say 404, nor that nothing can follow, so the first page is read before it opens.
  const first = await readAfter(Number(lastEventId(c) ?? query.after ?? 0));
  if (until && first.count === 0 && first.end) return new Response(null, { status: 204 });
  if (c.req.method === 'HEAD') return new Response(null, { headers: EVENT_STREAM });
  const state = unwrap(await readState(ask, id));
  const openAfter = async (after: number): Promise<Response> => {
    const url = new URL(`/stream/${id}`, c.req.url);
    url.searchParams.set('after', String(after));
    if (until) url.searchParams.set('until', until);
    const headers = { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': 'sluice.stream.v1' };
    // What lives long is not opened by what memory says, nor by what was good when the replay began.
    await identifyAnew(c, { fresh: true });
    checkScope(c, SCOPE, WHO);
    const [actor, credential] = [c.get('actor'), c.get('credential')];
    const anew = { ...ask, actor, credential, now: Date.now() };
    return unwrap(await openSocket(anew, id, new Request(url, { headers })));
  };
  return openEventStream({ state, first, readAfter, openAfter, untilEnd: until !== undefined });
}

function lastEventId(c: Context<AppEnv>): string | undefined {
  const id = c.req.header('Last-Event-ID');
  if (!id || WHOLE_NUMBER.test(id)) return id || undefined;
  const message = 'Last-Event-ID must be a whole number';
  const errors = [{ path: '^Last-Event-ID', message }];
  return unwrap(refuse('invalid_request', message, { errors }));
}
