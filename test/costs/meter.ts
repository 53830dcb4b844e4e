// One meter for the isolate: the Worker, the objects and the tests of one file share their modules.

import { COUNTS, type Cost, type Count } from '../../tools/costs/count.ts';

const counted = new Map<Count, number>();
let underWay = 0;

export function count(name: Count, by = 1): void {
  counted.set(name, (counted.get(name) ?? 0) + by);
}

/** Notes that something has begun and, once it settles, that it has ended. Returns it as it is. */
export function follow<T>(work: Promise<T>): Promise<T> {
  underWay += 1;
  const ended = (): void => {
    underWay -= 1;
  };
  // Whoever asked for it hears of a failure; this looks at nothing but the end.
  work.then(ended, ended);
  return work;
}

export const isQuiet = (): boolean => underWay === 0;

/** All that was counted since `before`. */
export function readMeter(before: Cost = {}): Cost {
  const changed = COUNTS.map(
    (name) => [name, (counted.get(name) ?? 0) - (before[name] ?? 0)] as const,
  );
  return Object.fromEntries(changed.filter(([, by]) => by !== 0));
}
