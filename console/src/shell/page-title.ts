import { signal } from '@preact/signals';

/** What a page calls itself, where its name does not do; a page sets it, and unsets it when it is left. */
export const pageTitle = signal<string | null>(null);
