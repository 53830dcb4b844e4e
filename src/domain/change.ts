/** Members that are set or, without a value, taken away. */
export type Change<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** A copy with these members changed; `undefined` takes an optional member away. */
export function withChange<T extends object>(before: T, change: Change<T>): T {
  const set: Record<string, unknown> = {};
  const removed: string[] = [];
  for (const [key, value] of Object.entries(change)) {
    if (value !== undefined) set[key] = value;
    else if (key in before) removed.push(key);
  }
  if (removed.length === 0) return { ...before, ...set };
  const kept = Object.entries(before).filter(([key]) => !removed.includes(key));
  // Only optional members are taken away, so what is left is of the same shape.
  return { ...Object.fromEntries(kept), ...set } as unknown as T;
}
