// What a parsed body may look like inside, before any schema sees it.

export const DEPTH_MAX = 32;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor']);

/**
 * The fault of a parsed JSON value, as a sentence, or null. `above` counts the levels it stands in. It uses no
 * recursion: the depth is hostile.
 */
export function faultOf(root: unknown, above = 0): string | null {
  let level: unknown[] = [root];
  for (let depth = above; level.length > 0; depth++) {
    if (depth >= DEPTH_MAX) return `The body is nested deeper than ${DEPTH_MAX} levels`;
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const [key, member] of Object.entries(value)) {
        if (FORBIDDEN_KEYS.has(key)) return `The key ${key} is not allowed`;
        if (typeof member === 'object' && member !== null) below.push(member);
      }
    }
    level = below;
  }
  return null;
}
