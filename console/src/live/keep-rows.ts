// The rows follow the feed for as long as the console is open.

import { batch, effect } from '@preact/signals';
import { projectId } from '../api/session.ts';
import { sayUnloaded } from '../shell/toast.tsx';
import { type FeedEvent, onFeed } from './feed.ts';
import { forgetRows, markStale, putRows, rowsKnown } from './rows.ts';

/** Begins to follow. */
export function keepRows(): void {
  // What events change is known a moment after the first rows are shown: what comes before waits.
  let early: FeedEvent[] | null = [];
  let take = (event: FeedEvent): void => void early?.push(event);
  import('./row-news.ts')
    .then(({ takeNews }) => {
      take = takeNews;
      batch(() => early?.forEach(takeNews));
      early = null;
    })
    .catch(sayUnloaded);
  onFeed({
    state: (read) => {
      putRows(read);
      rowsKnown.value = true;
    },
    event: (event) => take(event),
    reset: markStale,
  });
  effect(() => {
    if (projectId.value !== null) forgetRows();
  });
}
