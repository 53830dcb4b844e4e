import type { Check, CheckedNow } from '../../../../src/contract/monitor.ts';
import { count } from '../../parts/number.ts';
import { say } from '../../shell/toast.tsx';

/** What a check has come to. */
export const resultOf = ({ ok, error }: Check): string =>
  ok ? 'good' : (error ?? 'failed').replaceAll('_', ' ');

/** Says what came of a check that was asked for. */
export function sayChecked({ check }: CheckedNow): void {
  const took = check.latencyMs === null ? '' : ` in ${count(check.latencyMs)} ms`;
  const status = check.status === null ? '' : ` ${check.status}`;
  say(check.ok ? `Good:${status}${took}.` : `Failed: ${resultOf(check)}${status}.`);
}
