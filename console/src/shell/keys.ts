// Keys of the whole console and of the page that is open. Every key has a button that does the same.

import { useEffect } from 'preact/hooks';
import { go } from '../routing/place.ts';

export interface Key {
  /** As `event.key` says it; two after one another with a space between: `g i`. */
  readonly key: string;
  /** For the list of keys, in the imperative. */
  readonly does: string;
  readonly run: () => void;
}

/** How long the second of two keys may take. */
const CHORD_MS = 1_200;
const sets: (readonly Key[])[] = [];
let first = { key: '', at: 0 };

const GLOBAL: readonly Key[] = [
  { key: 'g b', does: 'Go to the board', run: () => go('/console/') },
  { key: 'g i', does: 'Go to the inbox', run: () => go('/console/inbox') },
  { key: 'g r', does: 'Go to the runners', run: () => go('/console/runners') },
  { key: 'g u', does: 'Go to usage and cost', run: () => go('/console/usage') },
  { key: 'g a', does: 'Go to the audit log', run: () => go('/console/audit') },
];

/** Those that work now, the page's before the console's. */
export const keysNow = (): readonly Key[] => [...sets].reverse().flat();

/** Makes keys work as long as the component is there. `deps` as of an effect. */
export function useKeys(keys: readonly Key[], deps: readonly unknown[]): void {
  useEffect(() => addKeys(keys), [...deps]);
}

/** Makes keys work until the function that it answers is called. */
export function addKeys(keys: readonly Key[]): () => void {
  sets.push(keys);
  return () => {
    sets.splice(sets.indexOf(keys), 1);
  };
}

/** Begins to listen; called once. */
export function listenForKeys(): void {
  sets.unshift(GLOBAL);
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
    if (isWriting(event.target) || document.querySelector('dialog[open]') !== null) return;
    const chord = event.timeStamp - first.at < CHORD_MS ? `${first.key} ${event.key}` : event.key;
    const found = keyFor(chord) ?? keyFor(event.key);
    first = { key: event.key, at: event.timeStamp };
    if (found === undefined) return;
    event.preventDefault();
    first = { key: '', at: 0 };
    found.run();
  });
}

const keyFor = (pressed: string): Key | undefined => keysNow().find(({ key }) => key === pressed);

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select'));
