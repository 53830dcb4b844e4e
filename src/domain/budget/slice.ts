import type { Slice } from '../../contract/event-budget.ts';
import type { TaskState } from '../task.ts';
import type { ReservedSlice } from './budget-command.ts';
import { budgetOf } from './limits.ts';

/** What is kept for a new lease, counted from what the task has spent. */
export function firstSlice({ spent }: TaskState, reserved: ReservedSlice): Slice {
  return { ...reserved, upToMicros: spent.costMicros + reserved.sliceMicros };
}

/** More of it, on top of what is left. */
export function nextSlice(state: TaskState, reserved: ReservedSlice): Slice {
  const before = budgetOf(state).slice?.upToMicros ?? state.spent.costMicros;
  return { ...reserved, upToMicros: reserved.upToMicros ?? before + reserved.sliceMicros };
}

/** Under so much of a slice the next one is asked for. */
const LOW = 0.2;
/** What is kept is given back after a day, so it is renewed a little earlier. */
const RENEW_MS = 600_000;

/** Whether it is time to ask for more. */
export function needsSlice(state: TaskState, nowMs: number): boolean {
  const { slice } = budgetOf(state);
  if (slice === undefined || state.lease === undefined) return false;
  const left = slice.upToMicros - state.spent.costMicros;
  return left < slice.sliceMicros * LOW || nowMs >= Date.parse(slice.until) - RENEW_MS;
}

/** What is kept for the task, of which nothing is spent yet. */
export function reservedMicros(state: TaskState): number {
  const { slice } = budgetOf(state);
  if (slice === undefined) return 0;
  return Math.max(0, slice.upToMicros + slice.headroomMicros - state.spent.costMicros);
}
