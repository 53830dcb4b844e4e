import { runVitest } from './vitest.ts';

/** `npm run e2e`: real clients against the real Worker. */
export const run = (args: readonly string[]): Promise<number> => runVitest(['e2e'], args);
