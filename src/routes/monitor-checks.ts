// /v1/monitors/{id}/…: its checks, one more now, and its rest.

import { createRoute } from '@hono/zod-openapi';
import { checkNow, setPaused } from '../actions/monitor-changes.ts';
import { listChecks } from '../actions/monitors.ts';
import { PageQuery } from '../contract/listing.ts';
import { CheckedNow, CheckList, Monitor } from '../contract/monitor.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { MonitorParams } from './monitors.ts';
import { answer, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import { item, listed, sendList, sendReply, writesV1 } from './v1-parts.ts';

const ITEM = '/v1/monitors/{id}';
const SHARED = [
  'not_found',
  'role_too_low',
  'unknown_environment',
  'environment_forbidden',
] as const;

const checks = createRoute({
  method: 'get',
  path: `${ITEM}/checks`,
  operationId: 'monitors.checks',
  tags: ['incidents'],
  summary: 'List the checks of a monitor',
  description: 'The last 1,440 are kept.',
  ...reads('incidents:read'),
  request: { params: MonitorParams, query: PageQuery },
  responses: {
    200: listed('A page, newest first.', CheckList),
    ...refusesRead(...SHARED, 'invalid_cursor'),
  },
});

const check = createRoute({
  method: 'post',
  path: `${ITEM}/check`,
  operationId: 'monitors.check',
  tags: ['incidents'],
  summary: 'Ask the URL of a monitor now',
  description: 'It counts as any other check, but for a monitor that is paused.',
  ...writesV1('incidents:write'),
  request: { params: MonitorParams },
  responses: {
    200: answer('What was answered, and the monitor after it.', CheckedNow),
    ...refusesWrite(...SHARED, 'conflict'),
  },
});

const rest = (verb: 'pause' | 'resume', summary: string) =>
  createRoute({
    method: 'post',
    path: `${ITEM}/${verb}`,
    operationId: `monitors.${verb}`,
    tags: ['incidents'],
    summary,
    ...writesV1('incidents:write'),
    request: { params: MonitorParams },
    responses: {
      200: item('The monitor.', Monitor),
      ...refusesWrite(...SHARED, 'invalid_transition', 'conflict'),
    },
  });

export const monitorChecks = createRouter()
  .openapi(checks, async (c) => {
    const { id } = c.req.valid('param');
    return sendList(c, unwrap(await listChecks(askOf(c), id, c.req.valid('query'))));
  })
  .openapi(check, async (c) =>
    sendReply(c, unwrap(await checkNow(askOf(c), c.req.valid('param').id))),
  )
  .openapi(rest('pause', 'Let a monitor rest'), async (c) =>
    sendReply(c, unwrap(await setPaused(askOf(c), c.req.valid('param').id, true))),
  )
  .openapi(rest('resume', 'Let a monitor go on'), async (c) =>
    sendReply(c, unwrap(await setPaused(askOf(c), c.req.valid('param').id, false))),
  );
