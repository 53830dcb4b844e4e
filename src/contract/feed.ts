// What who follows a project is told of beside the events of its tasks.

import type { Runner } from './runner.ts';

/** A runner is new, is there, is being drained, has fallen silent, or is gone. */
export type RunnerNewsType = 'runner:registered' | 'runner:removed' | `runner:${Runner['status']}`;

/** The platform's own that are told there, by the names that they have everywhere. */
export const isFeedType = (type: string): boolean => /^(deployment|incident|monitor)\./.test(type);

/** Where something has happened. Null: it is no part of one environment alone. */
export type FeedPlace = readonly string[] | null;

/** Whether who may see only these environments sees what has happened there. */
export const isInSight = (place: FeedPlace, environments: readonly string[] | undefined): boolean =>
  environments === undefined ||
  place === null ||
  place.some((environment) => environments.includes(environment));
