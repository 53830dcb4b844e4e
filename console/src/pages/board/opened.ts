// What is open over the board or above it.

import { type Signal, signal } from '@preact/signals';

export const isCreating = signal(false);
export const isFiltering = signal(false);

/** Opens what is closed, and closes what is open. */
export const flip = (which: Signal<boolean>): void => {
  which.value = !which.value;
};
