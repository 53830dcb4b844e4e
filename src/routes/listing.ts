// POST /listing/rebuild: the rows of the listing made anew from the logs of the tasks.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { rebuildListing } from '../actions/project.ts';
import { fieldText } from '../contract/field.ts';
import { ProjectQuery } from '../contract/page.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, optionalBody, refusesWrite, writes } from './parts.ts';
import { createRouter } from './router.ts';

const RebuildBody = z.object({ after: fieldText('After', 100).optional() }).meta({ id: 'Rebuild' });
const Rebuilt = z
  .object({
    ok: z.literal(true),
    rebuilt: z.number().int(),
    removed: z.number().int(),
    next: z
      .string()
      .optional()
      .meta({ description: 'The `after` of the next call, if one is due.' }),
  })
  .meta({ id: 'Rebuilt' });

const rebuild = createRoute({
  method: 'post',
  path: '/listing/rebuild',
  operationId: 'listing.rebuild',
  tags: ['service'],
  summary: 'Rebuild a page of the listing',
  ...writes('projects:write', TASK_BODY_BYTES),
  request: { query: ProjectQuery, body: optionalBody(RebuildBody) },
  responses: { 200: answer('What was done.', Rebuilt), ...refusesWrite('not_found') },
});

export const listing = createRouter().openapi(rebuild, async (c) => {
  const { projectId } = c.req.valid('query');
  return c.json(unwrap(await rebuildListing(askOf(c), projectId, c.req.valid('json').after)), 200);
});
