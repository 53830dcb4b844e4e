const FIRST_MS = 500;
const MAX_MS = 20_000;

/** The wait before a delivery is tried again, after `attempts` that failed: doubling, with a ceiling. */
export function deliveryBackoffMs(attempts: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(attempts - 1, 10), MAX_MS);
}
