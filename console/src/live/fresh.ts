// What is read again when something has happened to it: by the feed, and never by the clock.

import { useEffect } from 'preact/hooks';
import { onFeed } from './feed.ts';

/** Has `again` called after events whose type fits, once for all that come within `delayMs`. */
export function useFresh(again: () => void, types: RegExp, delayMs = 300): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        again();
      }, delayMs);
    };
    const stop = onFeed({
      event: ({ type }) => types.test(type) && soon(),
      reset: soon,
      state: soon,
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [again]);
}
