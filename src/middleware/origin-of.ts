import type { Context } from 'hono';
import { publicOrigin } from '../auth/public-origin.ts';
import type { AppEnv } from './app-env.ts';

/** The origin of this deployment. */
export const originOf = (c: Context<AppEnv>): string => publicOrigin(c.env, c.req.url);
