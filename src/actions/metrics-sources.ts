// What the objects of monitors and endpoints know: each is asked at once, and one that does not answer is left out.

import { logLine } from '../contract/log-line.ts';
import type { RuntimeMetrics } from '../contract/metrics.ts';
import type { ProjectDb } from '../db/database.ts';
import type { Counted } from '../db/deployment-sums.ts';
import { readMetricsSources } from '../db/metrics-sources.ts';
import { availabilityOf, webhooksOf } from '../domain/metrics/others.ts';
import { monitorObject, webhookObject } from '../rpc/stubs.ts';

async function answersOf<S, T>(
  sources: readonly S[],
  idOf: (source: S) => string,
  ask: (source: S) => Promise<T>,
): Promise<readonly T[]> {
  const settled = await Promise.allSettled(sources.map(ask));
  return settled.flatMap((one, index) => {
    if (one.status === 'fulfilled') return [one.value];
    const { reason }: { reason: unknown } = one;
    const id = sources
      .slice(index, index + 1)
      .map(idOf)
      .join();
    const message = reason instanceof Error ? reason.message : String(reason);
    console.warn(logLine({ event: 'metrics-missing', id, message }));
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
    answersOf(
      monitors,
      ({ id }) => id,
      async (monitor) => ({
        ...(await monitorObject(env, monitor.id).sums(sinceMs, untilMs)),
        monitor,
      }),
    ),
    answersOf(
      endpoints,
      (id) => id,
      (id) => webhookObject(env, id).sums(sinceMs, untilMs),
    ),
  ]);
  return { availability: availabilityOf(checks), webhooks: webhooksOf(deliveries) };
}
