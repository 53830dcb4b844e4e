// A list that comes in pages: the first when it is opened, the next when they are asked for.

import { type Signal, useSignal } from '@preact/signals';
import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { Listing } from '../../../src/contract/listing.ts';
import { get, type Refusal } from './ask.ts';

export interface ListReading<T> {
  /** Null while nothing has been read. */
  readonly value: Signal<readonly T[] | null>;
  readonly refusal: Signal<Refusal | null>;
  /** Reads the next page; null: there is none. */
  readonly more: Signal<(() => void) | null>;
  /** Reads as many again as are shown. */
  readonly again: () => void;
}

const PAGE = 25;
const PAGE_MAX = 100;

/** Reads the list at `path`, which has its filters in its query; null: nothing yet. */
export function useListing<T>(path: string | null): ListReading<T> {
  const value = useSignal<readonly T[] | null>(null);
  const refusal = useSignal<Refusal | null>(null);
  const more = useSignal<(() => void) | null>(null);
  const asked = useRef<AbortController | null>(null);

  const read = async (before: readonly T[], cursor: string | null): Promise<void> => {
    if (path === null) return;
    asked.current?.abort();
    const controller = new AbortController();
    asked.current = controller;
    const limit =
      cursor === null ? Math.min(PAGE_MAX, Math.max(PAGE, value.peek()?.length ?? 0)) : PAGE;
    const next = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const address = `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${next}`;
    const answer = await get<Listing<T>>(address, { signal: controller.signal }).catch(() => null);
    // Another list is read by now.
    if (answer === null) return;
    refusal.value = answer.ok ? null : answer.refusal;
    if (!answer.ok) return;
    const { data, pagination } = answer.value;
    const rows = [...before, ...data];
    value.value = rows;
    const { nextCursor } = pagination;
    more.value = nextCursor === null ? null : () => void read(rows, nextCursor);
  };

  useEffect(() => {
    void read([], null);
    return () => asked.current?.abort();
  }, [path]);
  // One function for as long as the component is there, so that it may be waited with.
  const latest = useRef(read);
  latest.current = read;
  const again = useCallback(() => void latest.current([], null), []);
  return { value, refusal, more, again };
}
