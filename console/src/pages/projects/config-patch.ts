// What has to be sent so that one config becomes another. Pure.

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The patch from `before` to `after`: objects merge, arrays and values are replaced, and a member that is gone is null,
 * which returns it to its default. Undefined: they are the same.
 */
export function patchOf(before: unknown, after: unknown): unknown {
  if (!isObject(before) || !isObject(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
  }
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const change = key in after ? patchOf(before[key], after[key]) : null;
    if (change !== undefined) patch[key] = change;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** The line, from 1, at which the member of a path such as `limits.maxTurns` begins; 0 where it is not found. */
export function lineOf(text: string, path: string): number {
  const lines = text.split('\n');
  let at = 0;
  for (const [depth, key] of path
    .split(/[.[\]]+/)
    .filter((one) => one !== '')
    .entries()) {
    const indent = '  '.repeat(depth + 1);
    const found = /^\d+$/.test(key)
      ? at
      : lines.findIndex((line, index) => index >= at && line.startsWith(`${indent}"${key}":`));
    if (found === -1) return at === 0 ? 0 : at + 1;
    at = found;
  }
  return at + 1;
}
