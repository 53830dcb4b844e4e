// What is open over the board or above it.

import { type Signal, signal } from '@preact/signals';
import type { InboxGate } from '../../../../src/contract/inbox.ts';

export const isCreating = signal(false);
export const isFiltering = signal(false);
/** The gate whose sheet is open. */
export const deciding = signal<InboxGate | null>(null);

/** Opens what is closed, and closes what is open. */
export const flip = (which: Signal<boolean>): void => {
  which.value = !which.value;
};
