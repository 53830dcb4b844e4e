import { ok, type Result } from '../contract/error.ts';
import {
  type ChangeMonitorBody,
  INTERVAL_SECONDS_MIN,
  type MonitorConfig,
} from '../contract/monitor.ts';
import { assertPublicUrl, mayCallLoopback } from '../contract/public-url.ts';
import type { Ask } from './ask.ts';
import { wrongMember } from './new-project.ts';

/** What the schema cannot say: what this deployment may call, and what fits together. */
export function checkConfig({ env }: Pick<Ask, 'env'>, config: MonitorConfig): Result<null> {
  const url = assertPublicUrl(env, config.url);
  if (!url.ok) return url;
  if (config.intervalSeconds < INTERVAL_SECONDS_MIN && !mayCallLoopback(env)) {
    return wrongMember(
      'intervalSeconds',
      `IntervalSeconds must be a whole number from ${INTERVAL_SECONDS_MIN} to 3600`,
    );
  }
  if (config.method === 'HEAD' && config.bodyContains !== null) {
    return wrongMember('bodyContains', 'BodyContains needs the method GET: HEAD has no body');
  }
  return ok(null);
}

/** With what the body names; null is a value there. */
export const changedConfig = (before: MonitorConfig, body: ChangeMonitorBody): MonitorConfig => ({
  url: body.url ?? before.url,
  method: body.method ?? before.method,
  expectedStatus: body.expectedStatus ?? before.expectedStatus,
  bodyContains: body.bodyContains === undefined ? before.bodyContains : body.bodyContains,
  intervalSeconds: body.intervalSeconds ?? before.intervalSeconds,
  timeoutMs: body.timeoutMs ?? before.timeoutMs,
  failureThreshold: body.failureThreshold ?? before.failureThreshold,
  recoveryThreshold: body.recoveryThreshold ?? before.recoveryThreshold,
  sla: body.sla === undefined ? before.sla : body.sla,
});
