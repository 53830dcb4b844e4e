// Time for people: how long ago and how long, with the instant beside it.

import { signal } from '@preact/signals';

/** This second, in milliseconds since 1970; it stands still while nobody looks. */
export const now = signal(Date.now());

setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1_000);
document.addEventListener('visibilitychange', () => {
  now.value = Date.now();
});
