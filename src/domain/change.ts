import type { TaskState } from './task.ts';

/** Members that are set or, without a value, taken away. */
type Change = { readonly [K in keyof TaskState]?: TaskState[K] | undefined };

/** A copy of the state with these members changed; `undefined` takes an optional member away. */
export function withChange(state: TaskState, change: Change): TaskState {
  const set: Record<string, unknown> = {};
  const removed: string[] = [];
  for (const [key, value] of Object.entries(change)) {
    if (value !== undefined) set[key] = value;
    else if (key in state) removed.push(key);
  }
  if (removed.length === 0) return { ...state, ...set };
  const kept = Object.entries(state).filter(([key]) => !removed.includes(key));
  return { ...Object.fromEntries(kept), ...set } as unknown as TaskState;
}
