// /v1/projects/{projectId}/monitors and /v1/monitors/{id}: what is watched.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { deleteMonitor, patchMonitor } from '../actions/monitor-changes.ts';
import { createMonitor, getMonitor, listMonitors } from '../actions/monitors.ts';
import {
  ChangeMonitorBody,
  CreateMonitorBody,
  Monitor,
  MonitorList,
  MonitorsQuery,
} from '../contract/monitor.ts';
import { ProjectParams } from '../contract/project-params.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { body, optionalBody, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import {
  created,
  etagOf,
  IfMatch,
  item,
  listed,
  preconditionOf,
  sendList,
  sendReply,
  writesV1,
} from './v1-parts.ts';

const LIST = '/v1/projects/{projectId}/monitors';
const ITEM = '/v1/monitors/{id}';
export const MonitorParams = z.object({
  id: z.string().meta({ example: 'mon_01k9z4v3m8x2c7q5t1w6y0b4na' }),
});
const SHARED = [
  'not_found',
  'role_too_low',
  'unknown_environment',
  'environment_forbidden',
] as const;
const FITS = ['validation_failed', 'url_not_allowed'] as const;

const list = createRoute({
  method: 'get',
  path: LIST,
  operationId: 'monitors.list',
  tags: ['incidents'],
  summary: 'List the monitors of a project',
  ...reads('incidents:read'),
  request: { params: ProjectParams, query: MonitorsQuery },
  responses: {
    200: listed('A page, newest first.', MonitorList),
    ...refusesRead(...SHARED, 'invalid_cursor'),
  },
});

const create = createRoute({
  method: 'post',
  path: LIST,
  operationId: 'monitors.create',
  tags: ['incidents'],
  summary: 'Watch a URL',
  description:
    'It is asked at once and then at its interval, without credentials and without following redirects. Failures in a ' +
    'row open an incident; good checks in a row resolve it.',
  ...writesV1('incidents:write'),
  request: { params: ProjectParams, body: body(CreateMonitorBody) },
  responses: {
    201: created('The monitor.', Monitor),
    ...refusesWrite(...SHARED, ...FITS, 'limit_reached'),
  },
});

const get = createRoute({
  method: 'get',
  path: ITEM,
  operationId: 'monitors.get',
  tags: ['incidents'],
  summary: 'Get a monitor',
  description:
    'ETag is the revision of what people have set, for If-Match; what the monitor has found changes without it.',
  ...reads('incidents:read'),
  request: { params: MonitorParams },
  responses: { 200: item('The monitor.', Monitor), ...refusesRead(...SHARED) },
});

const patch = createRoute({
  method: 'patch',
  path: ITEM,
  operationId: 'monitors.update',
  tags: ['incidents'],
  summary: 'Change a monitor',
  description: 'Where it asks another question afterwards, it asks at once and counts anew.',
  ...writesV1('incidents:write'),
  request: { params: MonitorParams, headers: IfMatch, body: optionalBody(ChangeMonitorBody) },
  responses: {
    200: item('The monitor after the change.', Monitor),
    ...refusesWrite(...SHARED, ...FITS, 'revision_mismatch', 'conflict'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: ITEM,
  operationId: 'monitors.delete',
  tags: ['incidents'],
  summary: 'Delete a monitor',
  description: 'Its checks go with it, its incidents stay.',
  ...writesV1('incidents:write'),
  request: { params: MonitorParams, headers: IfMatch },
  responses: {
    204: { description: 'It is deleted.' },
    ...refusesWrite(...SHARED, 'revision_mismatch', 'conflict'),
  },
});

export const monitors = createRouter()
  .openapi(list, async (c) => {
    const { projectId } = c.req.valid('param');
    return sendList(c, unwrap(await listMonitors(askOf(c), projectId, c.req.valid('query'))));
  })
  .openapi(create, async (c) => {
    const { projectId } = c.req.valid('param');
    return sendReply(c, unwrap(await createMonitor(askOf(c), projectId, c.req.valid('json'))));
  })
  .openapi(get, async (c) => {
    const monitor = unwrap(await getMonitor(askOf(c), c.req.valid('param').id));
    // No 304: what it has found is in the body and not in the revision.
    c.header('ETag', etagOf(monitor));
    return c.json(monitor, 200);
  })
  .openapi(patch, async (c) => {
    const named = { ...c.req.valid('param'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await patchMonitor(askOf(c), named, c.req.valid('json'))));
  })
  .openapi(remove, async (c) => {
    const named = { ...c.req.valid('param'), precondition: preconditionOf(c) };
    return sendReply(c, unwrap(await deleteMonitor(askOf(c), named)));
  });
