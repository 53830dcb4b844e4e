const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** `42s`, `9m`, `3h`, `12d`: the largest unit, rounded down. */
export function roughly(ms: number): string {
  for (const [name, unit] of UNITS) if (ms >= unit) return `${Math.floor(ms / unit)}${name}`;
  return '0s';
}

/** `0:42`, `6:18`, `1:02:03`. */
export function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** How long ago an instant was, or how long until it comes. The clock of the page is up to a second behind. */
export const agoOf = (ms: number, suffix: string): string =>
  ms < 1_000 ? roughly(-ms) + suffix : `in ${roughly(ms)}`;
