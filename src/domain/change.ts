import type { TaskState } from './task.ts';

/** Members that are set or, without a value, taken away. */
type Change = { readonly [K in keyof TaskState]?: TaskState[K] | undefined };

/** A copy of the state with these members changed; `undefined` takes an optional member away. */
export function withChange(state: TaskState, change: Change): TaskState {
  const next: Record<string, unknown> = { ...state, ...change };
  for (const key of Object.keys(change)) if (next[key] === undefined) delete next[key];
  return next as unknown as TaskState;
}
