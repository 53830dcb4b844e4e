// How the stream of the page that is open is doing.

import { computed, type ReadonlySignal, signal } from '@preact/signals';

export interface LineState {
  /** `refused`: who watches may not. */
  readonly phase: 'connecting' | 'live' | 'reconnecting' | 'refused';
  /** The last event that was taken in. */
  readonly seq: number;
  /**
   * What was missed while the connection was away, once it is made up for; shown for a while. `Infinity`: the stream no longer
   * has it, and all is read again.
   */
  readonly caughtUp: { readonly events: number; readonly ms: number } | null;
}

/** The stream of the whole project, which is open as long as the console is. */
export const projectLine = signal<ReadonlySignal<LineState> | null>(null);
/** A page's own stream, which the live mark speaks of then. The page sets it, and unsets it when it is left. */
export const pageLine = signal<ReadonlySignal<LineState> | null>(null);

/** What the live mark shows; null: no stream is open. */
export const line = computed<LineState | null>(
  () => (pageLine.value ?? projectLine.value)?.value ?? null,
);
