import type { Context } from 'hono';
import type { AppEnv } from './app-env.ts';

/** Lets work go on after the answer; a failure of it is nobody's. */
export const laterOf =
  (c: Context<AppEnv>) =>
  (work: Promise<unknown>): void =>
    c.executionCtx.waitUntil(work.catch(() => undefined));
