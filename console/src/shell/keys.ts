// Keys of the whole console and of the page that is open. Every key has a button that does the same.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

export interface Key {
  /** As `event.key` says it; two after one another with a space between: `g i`. Empty: for the palette alone. */
  readonly key: string;
  /** For the list of keys, in the imperative. */
  readonly does: string;
  readonly run: () => void;
}

/** How long the second of two keys may take. */
const CHORD_MS = 1_200;
let first = { key: '', at: 0 };

const everywhere: (readonly Key[])[] = [];
const here: (readonly Key[])[] = [];
/** Counts up whenever keys have come or gone: a page brings some of its own after it is shown. */
const version = signal(0);

/** Those that work on every page. */
export const globalKeys = (): readonly Key[] => everywhere.flat();

/** Those of what is shown now, the latest first. A component that reads them is drawn again when they change. */
export const pageKeys = (): readonly Key[] => (version.value > 0 ? [...here].reverse().flat() : []);

/** Makes keys work as long as the component is there. `deps` as of an effect. */
export function useKeys(keys: readonly Key[], deps: readonly unknown[]): void {
  useEffect(() => addKeys(keys), [...deps]);
}

/** Makes keys work until the function that it answers is called; `isGlobal` where they are of no page. */
export function addKeys(keys: readonly Key[], isGlobal = false): () => void {
  const sets = isGlobal ? everywhere : here;
  sets.push(keys);
  version.value = version.peek() + 1;
  return () => {
    sets.splice(sets.indexOf(keys), 1);
    version.value = version.peek() + 1;
  };
}

/** Begins to listen; called once. */
export function listenForKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
    if (isItsOwn(event) || document.querySelector('dialog[open]') !== null) return;
    const chord = event.timeStamp - first.at < CHORD_MS ? `${first.key} ${event.key}` : event.key;
    const found = keyFor(chord) ?? keyFor(event.key);
    first = { key: event.key, at: event.timeStamp };
    if (found === undefined) return;
    event.preventDefault();
    first = { key: '', at: 0 };
    found.run();
  });
}

const keyFor = (pressed: string): Key | undefined =>
  [...pageKeys(), ...globalKeys()].find(({ key }) => key === pressed);

/** The key is of what has the focus: it is written there, or presses it. */
const isItsOwn = ({ target, key }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('input:not([type=checkbox], [type=range]), textarea, select') ||
    (key === 'Enter' && target.matches('a, button, summary')));
