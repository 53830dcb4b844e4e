// WS /stream/:taskId: a task live. A browser cannot read a refused upgrade, so a socket is opened and
// closed with the reason.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { openSocket } from '../actions/events.ts';
import { queryCursor } from '../contract/field.ts';
import { admitSocket } from '../middleware/admit-socket.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { refusesRead, TaskParams } from './parts.ts';
import { createRouter } from './router.ts';

/** Codes that stand for how a connection ended and may not be sent (RFC 6455 §7.4.1). */
const CODES_UNSENT: ReadonlySet<number> = new Set([1005, 1006, 1015]);

const StreamParams = z.object({ taskId: TaskParams.shape.id });
const StreamQuery = z.object({
  after: queryCursor('After').optional(),
  until: z.enum(['end'], { error: 'Until must be: end' }).optional(),
  logs: z.enum(['compact'], { error: 'Logs must be: compact' }).optional(),
});

const open = createRoute({
  method: 'get',
  path: '/stream/{taskId}',
  operationId: 'events.stream',
  tags: ['events'],
  summary: 'Follow a task by WebSocket',
  description:
    'One JSON event a frame: `task:state` first, then the events after `after`, at most 2,000 and 2 MiB ' +
    'a second from the log, then live ones. With the subprotocol `sluice.stream.v1`, frames of many: ' +
    '`{"t":"events","from":413,"events":[…]}`, at most 500 events and 1 MB; the client answers ' +
    '`{"t":"ack","seq":912}` each second or each 1,000 events, and is sent at most 4 MiB more than it has ' +
    'acknowledged. With `logs=compact` beside it, neighbouring log lines come as ' +
    '`{"t":"logs","from":413,"entries":[[ms, level, stage, agent, message],…]}`, at most 1,000 lines and 256 kB: the ' +
    'n-th, from 0, has the seq `from` + n; a line with metadata comes as an event. Where the log no longer holds what was told, a `stream:gap` takes its place. ' +
    'Close codes: 1000 the end, with `until=end`; 1009 a frame over 64 kB; 4008 too slow, come back with ' +
    '`after`; 4401 no credential, 4403 not allowed, 4404 no such task, 4429 too many viewers.',
  security: [{ bearer: ['tasks:read'] }],
  middleware: [admitSocket('tasks:read', { ownTask: true }, 'taskId')],
  request: { params: StreamParams, query: StreamQuery },
  responses: {
    101: { description: 'The socket is open.' },
    ...refusesRead('upgrade_required'),
  },
});

export const stream = createRouter().openapi(open, async (c) => {
  const answer = unwrap(await openSocket(askOf(c), c.req.valid('param').taskId, c.req.raw));
  return c.req.valid('query').until ? relay(answer) : answer;
});

/**
 * Passes the frames on here instead of handing over the object's socket. Measured in workerd: where the first frame of
 * a client is its answer to a close, a socket handed over keeps its connection until the object sleeps, ten seconds
 * later, and many clients wait for that.
 */
function relay(answer: Response): Response {
  const { webSocket: inner, headers } = answer;
  if (!inner) return answer;
  const { 0: client, 1: outer } = new WebSocketPair();
  pass(inner, outer);
  pass(outer, inner);
  return new Response(null, { status: 101, webSocket: client, headers });
}

function pass(from: WebSocket, to: WebSocket): void {
  const close = (code: number, reason: string): void => {
    try {
      to.close(CODES_UNSENT.has(code) ? 1000 : code, reason);
    } catch {
      // It was gone already.
    }
  };
  from.addEventListener('message', ({ data }) => {
    if (to.readyState === WebSocket.OPEN) to.send(data);
  });
  from.addEventListener('close', ({ code, reason }) => close(code, reason));
  from.addEventListener('error', () => close(1011, ''));
  from.binaryType = 'arraybuffer';
  from.accept();
}
