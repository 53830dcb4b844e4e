// What a project's metrics show of deployments, incidents, monitors and webhooks.

import type { RuntimeMetrics } from '../../contract/metrics.ts';
import { distributionOf, ratioOf } from './samples.ts';

export function deploymentsOf({
  started,
  ended,
  tookMs,
}: {
  readonly started: number;
  readonly ended: Readonly<Record<string, number>>;
  readonly tookMs: readonly number[];
}): RuntimeMetrics['deployments'] {
  const { succeeded = 0, failed = 0, cancelled = 0 } = ended;
  const successRate = ratioOf(succeeded, succeeded + failed);
  const durationMs = distributionOf(tookMs);
  return { started, succeeded, failed, cancelled, successRate, durationMs };
}

export function incidentsOf({
  tookMs,
  ...counts
}: {
  readonly opened: number;
  readonly open: number;
  readonly resolved: number;
  readonly tookMs: readonly number[];
}): RuntimeMetrics['incidents'] {
  return { ...counts, timeToResolveMs: distributionOf(tookMs) };
}

type Webhooks = RuntimeMetrics['webhooks'];

export function webhooksOf(all: readonly Webhooks[]): Webhooks {
  const sum = (name: keyof Webhooks): number => all.reduce((total, one) => total + one[name], 0);
  return { delivered: sum('delivered'), failed: sum('failed'), pending: sum('pending') };
}
