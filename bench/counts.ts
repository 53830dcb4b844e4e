import { COUNTED, type Counted } from '../tools/costs/counted.ts';

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** What `test/costs` has counted, each number by a name: `createRowsWritten` and so on. */
export function readCounts(): Readonly<Record<string, number>> {
  const operations: readonly (readonly [string, Counted])[] = Object.entries(COUNTED);
  return Object.fromEntries(
    operations.flatMap(([operation, { cost }]) =>
      Object.entries(cost).map(([name, count]) => [operation + capitalised(name), count]),
    ),
  );
}
