// What who follows a project is told of beside the events of its tasks, and who of them is.

import type { Scope } from './principal.ts';
import type { Runner } from './runner.ts';

/** A runner is new, is there, is being drained, has fallen silent, or is gone. */
export type RunnerNewsType = 'runner:registered' | 'runner:removed' | `runner:${Runner['status']}`;

/** The groups of the platform's own that are told there, by the names that they have everywhere, and who may read of each. */
const GROUPS: ReadonlyMap<string, Scope> = new Map([
  ['deployment', 'deployments:read'],
  ['incident', 'incidents:read'],
  ['monitor', 'incidents:read'],
]);

const groupOf = (type: string): string => type.split('.', 1)[0] ?? type;

export const isFeedType = (type: string): boolean => GROUPS.has(groupOf(type));

/** Where something has happened. Null: it is no part of one environment alone. */
export type FeedPlace = readonly string[] | null;

/** How much of a project somebody sees who follows it. */
export interface Sight {
  /** The environments that the credential is for; absent: all. */
  readonly environments?: readonly string[];
  /** Groups that it may not read of either way; absent: it may read of all. */
  readonly hidden?: readonly string[];
}

/** What one sees with these scopes. */
export function sightOf(
  scopes: readonly Scope[],
  environments: readonly string[] | undefined,
): Sight {
  const hidden = [...GROUPS].flatMap(([group, scope]) => (scopes.includes(scope) ? [] : [group]));
  return {
    ...(environments === undefined ? {} : { environments }),
    ...(hidden.length === 0 ? {} : { hidden }),
  };
}

/** Whether it is seen. */
export const isInSight = (
  { type, place }: { readonly type: string; readonly place: FeedPlace },
  { environments, hidden = [] }: Sight,
): boolean =>
  !hidden.includes(groupOf(type)) &&
  (environments === undefined ||
    place === null ||
    place.some((environment) => environments.includes(environment)));
