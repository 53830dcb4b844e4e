// The parameters of an OAuth endpoint (RFC 6749 §3.1, §3.2): unknown ones are ignored, empty ones are absent, and none but
// `resource` (RFC 8707 §2) comes twice.

export interface Parameters {
  /** Undefined where it is absent or empty. */
  readonly one: (name: string) => string | undefined;
  readonly all: (name: string) => readonly string[];
  /** The first that came twice although it may not; null where all is well. */
  readonly repeated: string | null;
}

const REPEATABLE: ReadonlySet<string> = new Set(['resource']);

export function readParameters(pairs: Iterable<readonly [string, string]>): Parameters {
  const found = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    if (value === '') continue;
    const before = found.get(name);
    if (before === undefined) found.set(name, [value]);
    else before.push(value);
  }
  const twice = [...found].find(([name, values]) => values.length > 1 && !REPEATABLE.has(name));
  return {
    one: (name) => found.get(name)?.[0],
    all: (name) => found.get(name) ?? [],
    repeated: twice?.[0] ?? null,
  };
}
