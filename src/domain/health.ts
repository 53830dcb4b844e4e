import type { TaskEvent } from '../contract/event.ts';
import type { Metrics } from '../contract/health.ts';

/** What is counted of the runners of a project. */
export interface HealthCounts {
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly leasesEnded: number;
  readonly leasesLost: number;
  readonly lastLostAt: number | null;
}

export const NO_COUNTS: HealthCounts = {
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  leasesEnded: 0,
  leasesLost: 0,
  lastLostAt: null,
};

const RECENT_MS = 600_000;
const LOST_SHARE_MAX = 0.1;
const ACTIVE_MAX = 50;

/** Counts what has happened to tasks and leases. */
export function countHealth(counts: HealthCounts, events: readonly TaskEvent[]): HealthCounts {
  let next = counts;
  for (const event of events) {
    if (event.type === 'task:completed') next = { ...next, succeeded: next.succeeded + 1 };
    if (event.type === 'task:failed') next = { ...next, failed: next.failed + 1 };
    if (event.type === 'task:cancelled') next = { ...next, cancelled: next.cancelled + 1 };
    if (event.type !== 'lease:ended') continue;
    if (event.data.reason === 'expired') {
      const lastLostAt = Date.parse(event.timestamp);
      next = { ...next, leasesLost: next.leasesLost + 1, lastLostAt };
    } else next = { ...next, leasesEnded: next.leasesEnded + 1 };
  }
  return next;
}

interface Seen {
  readonly now: number;
  readonly active: number;
  /** When the first of the runners that are there was connected. */
  readonly startedAt: number;
  readonly lastSeenAt: number;
}

export function metricsOf(counts: HealthCounts, seen: Seen): Metrics {
  const { succeeded, failed, cancelled, leasesEnded, leasesLost } = counts;
  return {
    uptime: Math.max(0, Math.round((seen.now - seen.startedAt) / 1_000)),
    memoryUsage: null,
    taskCounts: {
      processed: succeeded + failed + cancelled,
      succeeded,
      failed,
      active: seen.active,
    },
    lastHealthCheck: new Date(seen.lastSeenAt).toISOString(),
    healthChecksPassed: leasesEnded,
    healthChecksFailed: leasesLost,
    restartHistory: [],
  };
}

/** Degraded: a runner was lost lately, more than a tenth of all leases were, or more is at work than is good. */
export function isDegraded(counts: HealthCounts, active: number, now: number): boolean {
  const { leasesEnded, leasesLost, lastLostAt } = counts;
  const lostLately = lastLostAt !== null && now - lastLostAt < RECENT_MS;
  const lostShare = leasesLost / Math.max(1, leasesEnded + leasesLost);
  return lostLately || lostShare > LOST_SHARE_MAX || active > ACTIVE_MAX;
}
