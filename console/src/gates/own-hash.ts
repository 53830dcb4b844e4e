// Whether an action is the one whose hash is decided on. The browser makes the hash itself, of exactly the object that is
// shown, and what would let the action pass waits for it: somebody between the server and the eyes could have changed it.

import { type Signal, signal } from '@preact/signals';
import type { Gate, GateAction } from '../../../src/contract/gate.ts';
import { hashOf } from './canonical.ts';

/** What came of it: nothing yet, the gate's own hash, another one, or none since this browser could make none. */
export type Seal = 'making' | 'same' | 'other' | 'none';

/** By the object itself: what is read again is another one, and is looked at anew. Undefined: it is being made. */
const made = new WeakMap<GateAction, Signal<string | null | undefined>>();

function ownHashOf(action: GateAction): string | null | undefined {
  const known = made.get(action);
  if (known !== undefined) return known.value;
  const hash = signal<string | null | undefined>(undefined);
  made.set(action, hash);
  void hashOf(action).then((one) => {
    hash.value = one;
  });
  return hash.value;
}

/** Where the check of a gate stands; who has asked while it is drawn is drawn again when it has ended. */
export function sealOf({ action, actionHash }: Pick<Gate, 'action' | 'actionHash'>): Seal {
  const hash = ownHashOf(action);
  if (hash === undefined) return 'making';
  if (hash === null) return 'none';
  return hash === actionHash ? 'same' : 'other';
}

/** Why an action cannot be let pass here; null where nothing is in the way, or only for a moment. */
export const SEAL_WORDS: Readonly<Record<Seal, string | null>> = {
  same: null,
  making: null,
  other:
    'This browser makes another hash of the action that is shown, so it cannot be approved here. What is shown may have been changed on its way to you.',
  none: 'This browser can make no hash on this page, so it cannot be approved here. Open the console by https, or at localhost.',
};
