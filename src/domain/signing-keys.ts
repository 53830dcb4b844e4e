// The life of a key that signs tokens: pending → active → retiring → retired, and when each step is due.

import { KEY_ACTIVE_MS, KEY_PENDING_MS, KEY_RETIRES_MS } from '../contract/token-timing.ts';

export type KeyState = 'pending' | 'active' | 'retiring' | 'retired';

export interface SigningKeyLife {
  readonly kid: string;
  readonly state: KeyState;
  /** From when on it signs, or has signed. */
  readonly notBefore: number;
  /** Of an active key: when the next is due. Of a retiring one: when nothing it signed is valid any more. */
  readonly retireAt: number | null;
}

export interface KeyChange {
  readonly kid: string;
  readonly from: KeyState;
  readonly to: KeyState;
  readonly notBefore: number;
  readonly retireAt: number | null;
}

export interface KeyPlan {
  /** A key to be made, and from when on it is to sign. */
  readonly make: { readonly state: 'pending' | 'active'; readonly notBefore: number } | null;
  readonly changes: readonly KeyChange[];
}

/** What is due now. `rotateAt` replaces the key that is active then, however young it is. */
export function planKeys(
  keys: readonly SigningKeyLife[],
  now: number,
  rotateAt: number | null = null,
): KeyPlan {
  const gone = keys.filter(
    ({ state, retireAt }) => state === 'retiring' && retireAt !== null && retireAt <= now,
  );
  const retired = gone.map((key) => change(key, { state: 'retired' }));
  const active = keys.find(({ state }) => state === 'active');
  if (active === undefined) {
    return { make: { state: 'active', notBefore: now }, changes: retired };
  }
  const next = keys.find(({ state }) => state === 'pending');
  if (next !== undefined) {
    const turn = next.notBefore <= now ? turnover(active, next, now) : [];
    return { make: null, changes: [...retired, ...turn] };
  }
  const due = dueAt(active, rotateAt);
  const make =
    due - KEY_PENDING_MS <= now
      ? { state: 'pending' as const, notBefore: Math.max(due, now + KEY_PENDING_MS) }
      : null;
  return { make, changes: retired };
}

function dueAt(active: SigningKeyLife, rotateAt: number | null): number {
  const byAge = active.retireAt ?? active.notBefore + KEY_ACTIVE_MS;
  const isForced = rotateAt !== null && rotateAt > active.notBefore;
  return isForced ? Math.min(rotateAt, byAge) : byAge;
}

const turnover = (active: SigningKeyLife, next: SigningKeyLife, now: number) => [
  change(active, { state: 'retiring', retireAt: now + KEY_RETIRES_MS }),
  change(next, { state: 'active', notBefore: now, retireAt: now + KEY_ACTIVE_MS }),
];

const change = (
  { kid, state: from, notBefore, retireAt }: SigningKeyLife,
  { state: to, ...rest }: Pick<SigningKeyLife, 'state'> & Partial<SigningKeyLife>,
): KeyChange => ({ kid, from, to, notBefore, retireAt, ...rest });
