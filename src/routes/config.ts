// /config: the configuration of a project.

import { createRoute } from '@hono/zod-openapi';
import { patchConfig, readConfig } from '../actions/project.ts';
import { Config, ConfigPatch } from '../contract/config.ts';
import { ProjectQuery } from '../contract/page.ts';
import { TASK_BODY_BYTES } from '../middleware/read-json.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, optionalBody, reads, refusesRead, refusesWrite, writes } from './parts.ts';
import { createRouter } from './router.ts';

const get = createRoute({
  method: 'get',
  path: '/config',
  operationId: 'config.get',
  tags: ['config'],
  summary: 'Get the configuration',
  ...reads('projects:read'),
  request: { query: ProjectQuery },
  responses: {
    200: answer('The whole configuration with its defaults.', Config),
    ...refusesRead('not_found'),
  },
});

const patch = createRoute({
  method: 'patch',
  path: '/config',
  operationId: 'config.update',
  tags: ['config'],
  summary: 'Change the configuration',
  description: 'Objects merge, arrays replace, `null` returns to the default.',
  ...writes('projects:write', TASK_BODY_BYTES),
  request: { query: ProjectQuery, body: optionalBody(ConfigPatch) },
  responses: {
    200: answer('The whole configuration after the change.', Config),
    ...refusesWrite('not_found'),
  },
});

export const config = createRouter()
  .openapi(get, async (c) =>
    c.json(unwrap(await readConfig(askOf(c), c.req.valid('query').projectId)), 200),
  )
  .openapi(patch, async (c) => {
    const { projectId } = c.req.valid('query');
    return c.json(unwrap(await patchConfig(askOf(c), projectId, c.req.valid('json'))), 200);
  });
