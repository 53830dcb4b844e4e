const POLL_MS = 50;
const WITHIN_MS = 30_000;

interface Patience {
  /** What is waited for, for the message of the failure. */
  readonly what: string;
  readonly withinMs?: number;
}

/** Asks again and again until the answer is neither `undefined` nor `false`; throws at the deadline. */
export const until = async <T>(
  ask: () => T | Promise<T>,
  { what, withinMs = WITHIN_MS }: Patience,
): Promise<Exclude<T, undefined | false>> => {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    last = await ask();
    if (last !== undefined && last !== false) return last as Exclude<T, undefined | false>;
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};
