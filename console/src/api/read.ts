// Something read when a page is opened, and again when it is asked for.

import { type Signal, useSignal } from '@preact/signals';
import { useCallback, useEffect } from 'preact/hooks';
import { get, type Refusal } from './ask.ts';

export interface Reading<T> {
  /** Null while it has not been read. What was read before stays while it is read again. */
  readonly value: Signal<T | null>;
  readonly refusal: Signal<Refusal | null>;
  readonly again: () => void;
}

/** Reads `path` when the component comes and whenever the path changes; null: nothing yet. `isText`: as it is. */
export function useReading<T>(path: string | null, isText = false): Reading<T> {
  const value = useSignal<T | null>(null);
  const refusal = useSignal<Refusal | null>(null);
  const turn = useSignal(0);
  const at = turn.value;
  useEffect(() => {
    if (path === null) return;
    const controller = new AbortController();
    void get<T>(path, { signal: controller.signal, isText })
      .then((answer) => {
        if (answer.ok) value.value = answer.value;
        refusal.value = answer.ok ? null : answer.refusal;
      })
      // The page was left, or another path is read by now.
      .catch(() => {});
    return () => controller.abort();
  }, [path, at]);
  const again = useCallback(() => {
    turn.value += 1;
  }, []);
  return { value, refusal, again };
}
