import type { Context } from 'hono';
import { refuse } from '../contract/error.ts';
import type { AppEnv } from './app-env.ts';
import { secondsUntil } from './quota.ts';
import { ApiError } from './refusal.ts';

/** Refuses what writes until the time that the deployment has set; reads go on. */
export function refuseWritesWhileMaintained(c: Context<AppEnv>): void {
  const until = c.env.MAINTENANCE_UNTIL;
  if (until === undefined) return;
  const untilMs = Date.parse(until);
  if (!(untilMs > Date.now())) return;
  const { refusal } = refuse('maintenance', `Writes are off until ${until}.`);
  throw new ApiError(refusal, { 'Retry-After': `${secondsUntil(untilMs)}` });
}
