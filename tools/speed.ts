import { runVitest } from './vitest.ts';

/** `npm run speed`: how soon the console shows what comes, in Chromium, against its budgets. */
export const run = (args: readonly string[]): Promise<number> => runVitest(['speed'], args);
