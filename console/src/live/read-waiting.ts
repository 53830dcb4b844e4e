// Reads what waits for a person: at the beginning, and when something may have changed. Never by the clock.

import { batch } from '@preact/signals';
import type { Inbox, InboxGate } from '../../../src/contract/inbox.ts';
import { type Answer, get, withQuery } from '../api/ask.ts';
import { projectId } from '../api/session.ts';
import { onFeed } from './feed.ts';
import { hasMoreWaiting, waiting, waitingRefusal } from './waiting.ts';

/** The inbox takes as many at a time as the API gives. */
export const WAITING_PAGE = 100;
/** A window that comes back says so in several ways at once. */
const BACK_MS = 300;
/** Some gates are closed by what happens to their task: a limit is raised, another attempt is begun. */
const CHANGES = /^gate:|^budget:extended|^task:(cancell|fail|trash|retri|resum)ed/;

let pages = 1;
let isReading = false;
let isStale = false;

/** Reads it again, as far as it was read. Whoever asks while it is being read is served by one more reading. */
export async function readWaiting(): Promise<void> {
  if (isReading) {
    isStale = true;
    return;
  }
  isReading = true;
  do {
    isStale = false;
    const answer = await readPages();
    batch(() => {
      waitingRefusal.value = answer.ok ? null : answer.refusal;
      if (!answer.ok) return;
      waiting.value = inOrder(answer.value.gates);
      hasMoreWaiting.value = answer.value.nextCursor !== undefined;
    });
  } while (isStale);
  isReading = false;
}

/** Reads a page more, from now on. */
export function readMoreWaiting(): Promise<void> {
  pages += 1;
  return readWaiting();
}

async function readPages(): Promise<Answer<Pick<Inbox, 'gates' | 'nextCursor'>>> {
  let gates: readonly InboxGate[] = [];
  let cursor: string | undefined;
  for (let page = 1; ; page += 1) {
    const answer = await get<Inbox>(withQuery('/gates', { limit: WAITING_PAGE, cursor }));
    if (!answer.ok) return answer;
    gates = [...gates, ...answer.value.gates];
    cursor = answer.value.nextCursor;
    if (page >= pages || cursor === undefined)
      return { ...answer, value: { gates: [...gates], nextCursor: cursor } };
  }
}

/**
 * Follows the feed for as long as the console is open. It is that of one project: what waits in others is looked for when
 * somebody comes back to the window, or the network does.
 */
export function keepWaiting(): void {
  onFeed({
    state: () => void readWaiting(),
    event: ({ type }) => CHANGES.test(type) && void readWaiting(),
  });
  let isSoon = false;
  const soon = (): void => {
    if (document.hidden || isSoon) return;
    isSoon = true;
    setTimeout(() => {
      isSoon = false;
      void readWaiting();
    }, BACK_MS);
  };
  for (const name of ['focus', 'online']) addEventListener(name, soon);
  document.addEventListener('visibilitychange', soon);
  if (projectId.peek() !== null) void readWaiting();
}

/** Each once, also where one has moved between two pages meanwhile. */
const inOrder = (gates: readonly InboxGate[]): readonly InboxGate[] =>
  [...new Map(gates.map((gate) => [gate.id, gate])).values()].sort((one, other) =>
    expiryOf(one).localeCompare(expiryOf(other)),
  );

/** What never expires comes last. */
const expiryOf = ({ expiresAt }: InboxGate): string => expiresAt ?? '9999';
