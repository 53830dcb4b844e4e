// Which methods a path has, for 405 and OPTIONS.

interface Registered {
  readonly method: string;
  readonly path: string;
}

/** A function from a path to the methods of all routes that it fits, or to none. */
export function methodTable(routes: readonly Registered[]): (path: string) => readonly string[] {
  const rows = routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => ({ method, pattern: patternOf(path) }));
  return (path) => {
    const methods = new Set(rows.filter((row) => row.pattern.test(path)).map((row) => row.method));
    if (methods.size === 0 || RESERVED.test(path)) return [];
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods.add('OPTIONS')].sort();
  };
}

/** Words that are lists and never ids, so that no task can hide one. */
export const RESERVED = /^\/tasks\/(paused|trashed|archived|trash)(\/|$)/;

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:[A-Za-z]+/g, '[^/]+')}$`);
}
