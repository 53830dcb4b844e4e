import { FIRST_SIGN_MS, GRACE_MS } from '../contract/timing.ts';
import type { TaskState } from './task.ts';

/** A deadline that has passed already is set this far ahead, so that an alarm never loops without a pause. */
const SOON_MS = 1_000;

/** How long a lease lives without a heartbeat. */
export const leaseTtlMs = (state: TaskState): number => state.plan.limits.leaseTtlSeconds * 1_000;

/** When a fresh grant goes back unless its runner shows itself. */
export const firstSignAt = (grantedMs: number): number => grantedMs + FIRST_SIGN_MS;

/** When the lease of a paused task ends, whether its runner has stopped or not. */
export function graceEndsAt(state: TaskState): number | null {
  if (state.status !== 'paused' || state.lease === undefined || state.pausedAt === undefined)
    return null;
  return Date.parse(state.pausedAt) + GRACE_MS;
}

/** When a paused task resumes itself. */
export function resumesAt(state: TaskState): number | null {
  if (state.status !== 'paused' || state.resumeAfter === undefined) return null;
  return Date.parse(state.resumeAfter);
}

/**
 * The earliest of all deadlines of a task, or null. An object has one alarm, so no part sets it for itself:
 * `leaseEndsAt` comes from memory, `retryAt` from the relay.
 */
export function earliestDeadline(
  state: TaskState | null,
  clocks: { readonly leaseEndsAt: number | null; readonly retryAt: number | null },
  nowMs: number,
): number | null {
  const leaseEndsAt = state?.lease === undefined ? null : clocks.leaseEndsAt;
  const own = state === null ? [] : [graceEndsAt(state), resumesAt(state)];
  const deadlines = [leaseEndsAt, clocks.retryAt, ...own].filter((at) => at !== null);
  if (deadlines.length === 0) return null;
  return Math.max(Math.min(...deadlines), nowMs + SOON_MS);
}
