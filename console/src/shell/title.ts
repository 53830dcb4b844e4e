// The title of the window: where one is, and how much waits.

import { effect, signal } from '@preact/signals';
import { waitingCount } from '../live/waiting.ts';
import { pageAt } from '../routing/pages.ts';
import { place } from '../routing/place.ts';

/** What a page calls itself, where its name does not do; a page sets it, and unsets it when it is left. */
export const pageTitle = signal<string | null>(null);

export function keepTitle(): void {
  effect(() => {
    const name = pageTitle.value ?? pageAt(place.value.pathname)?.entry.name ?? 'Not found';
    const waits = waitingCount.value;
    document.title = `${waits > 0 ? `(${waits}) ` : ''}${name} · Sluice`;
  });
}
