// What an action is told of a request: who asks, when, and where the bindings are.

import type { Context } from 'hono';
import type { Ask } from '../actions/ask.ts';
import { ENVIRONMENT_NAME } from '../contract/project.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { ipPrefixOf } from '../middleware/ip-prefix.ts';
import { laterOf } from '../middleware/later.ts';
import { originOf } from '../middleware/origin-of.ts';

const ENVIRONMENT = 'AeThex-Environment';

export function askOf(c: Context<AppEnv>): Ask {
  const environment = c.req.header(ENVIRONMENT);
  // The answer repeats it; what is no name is refused by whoever looks for it.
  if (environment !== undefined && ENVIRONMENT_NAME.test(environment)) {
    c.header(ENVIRONMENT, environment);
  }
  return {
    env: c.env,
    actor: c.get('actor'),
    credential: c.get('credential'),
    now: Date.now(),
    requestId: c.get('requestId'),
    origin: originOf(c),
    ipPrefix: ipPrefixOf(c.req.header('CF-Connecting-IP')),
    environment,
    idempotency: c.get('idempotency') ?? null,
    noteReplay: () => c.header('Idempotent-Replayed', 'true'),
    later: laterOf(c),
  };
}
