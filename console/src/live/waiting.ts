// What is known of what waits for a person. It is read by `read-waiting.ts`, which comes after the first sight.

import { computed, signal } from '@preact/signals';
import type { InboxGate } from '../../../src/contract/inbox.ts';
import type { Refusal } from '../api/ask.ts';
import { isYours } from './yours.ts';

/** Open gates of all projects that one may read, soonest expiry first; null while they are being read. */
export const waiting = signal<readonly InboxGate[] | null>(null);
/** Whether there are more, which were not read. */
export const hasMoreWaiting = signal(false);
/** Why it could not be read, or null. */
export const waitingRefusal = signal<Refusal | null>(null);
/** How many wait for the reader: `3`, or `100+` where not all were read; empty for none. */
export const waitingText = computed(() => {
  const yours = waiting.value?.filter(isYours).length ?? 0;
  return hasMoreWaiting.value ? `${yours}+` : yours > 0 ? `${yours}` : '';
});
