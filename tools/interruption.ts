import { endChildren } from './child-process.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
const GRACE_MS = 4_000;

/**
 * Lets a signal end all children before this process ends. Later signals change nothing: Ctrl-C reaches npm, this
 * process and perhaps this process again by way of npm.
 */
export const endOnSignal = (
  exitCode: (signal: (typeof SIGNALS)[number]) => number = (signal) => 128 + NUMBERS[signal],
  before: () => void = () => {},
): void => {
  let isEnding = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (isEnding) return;
      isEnding = true;
      before();
      void endChildren(GRACE_MS).finally(() => process.exit(exitCode(signal)));
    });
  }
};
