// The title of the window: where one is, and how much waits.

import { effect } from '@preact/signals';
import { waitingText } from '../live/waiting.ts';
import { pageAt } from '../routing/pages.ts';
import { place } from '../routing/place.ts';
import { pageTitle } from './page-title.ts';

export function keepTitle(): void {
  effect(() => {
    const name = pageTitle.value ?? pageAt(place.value.pathname)?.entry.name ?? 'Not found';
    const waits = waitingText.value;
    document.title = `${waits && `(${waits}) `}${name} · Sluice`;
  });
}
