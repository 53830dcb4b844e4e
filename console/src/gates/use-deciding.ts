import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Gate } from '../../../src/contract/gate.ts';
import type { Answer, Refusal } from '../api/ask.ts';
import { type Ask, changedGate, onGate } from './deciding.ts';

interface Deciding {
  readonly isDeciding: Signal<boolean>;
  readonly refusal: Signal<Refusal | null>;
  /** The gate as it is now, where it is no longer what was shown. */
  readonly other: Signal<Gate | null>;
  /** Asks for it, once at a time; `done` is called with the answer when it has been done. */
  readonly run: <T>(request: () => Promise<Answer<T>>, done: (value: T) => void) => Promise<void>;
}

/** What a form at a gate knows of what it has asked for. */
export function useDeciding(gate: Ask['gate']): Deciding {
  const isDeciding = useSignal(false);
  const refusal = useSignal<Refusal | null>(null);
  const other = useSignal<Gate | null>(null);
  const run: Deciding['run'] = async (request, done) => {
    if (isDeciding.peek() || other.peek() !== null) return;
    isDeciding.value = true;
    refusal.value = null;
    const answer = await request();
    if (answer.ok) {
      done(answer.value);
      return;
    }
    other.value = await changedGate(gate);
    refusal.value = answer.refusal;
    isDeciding.value = false;
  };
  useEffect(
    () =>
      onGate(gate.id, () => {
        // What comes while one asks oneself is most often one's own.
        if (isDeciding.peek()) return;
        void changedGate(gate).then((changed) => {
          other.value = changed;
        });
      }),
    [gate.id],
  );
  return { isDeciding, refusal, other, run };
}
