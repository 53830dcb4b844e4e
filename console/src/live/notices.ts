// What waits for a person, told by the browser while they look elsewhere. Only where they have asked for it.

import { effect, signal } from '@preact/signals';
import type { InboxGate } from '../../../src/contract/inbox.ts';
import { plain } from '../parts/plain.ts';
import { titleOf } from '../parts/title.ts';
import { go } from '../routing/place.ts';
import { NOTICES_KEY, wantsNotices } from './notices-key.ts';
import { waiting } from './waiting.ts';

/** Whether this browser can tell at all. */
export const canTell = 'Notification' in window;
/** Whether it does. */
export const isTelling = signal(canTell && wantsNotices() && Notification.permission === 'granted');

/** Begins to tell, if the browser lets it, or ends it. Answers whether it tells now. */
export async function flipNotices(): Promise<boolean> {
  if (isTelling.value) localStorage.removeItem(NOTICES_KEY);
  else localStorage.setItem(NOTICES_KEY, '');
  isTelling.value = wantsNotices() && (await Notification.requestPermission()) === 'granted';
  keepNotices();
  return isTelling.value;
}

let known: ReadonlySet<string> | null = null;
let isKept = false;

/** Tells of every gate that comes from now on, for as long as the console is open. */
export function keepNotices(): void {
  if (isKept) return;
  isKept = true;
  effect(() => {
    const gates = waiting.value?.filter(({ canDecide }) => canDecide);
    if (gates === undefined) return;
    const before = known;
    known = new Set(gates.map(({ id }) => id));
    // What was there before somebody came is no news.
    if (before === null || !isTelling.value || !document.hidden) return;
    for (const gate of gates) if (!before.has(gate.id)) tell(gate);
  });
}

function tell({ id, name, task }: InboxGate): void {
  const title = `${plain(name)} waits for you`;
  const notice = new Notification(title, { body: titleOf(task), tag: id });
  notice.onclick = () => {
    window.focus();
    go(`/console/inbox?gate=${id}`);
    notice.close();
  };
}
