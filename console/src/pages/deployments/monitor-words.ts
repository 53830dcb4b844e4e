// What is said of monitors and their checks.

import type { Check } from '../../../../src/contract/monitor.ts';
import { count } from '../../parts/number.ts';

/** What a check has come to. */
export const resultOf = ({ ok, error }: Check): string =>
  ok ? 'good' : (error ?? 'failed').replaceAll('_', ' ');

/** A sentence for who has asked for it. */
export function sentenceOf(check: Check): string {
  const took = check.latencyMs === null ? '' : ` in ${count(check.latencyMs)} ms`;
  const status = check.status === null ? '' : ` ${check.status}`;
  return check.ok ? `Good:${status}${took}.` : `Failed: ${resultOf(check)}${status}.`;
}

/** `every 90 s`, `every 1 min`, `every 2 h`: in the largest unit that says it exactly. */
export function everyOf(seconds: number): string {
  if (seconds % 3_600 === 0) return `every ${seconds / 3_600} h`;
  return seconds % 60 === 0 ? `every ${seconds / 60} min` : `every ${seconds} s`;
}
