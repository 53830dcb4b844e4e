// /v1/projects/{projectId}/incidents and /v1/incidents/{id}: what went wrong, who has seen it, how it ended.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { createIncident, getIncident, listIncidents, moveIncident } from '../actions/incidents.ts';
import {
  AcknowledgeBody,
  CreateIncidentBody,
  Incident,
  IncidentList,
  IncidentsQuery,
  NoteBody,
} from '../contract/incident.ts';
import { ProjectParams } from '../contract/project-params.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { body, optionalBody, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import { created, item, listed, sendItem, sendList, sendReply, writesV1 } from './v1-parts.ts';

const LIST = '/v1/projects/{projectId}/incidents';
const ITEM = '/v1/incidents/{id}';
const IncidentParams = z.object({
  id: z.string().meta({ example: 'inc_01k9z4v3m8x2c7q5t1w6y0b4na' }),
});
const SHARED = [
  'not_found',
  'role_too_low',
  'unknown_environment',
  'environment_forbidden',
] as const;
const MOVED = [...SHARED, 'validation_failed', 'conflict', 'limit_reached'] as const;

const list = createRoute({
  method: 'get',
  path: LIST,
  operationId: 'incidents.list',
  tags: ['incidents'],
  summary: 'List the incidents of a project',
  ...reads('incidents:read'),
  request: { params: ProjectParams, query: IncidentsQuery },
  responses: {
    200: listed('A page, newest first.', IncidentList),
    ...refusesRead(...SHARED, 'invalid_cursor'),
  },
});

const create = createRoute({
  method: 'post',
  path: LIST,
  operationId: 'incidents.create',
  tags: ['incidents'],
  summary: 'Open an incident',
  description: '`incident.opened` is told, whatever the environment.',
  ...writesV1('incidents:write'),
  request: { params: ProjectParams, body: body(CreateIncidentBody) },
  responses: {
    201: created('The incident.', Incident),
    ...refusesWrite(...SHARED, 'validation_failed', 'limit_reached'),
  },
});

const get = createRoute({
  method: 'get',
  path: ITEM,
  operationId: 'incidents.get',
  tags: ['incidents'],
  summary: 'Get an incident',
  ...reads('incidents:read'),
  request: { params: IncidentParams },
  responses: { 200: item('The incident.', Incident), ...refusesRead(...SHARED) },
});

const acknowledge = createRoute({
  method: 'post',
  path: `${ITEM}/acknowledge`,
  operationId: 'incidents.acknowledge',
  tags: ['incidents'],
  summary: 'Acknowledge an incident',
  description: 'A person says that they have seen it.',
  ...writesV1('incidents:write', { kinds: ['person'] }),
  request: { params: IncidentParams, body: optionalBody(AcknowledgeBody) },
  responses: {
    200: item('The incident.', Incident),
    ...refusesWrite(...MOVED, 'human_required', 'invalid_transition'),
  },
});

const resolve = createRoute({
  method: 'post',
  path: `${ITEM}/resolve`,
  operationId: 'incidents.resolve',
  tags: ['incidents'],
  summary: 'Resolve an incident',
  description: 'Of a monitor that is still down, no other is opened until it has been up again.',
  ...writesV1('incidents:write'),
  request: { params: IncidentParams, body: body(NoteBody) },
  responses: {
    200: item('The incident.', Incident),
    ...refusesWrite(...MOVED, 'invalid_transition'),
  },
});

const note = createRoute({
  method: 'post',
  path: `${ITEM}/notes`,
  operationId: 'incidents.note',
  tags: ['incidents'],
  summary: 'Write a note on an incident',
  description: 'Also after its end, for what was learnt.',
  ...writesV1('incidents:write'),
  request: { params: IncidentParams, body: body(NoteBody) },
  responses: { 200: item('The incident.', Incident), ...refusesWrite(...MOVED) },
});

export const incidents = createRouter()
  .openapi(list, async (c) => {
    const { projectId } = c.req.valid('param');
    return sendList(c, unwrap(await listIncidents(askOf(c), projectId, c.req.valid('query'))));
  })
  .openapi(create, async (c) => {
    const { projectId } = c.req.valid('param');
    return sendReply(c, unwrap(await createIncident(askOf(c), projectId, c.req.valid('json'))));
  })
  .openapi(get, async (c) =>
    sendItem(c, unwrap(await getIncident(askOf(c), c.req.valid('param').id))),
  )
  .openapi(acknowledge, async (c) => {
    const { note: words = null } = c.req.valid('json');
    const deed = { type: 'acknowledge', note: words || null } as const;
    return sendReply(c, unwrap(await moveIncident(askOf(c), c.req.valid('param').id, deed)));
  })
  .openapi(resolve, async (c) => {
    const deed = { type: 'resolve', ...c.req.valid('json') } as const;
    return sendReply(c, unwrap(await moveIncident(askOf(c), c.req.valid('param').id, deed)));
  })
  .openapi(note, async (c) => {
    const deed = { type: 'note', ...c.req.valid('json') } as const;
    return sendReply(c, unwrap(await moveIncident(askOf(c), c.req.valid('param').id, deed)));
  });
