import process from 'node:process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls back once for each Ctrl-C. Under the launcher one Ctrl-C arrives twice, from the terminal and
 * over the launcher's channel; a kill of either process arrives once. The larger count is the truth.
 */
export const onInterrupt = (interrupted: () => void): (() => void) => {
  let fromKernel = 0;
  let fromLauncher = 0;
  let told = 0;
  const tell = (): void => {
    while (told < Math.max(fromKernel, fromLauncher)) {
      told += 1;
      interrupted();
    }
  };
  const onSignal = (): void => {
    fromKernel += 1;
    tell();
  };
  const onMessage = (): void => {
    fromLauncher += 1;
    tell();
  };
  // A launcher that was killed takes its runner with it: nobody could stop the runner any more.
  const onOrphaned = (): never => process.exit(1);

  for (const signal of SIGNALS) process.on(signal, onSignal);
  if (process.channel !== undefined) {
    process.on('message', onMessage);
    process.on('disconnect', onOrphaned);
    process.channel?.unref();
  }
  return () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('message', onMessage);
    process.off('disconnect', onOrphaned);
  };
};
