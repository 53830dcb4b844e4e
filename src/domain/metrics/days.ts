import { ok, type Result, refuse } from '../../contract/error.ts';
import {
  type DayWindow,
  type MetricsQuery,
  WINDOW_DAYS,
  WINDOW_DAYS_MAX,
} from '../../contract/metrics.ts';

export const DAY_MS = 86_400_000;

const LAST_DAY = Math.floor(Date.parse('9999-12-30') / DAY_MS);

/** Days since 1970, in UTC. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

/** `2026-11-21` */
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

export const daysOf = ({ first, last }: DayWindow): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** From the first instant of a window to the one after its last, in milliseconds. */
export const spanOf = ({ first, last }: DayWindow) => ({
  sinceMs: first * DAY_MS,
  untilMs: (last + 1) * DAY_MS,
});

/** The last day that a `to` has in it: the date itself, or the day of the instant before a time. */
const lastDay = (to: string): number =>
  to.includes('T') ? dayOf(Date.parse(to) - 1) : dayOf(Date.parse(to));

const bad = (path: string, message: string) =>
  refuse('invalid_request', message, { errors: [{ path, message }] });

/** The whole days that are asked for. */
export function windowOf({ from, to }: MetricsQuery, now: number): Result<DayWindow> {
  const last = to === undefined ? dayOf(now) : lastDay(to);
  const first = from === undefined ? last - WINDOW_DAYS + 1 : dayOf(Date.parse(from));
  if (first < 0 || last > LAST_DAY) return bad('?from', 'Days are from 1970 to 9999.');
  if (first > last) return bad('?from', 'From must be before To.');
  if (last - first >= WINDOW_DAYS_MAX) {
    return bad('?from', `At most ${WINDOW_DAYS_MAX} days are shown at a time.`);
  }
  return ok({ first, last });
}
