// GET /problems/:code: what the `type` of a refusal leads to.

import { createRoute } from '@hono/zod-openapi';
import { html } from 'hono/html';
import { z } from 'zod';
import { ERRORS, type ErrorCode, refuse } from '../contract/error.ts';
import { originOf } from '../middleware/origin-of.ts';
import { unwrap } from '../middleware/refusal.ts';
import { sendPage } from './pages/page.ts';
import { answer, refusesPublic } from './parts.ts';
import { createRouter } from './router.ts';

const CODES = Object.keys(ERRORS) as readonly ErrorCode[];
const codes: ReadonlyMap<string, ErrorCode> = new Map(
  CODES.map((code) => [code.replaceAll('_', '-'), code]),
);

const Problem = z
  .object({
    type: z.string().max(2_000).meta({ format: 'uri' }),
    code: z.string().max(64),
    status: z.int().min(400).max(599).meta({ format: 'int32' }),
    meaning: z.string().max(200),
  })
  .meta({ id: 'Problem' });

const explain = createRoute({
  method: 'get',
  path: '/problems/{problem}',
  operationId: 'problems.get',
  tags: ['service'],
  summary: 'Explain a refusal',
  description: 'A page for a browser, JSON for everybody else.',
  request: { params: z.object({ problem: z.string().meta({ example: 'not-found' }) }) },
  responses: { 200: answer('What it means.', Problem), ...refusesPublic('not_found') },
});

export const problems = createRouter().openapi(explain, async (c) => {
  const { problem } = c.req.valid('param');
  const code = codes.get(problem);
  if (code === undefined) return unwrap(refuse('not_found', 'Problem not found'));
  const { status, meaning } = ERRORS[code];
  if (c.req.header('Accept')?.includes('text/html')) {
    const body = html`<p>${meaning}</p><p>Status ${status}, code <code>${code}</code>.</p>`;
    // A page in place of JSON: the document says so in words.
    return (await sendPage(c, { title: problem, body })) as never;
  }
  return c.json({ type: `${originOf(c)}/problems/${problem}`, code, status, meaning }, 200);
});
