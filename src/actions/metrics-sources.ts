// What the objects of monitors and endpoints know: each is asked at once, and one that does not answer is left out.

import { logLine } from '../contract/log-line.ts';
import type { RuntimeMetrics } from '../contract/metrics.ts';
import type { ProjectDb } from '../db/database.ts';
import type { Counted } from '../db/deployment-sums.ts';
import { readMetricsSources } from '../db/metrics-sources.ts';
import { availabilityOf, webhooksOf } from '../domain/metrics/others.ts';
import { monitorObject, webhookObject } from '../rpc/stubs.ts';

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
  const { monitors, endpoints } = await readMetricsSources(db, environments);
  const [checks, deliveries] = await Promise.all([
    answersOf(monitors, (id) => monitorObject(env, id).sums(sinceMs, untilMs)),
    answersOf(endpoints, (id) => webhookObject(env, id).sums(sinceMs, untilMs)),
  ]);
  return { availability: availabilityOf(checks), webhooks: webhooksOf(deliveries) };
}
