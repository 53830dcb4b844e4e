// What a project's metrics show of deployments, incidents, monitors and webhooks.

import type { RuntimeMetrics } from '../../contract/metrics.ts';
import { type Histogram, quantileOf, sumOfHistograms } from '../histogram.ts';
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

/** What one monitor has found. */
export interface CheckSums {
  readonly monitor: { readonly id: string; readonly name: string; readonly environment: string };
  readonly checks: number;
  readonly failed: number;
  readonly latencies: Histogram;
}

type Availability = RuntimeMetrics['availability'];
type Found = Pick<CheckSums, 'checks' | 'failed' | 'latencies'>;

function shown({ checks, failed, latencies }: Found): Omit<Availability, 'byMonitor'> {
  const [p50, p95] = [quantileOf(latencies, 0.5), quantileOf(latencies, 0.95)];
  const latencyMs = { p50, p95, max: latencies.max };
  return { checks, failed, ratio: ratioOf(checks - failed, checks), latencyMs };
}

/** Of all monitors together, and of each. */
export function availabilityOf(all: readonly CheckSums[]): Availability {
  const checks = all.reduce((sum, one) => sum + one.checks, 0);
  const failed = all.reduce((sum, one) => sum + one.failed, 0);
  const latencies = sumOfHistograms(all.map((one) => one.latencies));
  const byMonitor = all.map(({ monitor, ...found }) => {
    const { id: monitorId, name, environment } = monitor;
    return { monitorId, name, environment, ...shown(found) };
  });
  return { ...shown({ checks, failed, latencies }), byMonitor };
}

type Webhooks = RuntimeMetrics['webhooks'];

export function webhooksOf(all: readonly Webhooks[]): Webhooks {
  const sum = (name: keyof Webhooks): number => all.reduce((total, one) => total + one[name], 0);
  return { delivered: sum('delivered'), failed: sum('failed'), pending: sum('pending') };
}
