import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 50;

/** A wait that the signal ends early. */
export const pause = async (ms: number, signal?: AbortSignal): Promise<void> => {
  await wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
};

/** Asks again and again until the answer is true; false when it was not within the time. */
export const isWithin = async (
  withinMs: number,
  ask: () => boolean | Promise<boolean>,
): Promise<boolean> => {
  const deadline = performance.now() + withinMs;
  while (!(await ask())) {
    if (performance.now() > deadline) return false;
    await pause(POLL_MS);
  }
  return true;
};

/** The same where a no means that the run cannot go on. */
export const until = async (
  what: string,
  withinMs: number,
  ask: () => boolean | Promise<boolean>,
): Promise<void> => {
  if (!(await isWithin(withinMs, ask))) throw new Error(`Not within ${withinMs} ms: ${what}`);
};
