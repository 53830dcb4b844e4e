// Choices that somebody has given a name, kept in this browser, a list a project.

import { computed } from '@preact/signals';
import { viewsKey, viewsVersion } from './views-kept.ts';

export interface View {
  readonly name: string;
  /** What the address has after its `?`, and that. */
  readonly search: string;
}

/** Those of the project, oldest first. */
export const savedViews = computed<readonly View[]>(() => {
  void viewsVersion.value;
  return read(localStorage.getItem(viewsKey()));
});

/** Keeps a choice under a name; one that has it is replaced. */
export function saveView(view: View): void {
  write([...savedViews.peek().filter(({ name }) => name !== view.name), view]);
}

export function dropView(name: string): void {
  write(savedViews.peek().filter((view) => view.name !== name));
}

function write(views: readonly View[]): void {
  localStorage.setItem(viewsKey(), JSON.stringify(views));
  viewsVersion.value += 1;
}

/** What is no list of views was not written by this page. */
function read(text: string | null): readonly View[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list.filter(isView) : [];
  } catch {
    return [];
  }
}

const isView = (view: unknown): view is View =>
  typeof view === 'object' &&
  view !== null &&
  'name' in view &&
  typeof view.name === 'string' &&
  'search' in view &&
  typeof view.search === 'string';
