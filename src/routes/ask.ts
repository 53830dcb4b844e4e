// What an action is told of a request: who asks, when, and where the bindings are.

import type { Context } from 'hono';
import type { Ask } from '../actions/ask.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { ipPrefixOf } from '../middleware/ip-prefix.ts';
import { originOf } from '../middleware/origin-of.ts';

export function askOf(c: Context<AppEnv>): Ask {
  return {
    env: c.env,
    actor: c.get('actor'),
    credential: c.get('credential'),
    now: Date.now(),
    requestId: c.get('requestId'),
    origin: originOf(c),
    ipPrefix: ipPrefixOf(c.req.header('CF-Connecting-IP')),
    environment: c.req.header('AeThex-Environment'),
    idempotency: c.get('idempotency') ?? null,
    noteReplay: () => c.header('Idempotent-Replayed', 'true'),
  };
}
