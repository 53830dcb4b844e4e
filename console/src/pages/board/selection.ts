// The tasks that were picked, to do something with all of them.

import { signal } from '@preact/signals';

export const selected = signal<ReadonlySet<string>>(new Set());

/** Picks a task, or lets it go. */
export function toggle(id: string): void {
  const next = new Set(selected.value);
  if (!next.delete(id)) next.add(id);
  selected.value = next;
}

export const pick = (ids: Iterable<string>): void => {
  selected.value = new Set(ids);
};
