// What an action is told of a request: who asks, when, and where the bindings are.

import type { Context } from 'hono';
import type { Ask } from '../actions/ask.ts';
import type { AppEnv } from '../middleware/app-env.ts';

export function askOf(c: Context<AppEnv>): Ask {
  return { env: c.env, actor: c.get('actor'), now: Date.now() };
}
