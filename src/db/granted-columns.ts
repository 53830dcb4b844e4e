// The columns in which a code, a device or a refresh token has what a person granted: lists are JSON, a yes is 1.

import type { Scope } from '../contract/principal.ts';

export interface Granted {
  readonly resources: readonly string[];
  readonly scopes: readonly Scope[];
  readonly projectIds: readonly string[] | null;
  /** The grant was asked for with `offline_access`. */
  readonly offline: boolean;
}

/** A row as its columns hold it. */
export type Stored<T extends Granted> = Omit<T, keyof Granted> & {
  readonly resources: string;
  readonly scopes: string;
  readonly projectIds: string | null;
  readonly offline: number;
};

/** The row as it is meant. */
export function readGranted<T extends object>(
  row: Stored<Granted> & T,
): Omit<T, keyof Granted> & Granted {
  const { resources, scopes, projectIds, offline, ...rest } = row;
  return {
    ...rest,
    offline: offline === 1,
    // Lists in a column are our own JSON.
    resources: JSON.parse(resources) as string[],
    scopes: JSON.parse(scopes) as Scope[],
    projectIds: projectIds === null ? null : (JSON.parse(projectIds) as string[]),
  };
}
