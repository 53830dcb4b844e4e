import type { RuntimeMetrics } from '../../contract/metrics.ts';
import type { DayCounts, Sample, Sampled } from './change.ts';
import { distributionOf, newestOf, ratioOf } from './samples.ts';

/** What a project knows of itself; the rest of what its metrics show is asked of others. */
export type OwnRuntime = Omit<
  RuntimeMetrics,
  'deployments' | 'incidents' | 'availability' | 'webhooks'
>;

interface Known {
  readonly days: readonly DayCounts[];
  readonly now: { readonly active: number; readonly waiting: number };
  readonly runners: RuntimeMetrics['runners'];
  readonly measured: Readonly<Record<Sampled, readonly Sample[]>>;
}

export function runtimeOf({ days, now, runners, measured }: Known): OwnRuntime {
  const sum = (name: keyof DayCounts): number =>
    days.reduce((total, counts) => total + counts[name], 0);
  const spread = (kind: Sampled) => distributionOf(newestOf(measured[kind]));
  const [completed, failed] = [sum('completed'), sum('failed')];
  return {
    tasks: {
      created: sum('created'),
      completed,
      failed,
      cancelled: sum('cancelled'),
      active: now.active,
      waitingApproval: now.waiting,
    },
    successRate: ratioOf(completed, completed + failed),
    durationMs: spread('duration'),
    queueMs: spread('queue'),
    gates: {
      opened: sum('gatesOpened'),
      approved: sum('gatesApproved'),
      rejected: sum('gatesRejected'),
      expired: sum('gatesExpired'),
      waitMs: spread('gate'),
    },
    runners,
  };
}
