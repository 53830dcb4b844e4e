// POST /v1/security/token-leaks: for scanners that find secrets of ours in public.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { revokeLeaked } from '../actions/token-leaks.ts';
import { TokenLeaks } from '../contract/token-leak.ts';
import { admitReport } from '../middleware/admit-report.ts';
import { ipPrefixOf } from '../middleware/ip-prefix.ts';
import { answer, body } from './parts.ts';
import { refusals } from './refusals.ts';
import { createRouter } from './router.ts';

const report = createRoute({
  method: 'post',
  path: '/v1/security/token-leaks',
  operationId: 'tokenLeaks.report',
  tags: ['access'],
  summary: 'Report leaked secrets',
  description:
    'Tokens, client secrets, refresh tokens and runner tokens among them are revoked at once. The answer is the same ' +
    'whether there were any. Ten reports a minute from one network are looked at, of 100 entries each.',
  middleware: [admitReport],
  request: { body: body(TokenLeaks) },
  responses: {
    202: answer('Taken.', z.object({ ok: z.literal(true) })),
    ...refusals('too_large', 'unsupported_media_type', 'unavailable'),
  },
});

export const tokenLeaks = createRouter().openapi(report, async (c) => {
  const from = {
    env: c.env,
    now: Date.now(),
    requestId: c.get('requestId'),
    ipPrefix: ipPrefixOf(c.req.header('CF-Connecting-IP')),
  };
  await revokeLeaked(from, c.req.valid('json'));
  return c.json({ ok: true } as const, 202);
});
