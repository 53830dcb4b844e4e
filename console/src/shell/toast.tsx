// What has just been done or refused, said once and read aloud.

import { signal } from '@preact/signals';
import type { Refusal } from '../api/ask.ts';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isBad: boolean;
}

const SHOWN_MS = 8_000;
const SHOWN_MAX = 4;
const toasts = signal<readonly Toast[]>([]);
let last = 0;

/** Says one sentence to the reader. */
export function say(text: string, isBad = false): void {
  last += 1;
  const toast = { id: last, text, isBad };
  toasts.value = [...toasts.value, toast].slice(-SHOWN_MAX);
  setTimeout(() => drop(toast.id), SHOWN_MS);
}

/** Says why something was refused, and what to do about it. */
export const sayRefusal = ({ message, hint }: Refusal): void =>
  say(hint === undefined ? message : `${message} ${hint}`, true);

/** Says that a part of the page is out of reach, or of an earlier release. */
export const sayUnloaded = (): void =>
  say('A part of this page could not be loaded. Load the page again.', true);

const drop = (id: number): void => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ id, text, isBad }) => (
        <p key={id} class={isBad ? 'toast bad' : 'toast'}>
          {text}
          <button type="button" class="plain" aria-label="Dismiss" onClick={() => drop(id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  );
}
