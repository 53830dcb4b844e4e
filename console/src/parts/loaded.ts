import { useSignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { say } from '../shell/toast.tsx';

/** A component that is loaded once it is wanted; null until it is there. */
export function useLoaded<P>(
  load: () => Promise<FunctionComponent<P>>,
  isWanted = true,
): FunctionComponent<P> | null {
  const loaded = useSignal<FunctionComponent<P> | null>(null);
  useEffect(() => {
    if (!isWanted || loaded.peek() !== null) return;
    load()
      .then((component) => {
        loaded.value = component;
      })
      .catch(() => say('A part of this page could not be loaded. Load the page again.', true));
  }, [isWanted]);
  return loaded.value;
}
