// Why a task does not go on, in words. Pure.

import type { TaskRow } from '../../../../src/contract/task.ts';

/** By what the API says it waits for. */
export const WAITS: Readonly<Record<string, string>> = {
  runner: 'waits for a runner',
  dependency: 'waits for another task',
  concurrency: 'waits for its turn',
  budget: 'waits for budget',
  gate: 'waits for a decision',
};

/** Empty where nothing is in its way. */
export function whyItWaits({ status, waitingFor, pauseReason, error }: TaskRow): string {
  if (status === 'paused') return `paused: ${pauseReason ?? 'manual'}`;
  if (status === 'failed') return error ?? 'failed';
  if (status === 'cancelled') return 'cancelled';
  if (waitingFor !== undefined) return WAITS[waitingFor] ?? `waits for ${waitingFor}`;
  return status === 'pending' ? 'waits to be started' : '';
}
