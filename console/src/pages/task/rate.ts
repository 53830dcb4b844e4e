// What a task costs at its present rate. Pure.

import type { OtherEvent } from '../../live/task-stream.ts';

/** Before this nobody can tell. */
const TOLD_MS = 5_000;
const HOUR_MS = 3_600_000;

/** Dollars an hour since its runner took the task; null while there is none, or it is too early to tell. */
export function rateOf(
  events: readonly OtherEvent[],
  grantedAt: string | undefined,
  nowMs: number,
): number | null {
  if (grantedAt === undefined) return null;
  const elapsed = nowMs - Date.parse(grantedAt);
  if (elapsed < TOLD_MS) return null;
  let before = 0;
  let after = 0;
  for (const event of events) {
    if (event.type !== 'usage:updated') continue;
    if (event.timestamp < grantedAt) before = event.data.costMicros;
    after = event.data.costMicros;
  }
  return (((after - before) / 1e6) * HOUR_MS) / elapsed;
}

/** How long until `left` dollars are spent; null: never at this rate. */
export const lastsMs = (left: number, rate: number | null): number | null =>
  rate === null || rate <= 0 ? null : (left / rate) * HOUR_MS;
