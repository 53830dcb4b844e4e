import { runVitest } from './vitest.ts';

/** `npm test`: everything that needs no browser and no other language. */
export const run = (args: readonly string[]): Promise<number> =>
  runVitest(['unit', 'worker', 'costs'], args);
