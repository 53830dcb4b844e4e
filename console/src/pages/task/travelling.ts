// Looking back: which moment is shown, and how the task was then.

import { signal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { TaskStream } from '../../live/task-stream.ts';
import { query, setQuery } from '../../routing/place.ts';
import type { Moment, Past } from '../../travel/fold.ts';

/** The event that is dragged over; what is let go of stands in the address. */
export const dragged = signal<number | null>(null);

/** The event after which the task is shown; null: now. */
export const momentNow = (): number | null => {
  const named = Number(query('at'));
  return dragged.value ?? (Number.isInteger(named) && named > 0 ? named : null);
};

/** Shows the task after an event, or as it is now. */
export function showMoment(seq: number | null): void {
  dragged.value = null;
  setQuery({ at: seq === null ? null : String(seq) }, { replace: query('at') !== '' });
}

/** How the task was after an event; null: it is shown as it is now, or is not folded yet. */
export function useMoment(stream: TaskStream, at: number | null): Moment | null {
  const [past, setPast] = useState<{ readonly stream: TaskStream; readonly past: Past } | null>(
    null,
  );
  const isWanted = at !== null;
  useEffect(() => {
    if (!isWanted) return;
    void import('../../travel/fold.ts').then((fold) =>
      setPast({ stream, past: new fold.Past(stream.events) }),
    );
  }, [stream, isWanted]);
  const isThere = at !== null && stream.line.value.seq >= at;
  return useMemo(
    () => (at === null || past?.stream !== stream ? null : past.past.at(at)),
    [at, past, isThere, stream],
  );
}
