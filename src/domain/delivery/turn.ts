// Whose turn it is, and if nobody's, when it will be somebody's.

import { AT_ONCE } from './settle.ts';

export const IN_FLIGHT_MAX = 4;
/** In order, a delivery that fails holds up those behind it for so long. */
export const HEAD_WAITS_MS = 3_600_000;

/** A delivery with a time: a retry, or what was asked for. */
export interface Due {
  readonly sequence: number;
  readonly dueAt: number;
  /** When it began to fail; null: it has not, since it was last sent on its way. */
  readonly failedAt: number | null;
}

/** What is not finished and not under way. */
export interface Queue {
  /** The one whose time is the earliest; null: none has a time. */
  readonly earliest: Due | null;
  /** In order: the lowest with a time that is not passed over. */
  readonly head: Due | null;
  /** The lowest without a time: it was never tried. */
  readonly fresh: number | null;
}

export interface Situation {
  readonly now: number;
  readonly ordering: 'none' | 'fifo';
  readonly inFlight: number;
  /** Nothing is sent but what was asked for. */
  readonly isHalted: boolean;
  /** The receiver has failed so often that one at a time is enough. */
  readonly isProbing: boolean;
  /** When rate and breaker let the next one go. */
  readonly allowedAt: number;
}

export type Turn =
  | { readonly kind: 'send'; readonly sequence: number; readonly isAsked: boolean }
  /** Until then, or for ever. */
  | { readonly kind: 'wait'; readonly until: number | null };

const WAIT: Turn = { kind: 'wait', until: null };

/** In order, one that has failed for so long lets the others pass until its time comes. */
export const isPassedOver = ({ dueAt, failedAt }: Due, now: number): boolean =>
  dueAt > now && failedAt !== null && failedAt <= now - HEAD_WAITS_MS;

export function nextTurn(queue: Queue, situation: Situation): Turn {
  const { now, ordering, inFlight, isHalted, isProbing, allowedAt } = situation;
  // Whoever ends looks again.
  if (inFlight >= (ordering === 'fifo' ? 1 : IN_FLIGHT_MAX)) return WAIT;
  const { earliest } = queue;
  if (earliest?.dueAt === AT_ONCE) {
    return { kind: 'send', sequence: earliest.sequence, isAsked: true };
  }
  if (isHalted || (isProbing && inFlight > 0)) return WAIT;
  const next = ordering === 'fifo' ? nextInOrder(queue, now) : nextOfAny(queue, now);
  if (next === null) return WAIT;
  const at = Math.max(next.at, allowedAt);
  if (at > now || next.sequence === null) return { kind: 'wait', until: at };
  return { kind: 'send', sequence: next.sequence, isAsked: false };
}

/** Who goes at that time; without a sequence: whoever it is then. */
interface Next {
  readonly at: number;
  readonly sequence: number | null;
}

function nextOfAny({ earliest, fresh }: Queue, now: number): Next | null {
  if (earliest !== null && earliest.dueAt <= now) return { at: now, sequence: earliest.sequence };
  if (fresh !== null) return { at: now, sequence: fresh };
  return earliest === null ? null : { at: earliest.dueAt, sequence: null };
}

function nextInOrder({ earliest, head, fresh }: Queue, now: number): Next | null {
  if (fresh !== null && (head === null || fresh < head.sequence)) {
    return { at: now, sequence: fresh };
  }
  if (head !== null && head.dueAt <= now) return { at: now, sequence: head.sequence };
  // It waits for its own time, to be passed over, or for one that was passed over before; not for those that it holds up.
  const passedAt = head?.failedAt == null ? Infinity : head.failedAt + HEAD_WAITS_MS;
  const dues = [head, earliest].map((one) => one?.dueAt ?? 0).filter((dueAt) => dueAt > now);
  const at = Math.min(passedAt, ...dues);
  return at === Infinity ? null : { at, sequence: null };
}
