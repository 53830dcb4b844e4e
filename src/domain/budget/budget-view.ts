import type { Budget } from '../../contract/budget.ts';
import type { TaskState } from '../task.ts';
import { spentWithSubtasks } from '../view.ts';
import { openBudgetGate } from './breach.ts';
import { budgetOf, changedOf, isReached, limitOf, measures, wallMs } from './limits.ts';
import { reservedMicros } from './slice.ts';

const dollars = (micros: number): number => micros / 1_000_000;

function stateOf(state: TaskState, nowMs: number): Budget['state'] {
  const all = measures(state, nowMs);
  if (openBudgetGate(state) !== undefined || all.some(isReached)) return 'breached';
  return all.some(({ used, max }) => used > 0 && used >= max / 2) ? 'soft' : 'ok';
}

/** What a task may use and has used, with the day as it was when money was last reserved for it. */
export function budgetView(state: TaskState, nowMs: number): Budget {
  const { costMicros, inputTokens, outputTokens } = spentWithSubtasks(state);
  const reserved = reservedMicros(state);
  const costLimit = limitOf(state, 'maxCostPerTask') ?? 0;
  const limit = limitOf(state, 'maxTokensPerTask') ?? 0;
  const tokens = inputTokens + outputTokens;
  const minutes = limitOf(state, 'maxWallMinutes');
  const daily = budgetOf(state).slice?.daily;
  return {
    cost: {
      limit: costLimit,
      spent: dollars(costMicros),
      reserved: dollars(reserved),
      remaining: dollars(Math.max(0, Math.round(costLimit * 1_000_000) - costMicros)),
    },
    tokens: { limit, spent: tokens, reserved: 0, remaining: Math.max(0, limit - tokens) },
    wall: {
      limitSeconds: minutes === null ? null : minutes * 60,
      usedSeconds: Math.floor(wallMs(state, nowMs) / 1_000),
    },
    changes: {
      limitFiles: limitOf(state, 'maxFilesChanged'),
      limitLines: limitOf(state, 'maxLinesChanged'),
      ...changedOf(state),
    },
    daily: {
      limit: daily === undefined ? state.plan.limits.dailyBudget : dollars(daily.limitMicros),
      spent: dollars(daily?.spentMicros ?? 0),
      reserved: dollars(daily?.reservedMicros ?? 0),
    },
    state: stateOf(state, nowMs),
  };
}
