// What the objects of monitors and endpoints know: each is asked at once, and one that does not answer is left out.

import { logLine } from '../contract/log-line.ts';
import type { RuntimeMetrics } from '../contract/metrics.ts';
import type { ProjectDb } from '../db/database.ts';
import type { Counted } from '../db/deployment-sums.ts';
import { readMetricsSources } from '../db/metrics-sources.ts';
import { webhooksOf } from '../domain/metrics/others.ts';
import { webhookObject } from '../rpc/stubs.ts';

interface Summing<T> {
  sums(sinceMs: number, untilMs: number): Promise<T>;
}

async function answersOf<T>(
  ids: readonly string[],
  ask: (id: string) => Promise<T>,
): Promise<readonly T[]> {
  const settled = await Promise.allSettled(ids.map(ask));
  return settled.flatMap((one, index) => {
    if (one.status === 'fulfilled') return [one.value];
    const { reason }: { reason: unknown } = one;
    const message = reason instanceof Error ? reason.message : String(reason);
    console.warn(logLine({ event: 'metrics-missing', id: ids[index] ?? '', message }));
    return [];
  });
}

export async function askSources(
  env: Env,
  db: ProjectDb,
  { sinceMs, untilMs, environments }: Counted,
): Promise<Pick<RuntimeMetrics, 'availability' | 'webhooks'>> {
  const { endpoints } = await readMetricsSources(db, environments);
  const deliveries = await answersOf(endpoints, (id) =>
    // What is no endpoint's sums is no object of ours.
    (webhookObject(env, id) as unknown as Summing<RuntimeMetrics['webhooks']>).sums(
      sinceMs,
      untilMs,
    ),
  );
  return {
    availability: {
      checks: 0,
      failed: 0,
      ratio: null,
      latencyMs: { p50: null, p95: null, max: null },
    },
    webhooks: webhooksOf(deliveries),
  };
}
