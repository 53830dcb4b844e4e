// The days that are looked at, as the address has them. Pure.

import { dateOf, daysOf } from './usage-sums.ts';

const DATE = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 86_400_000;
/** What the server tells of at once. */
const DAYS_MAX = 366;
export const DAYS_USUAL = 30;

const dateIn = (text: string): string | undefined =>
  DATE.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;

/** The last `days` days, today among them. */
export const lastDays = (days: number, now: number) => ({
  from: dateOf(now - (days - 1) * DAY_MS),
  to: dateOf(now),
});

/** What the address asks for; where that is no window, the last 30 days. */
export function windowIn(
  { from, to }: { readonly from: string; readonly to: string },
  now: number,
): { readonly from: string; readonly to: string } {
  const last = dateIn(to) ?? dateOf(now);
  const first = dateIn(from) ?? lastDays(DAYS_USUAL, Date.parse(last)).from;
  const length = daysOf(first, last).length;
  return length === 0 || length > DAYS_MAX ? lastDays(DAYS_USUAL, now) : { from: first, to: last };
}
