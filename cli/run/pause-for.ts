import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, or returns early when the signal says stop. */
export const pauseFor = async (ms: number, signal?: AbortSignal): Promise<void> => {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch {
    // Only an abort ends here, and every caller looks at its signal next.
  }
};
