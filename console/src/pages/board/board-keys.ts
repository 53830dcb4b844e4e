// The keys of the board. What the keyboard is on is the focus of the browser itself, and `Enter` is the link's or the button's own.

import { setQuery } from '../../routing/place.ts';
import { useKeys } from '../../shell/keys.ts';
import { flip, isCreating, isFiltering, otherView, SEARCH_ID } from './opened.ts';
import { toggle } from './selection.ts';

export function useBoardKeys(): void {
  useKeys(
    [
      { key: '/', does: 'Search', run: () => document.getElementById(SEARCH_ID)?.focus() },
      { key: 'c', does: 'Create a task', run: () => flip(isCreating) },
      { key: 'f', does: 'Filter and sort the tasks', run: () => flip(isFiltering) },
      {
        key: 'v',
        does: 'Columns or a table',
        run: () => setQuery({ view: otherView() }, { replace: false }),
      },
      { key: 'j', does: 'To the next task', run: () => move(1) },
      { key: 'k', does: 'To the task before', run: () => move(-1) },
      { key: 'x', does: 'Select the task, or not', run: () => withTask(toggle) },
    ],
    [],
  );
}

const links = (): readonly HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>('main [data-task]'),
];

/** The link of the task that the focus is on or in. */
const here = (): HTMLElement | null =>
  document.activeElement?.closest('.card, tr')?.querySelector<HTMLElement>('[data-task]') ?? null;

function move(step: number): void {
  const all = links();
  const from = here();
  const next = from === null ? all[0] : all[all.indexOf(from) + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function withTask(run: (id: string) => void): void {
  const id = here()?.dataset['task'];
  if (id !== undefined) run(id);
}
