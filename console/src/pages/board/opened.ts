// What is open over the board or above it.

import { type Signal, signal } from '@preact/signals';
import { query } from '../../routing/place.ts';

export const isCreating = signal(false);
export const isFiltering = signal(false);

/** Opens what is closed, and closes what is open. */
export const flip = (which: Signal<boolean>): void => {
  which.value = !which.value;
};

/** The field that one searches in. */
export const SEARCH_ID = 'search';

/** The other of the two ways to look at the tasks. */
export const otherView = (): string | null => (query('view') === 'table' ? null : 'table');
