// Which methods a path has, for 405 and OPTIONS.

import { isOAuthPath } from '../middleware/oauth-problem.ts';

interface Registered {
  readonly method: string;
  readonly path: string;
}

/** A function from a path to the methods of all routes that it fits, or to none. */
export function methodTable(routes: readonly Registered[]): (path: string) => readonly string[] {
  const rows = routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => ({ method, path, pattern: patternOf(path) }));
  return (path) => {
    // A reserved word is never an id, so only a route that names it fits.
    const fitting = rows.filter((row) => row.pattern.test(path));
    const named = RESERVED.test(path) ? fitting.filter((row) => row.path === path) : fitting;
    const methods = new Set(named.map((row) => row.method));
    if (methods.size === 0) return [];
    // As OAuth has it, and nothing beside.
    if (isOAuthPath(path)) return [...methods];
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods.add('OPTIONS')].sort();
  };
}

/** Words that are lists and never ids, so that no task can hide one. */
export const RESERVED = /^\/tasks\/(paused|trashed|archived|trash)(\/|$)/;

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:[A-Za-z]+/g, '[^/]+')}$`);
}
