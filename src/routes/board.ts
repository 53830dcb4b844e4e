// WS /ws, /stream/0 and /stream/health: a project live, and how its runners are doing.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { openBoard } from '../actions/board.ts';
import { queryCursor } from '../contract/field.ts';
import { ProjectId } from '../contract/id.ts';
import { admitSocket, closedSocket, protocolOf } from '../middleware/admit-socket.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { refusesRead } from './parts.ts';
import { createRouter } from './router.ts';

const BoardQuery = z.object({
  after: queryCursor('After').optional(),
  projectId: ProjectId.optional(),
});

function watch<const P extends string>(path: P, operationId: string, summary: string) {
  return createRoute({
    method: 'get',
    path,
    operationId,
    tags: ['events'],
    summary,
    description:
      'The feed: `task:state` with the newest tasks first, then every event of every task but its logs and its ' +
      "agents' words, `deployment.*`, `incident.*`, `monitor.*`, and `runner:registered`, `online`, " +
      '`draining`, `offline` and `removed`, numbered through; `taskSeq` is the number in the task. A credential ' +
      'that is for some environments sees what happens in them, and without `deployments:read` or ' +
      '`incidents:read` nothing of these, so its numbers have holes. With `after` what came since is ' +
      'replayed, from the last 10,000 events; where that is not enough `feed:reset` says so. ' +
      'Close codes: 4401 no credential, 4403 not allowed, 4404 no such project, 4429 too many viewers.',
    security: [{ bearer: ['tasks:read'] }],
    middleware: [admitSocket('tasks:read')],
    request: { query: BoardQuery },
    responses: {
      101: { description: 'The socket is open.' },
      ...refusesRead('upgrade_required'),
    },
  });
}

const routes = [
  watch('/ws', 'events.board', 'Follow a project by WebSocket'),
  watch('/stream/0', 'events.boardStream', 'Follow a project by WebSocket, as old clients ask'),
  watch('/stream/health', 'events.health', 'Follow the health of the runners by WebSocket'),
] as const;

export const board = createRouter();

for (const route of routes) {
  board.openapi(route, async (c) => {
    const { projectId } = c.req.valid('query');
    const opened = await openBoard(askOf(c), projectId, c.req.raw);
    if (!opened.ok && opened.refusal.code === 'not_found')
      return closedSocket(4404, opened.refusal, protocolOf(c));
    return unwrap(opened);
  });
}
