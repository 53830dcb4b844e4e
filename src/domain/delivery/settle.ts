// What becomes of a delivery once an attempt has ended.

import type { DeliveryState } from '../../contract/delivery.ts';
import { retryDelayMs, TRIES_MAX } from './schedule.ts';

/** As it is written down. Whether what is not finished is held is a matter of its endpoint. */
export type KeptState = Exclude<DeliveryState, 'held'>;

export interface Standing {
  readonly state: KeptState;
  /** Of the schedule, that have failed. */
  readonly tries: number;
  /** Attempts that somebody asked for and that have not been made yet. */
  readonly asked: number;
  /** When the first try of the schedule failed, in milliseconds. */
  readonly failedAt: number | null;
  /** When it goes next; `AT_ONCE`: it was asked for; null: in its turn, or never. */
  readonly dueAt: number | null;
}

/** Before all that is due at a time. */
export const AT_ONCE = 0;
export const GONE = 410;

export const isFinished = (state: KeptState): boolean =>
  state === 'succeeded' || state === 'exhausted';

export const hasArrived = (status: number | null): boolean =>
  status !== null && status >= 200 && status < 300;

export const shownState = (state: KeptState, isHalted: boolean): DeliveryState =>
  isHalted && !isFinished(state) ? 'held' : state;

export interface Ended {
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** The attempt was one that somebody asked for. */
  readonly wasAsked: boolean;
  readonly now: number;
  readonly random: number;
}

export function settle(standing: Standing, ended: Ended): Standing {
  const asked = Math.max(0, standing.asked - (ended.wasAsked ? 1 : 0));
  const after = hasArrived(ended.status) ? arrived(standing) : failed(standing, ended);
  return { ...after, asked, dueAt: asked > 0 ? AT_ONCE : after.dueAt };
}

const arrived = (standing: Standing): Standing => ({
  ...standing,
  state: 'succeeded',
  failedAt: null,
  dueAt: null,
});

function failed(standing: Standing, { wasAsked, now, ...ended }: Ended): Standing {
  // What had ended stays as it ended: the attempt was one more than was due.
  if (isFinished(standing.state)) return { ...standing, dueAt: null };
  // One that was asked for takes none of the schedule's away.
  const tries = wasAsked ? Math.max(standing.tries, 1) : standing.tries + 1;
  const failedAt = standing.failedAt ?? now;
  const delay = tries >= TRIES_MAX ? null : retryDelayMs(tries, ended);
  if (delay === null) return { ...standing, state: 'exhausted', tries, failedAt, dueAt: null };
  return { ...standing, state: 'retrying', tries, failedAt, dueAt: now + delay };
}

/** It begins its schedule anew. */
export const again = (standing: Standing, now: number): Standing => ({
  ...standing,
  state: 'retrying',
  tries: 0,
  failedAt: null,
  dueAt: standing.asked > 0 ? AT_ONCE : now,
});
