// GET /v1/projects/{projectId}/audit: who did what.

import { createRoute } from '@hono/zod-openapi';
import { listAudit } from '../actions/audit.ts';
import { AuditList, AuditQuery } from '../contract/audit.ts';
import { ProjectParams } from '../contract/project-params.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { reads, refusesRead } from './parts.ts';
import { createRouter } from './router.ts';
import { IN_PROJECT, listed, sendList } from './v1-parts.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/projects/{projectId}/audit',
  operationId: 'audit.list',
  tags: ['projects'],
  summary: 'List who did what in a project',
  description:
    'Newest first. Rows are only ever added. Of denied writes, ten a minute are kept of each principal.',
  ...reads('audit:read'),
  request: { params: ProjectParams, query: AuditQuery },
  responses: {
    200: listed('A page.', AuditList),
    ...refusesRead(...IN_PROJECT, 'invalid_cursor'),
  },
});

export const audit = createRouter().openapi(list, async (c) => {
  const { projectId } = c.req.valid('param');
  return sendList(c, unwrap(await listAudit(askOf(c), projectId, c.req.valid('query'))));
});
