// What waits for a person: read once, and again when a gate has changed.

import { computed, signal } from '@preact/signals';
import type { Inbox, InboxGate } from '../../../src/contract/inbox.ts';
import { get, type Refusal } from '../api/ask.ts';
import { projectId } from '../api/session.ts';
import { onFeed } from './feed.ts';
import { isYours } from './yours.ts';

/** The inbox takes as many at a time as the API gives. */
const LIMIT = 100;

/** Every open gate of all projects that one may read, soonest expiry first; null while it is being read. */
export const waiting = signal<readonly InboxGate[] | null>(null);
/** Why it could not be read, or null. */
export const waitingRefusal = signal<Refusal | null>(null);
/** Those that wait for the reader. */
export const waitingCount = computed(() => waiting.value?.filter(isYours).length ?? 0);

let isReading = false;
let isStale = false;

/** Reads it again. Whoever asks while it is being read is served by one more reading. */
export async function readWaiting(): Promise<void> {
  if (isReading) {
    isStale = true;
    return;
  }
  isReading = true;
  do {
    isStale = false;
    const answer = await get<Inbox>(`/gates?limit=${LIMIT}`);
    if (answer.ok) waiting.value = inOrder(answer.value.gates);
    waitingRefusal.value = answer.ok ? null : answer.refusal;
  } while (isStale);
  isReading = false;
}

/** Follows the feed for as long as the console is open. */
export function keepWaiting(): () => void {
  const stop = onFeed({
    state: () => void readWaiting(),
    event: ({ type }) => {
      // Some gates are closed by what happens to their task: a limit is raised, another attempt is begun.
      if (/^gate:|^budget:extended|^task:(cancell|fail|trash|retri|resum)ed/.test(type))
        void readWaiting();
    },
  });
  if (projectId.peek() !== null) void readWaiting();
  return stop;
}

const inOrder = (gates: readonly InboxGate[]): readonly InboxGate[] =>
  [...gates].sort((one, other) => expiryOf(one).localeCompare(expiryOf(other)));

/** What never expires comes last. */
const expiryOf = ({ expiresAt }: InboxGate): string => expiresAt ?? '9999';
