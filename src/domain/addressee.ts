// Which endpoints an event goes to.

import type { Addressee, EventFilter, FilterValue } from '../contract/delivery.ts';

/** What is looked at of an event; `whole` reads its body only where a filter asks for it. */
export interface Addressed {
  readonly type: string;
  readonly environment: string | null;
  readonly subject: string;
  readonly createdAt: number;
  readonly whole: () => unknown;
}

/** What is told of an endpoint goes to the others alone: one that fails would fail of that as well. */
const OF_ENDPOINTS = /^webhook_(endpoint|delivery)\./;
const TEST = 'webhook.test';

export function wantsType(patterns: readonly string[], type: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*' ||
      pattern === type ||
      (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))),
  );
}

function valueAt(whole: unknown, path: string): unknown {
  let value = whole;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** Every path of the filter has to lead to one of its values. */
export function passesFilter(filter: EventFilter, whole: unknown): boolean {
  return Object.entries(filter).every(([path, values]) => {
    const value = valueAt(whole, path);
    return values.some((wanted) => wanted === value);
  });
}

/** A filter as it is kept, of one as it may be asked for: a single value is a list of one. Null: everything passes. */
export function filterOf(
  wanted: Readonly<Record<string, FilterValue | readonly FilterValue[]>> | null | undefined,
): EventFilter | null {
  if (!wanted || Object.keys(wanted).length === 0) return null;
  const lists = Object.entries(wanted).map(([path, value]) => [
    path,
    typeof value === 'object' && value !== null ? value : [value],
  ]);
  return Object.fromEntries(lists);
}

/** A test is brought to its endpoint by who made it, whatever that wants, and to nobody else. */
export function isAddressedTo(addressee: Addressee, event: Addressed): boolean {
  if (event.type === TEST) return false;
  if (event.createdAt < addressee.createdAt) return false;
  if (OF_ENDPOINTS.test(event.type) && event.subject === addressee.id) return false;
  if (!wantsType(addressee.types, event.type)) return false;
  const { environments, filter } = addressee;
  const { environment } = event;
  // What concerns the whole project belongs to no environment, and passes.
  if (environments !== null && environment !== null && !environments.includes(environment)) {
    return false;
  }
  return filter === null || passesFilter(filter, event.whole());
}
