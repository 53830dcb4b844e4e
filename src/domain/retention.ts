// How long the log keeps what told-only events said. Their numbers and hashes stay, so state and chain stay.

import { isEnded, type TaskState } from './task.ts';

/** What a task may keep, and for how long. */
export interface BodyLimits {
  readonly bytesMax: number;
  readonly afterEndMs: number;
}

export const BODY_LIMITS: BodyLimits = {
  bytesMax: 256 * 1_048_576,
  afterEndMs: 90 * 86_400_000,
};
/** Pruning goes this far below the limit, so that a task at its limit does not prune at each commit. */
const SLACK = 1 / 16;

/** The bytes that have to go, of those that are held. */
export function bytesToDrop(heldBytes: number, { bytesMax }: BodyLimits = BODY_LIMITS): number {
  return heldBytes <= bytesMax ? 0 : heldBytes - Math.floor(bytesMax * (1 - SLACK));
}

/** When all bodies of an ended task go: what is told of it later counts like its end. Null: they stay. */
export function bodiesGoAt(
  state: Pick<TaskState, 'status'>,
  newestAt: string,
  { afterEndMs }: BodyLimits = BODY_LIMITS,
): number | null {
  return isEnded(state.status) ? Date.parse(newestAt) + afterEndMs : null;
}
