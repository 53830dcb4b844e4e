// GET /v1/projects/{projectId}/metrics: how a project does and what it costs.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { readMetrics, readUsageCsv } from '../actions/metrics.ts';
import { MetricsQuery, ProjectMetrics } from '../contract/metrics.ts';
import { ProjectParams } from '../contract/project-params.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { reads, refusesRead } from './parts.ts';
import { prefersCsv } from './prefers-csv.ts';
import { createRouter } from './router.ts';

const UsageCsv = z.string().meta({
  description:
    'Rows of `date,environment,workflow,agent,model,inputTokens,outputTokens,totalTokens,estimatedCost` (RFC 4180).',
});

const get = createRoute({
  method: 'get',
  path: '/v1/projects/{projectId}/metrics',
  operationId: 'metrics.get',
  tags: ['projects'],
  summary: 'Retrieve runtime metrics and usage breakdowns',
  description:
    'Of whole days in UTC, at most 366. Percentiles are of the newest 1,000. With `Accept: text/csv`: what was used a day, ' +
    'environment, workflow, agent and model.',
  ...reads('metrics:read'),
  request: { params: ProjectParams, query: MetricsQuery },
  responses: {
    200: {
      description: 'Always all of it; null where nothing was measured.',
      content: {
        'application/json': { schema: ProjectMetrics },
        'text/csv': { schema: UsageCsv },
      },
    },
    ...refusesRead('not_found', 'role_too_low', 'unknown_environment', 'environment_forbidden'),
  },
});

export const metrics = createRouter().openapi(get, async (c) => {
  const { projectId } = c.req.valid('param');
  const query = c.req.valid('query');
  c.header('Vary', 'Accept', { append: true });
  if (!prefersCsv(c.req.header('Accept'))) {
    return c.json(unwrap(await readMetrics(askOf(c), projectId, query)), 200);
  }
  const { name, csv } = unwrap(await readUsageCsv(askOf(c), projectId, query));
  return c.body(csv, 200, {
    'Content-Type': 'text/csv; charset=utf-8; header=present',
    'Content-Disposition': `attachment; filename="${name}"`,
  });
});
