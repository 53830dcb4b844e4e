// Keys of the whole console and of the page that is open. Every key has a button that does the same.

import { useEffect } from 'preact/hooks';
import { go } from '../routing/place.ts';

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

/** By the names that the navigation has for them. */
const PLACES: readonly (readonly [key: string, name: string, href: string])[] = [
  ['g b', 'Tasks', '/console/'],
  ['g i', 'Inbox', '/console/inbox'],
  ['g r', 'Runners', '/console/runners'],
  ['g d', 'Deployments', '/console/deployments'],
  ['g u', 'Usage', '/console/usage'],
  ['g w', 'Webhooks', '/console/webhooks'],
  ['g p', 'Project', '/console/projects'],
  ['g t', 'Access', '/console/access'],
  ['g a', 'Audit', '/console/audit'],
];
const GLOBAL: readonly Key[] = PLACES.map(([key, name, href]) => ({
  key,
  does: `Go to ${name}`,
  run: () => go(href),
}));
const everywhere: (readonly Key[])[] = [GLOBAL];
const here: (readonly Key[])[] = [];

/** Those that work on every page. */
export const globalKeys = (): readonly Key[] => everywhere.flat();

/** Those of what is shown now, the latest first. */
export const pageKeys = (): readonly Key[] => [...here].reverse().flat();

/** Makes keys work as long as the component is there. `deps` as of an effect. */
export function useKeys(keys: readonly Key[], deps: readonly unknown[]): void {
  useEffect(() => addKeys(keys), [...deps]);
}

/** Makes keys work until the function that it answers is called; `isGlobal` where they are of no page. */
export function addKeys(keys: readonly Key[], isGlobal = false): () => void {
  const sets = isGlobal ? everywhere : here;
  sets.push(keys);
  return () => {
    sets.splice(sets.indexOf(keys), 1);
  };
}

/** Begins to listen; called once. */
export function listenForKeys(): void {
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

const keyFor = (pressed: string): Key | undefined =>
  [...pageKeys(), ...globalKeys()].find(({ key }) => key === pressed);

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select'));
