// What is shown over every page, and stays whatever becomes of the page below.

import { signal } from '@preact/signals';
import type { FunctionComponent } from 'preact';

export type Over = FunctionComponent<{ readonly close: () => void }>;

/** Null: nothing. */
export const over = signal<Over | null>(null);

export const showOver = (component: Over): void => {
  over.value = component;
};
