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

/** When the gate that holds the task is rejected for want of an answer. */
export function gateExpiresAt(state: TaskState): number | null {
  const gate = state.gates.find(({ id }) => id === state.hold?.gateId);
  if (gate?.status !== 'pending' || gate.expiresAt === undefined) return null;
  return Date.parse(gate.expiresAt);
}

/** The deadlines that the state does not say: of the lease, of those who are told, who watch, and of what is kept. */
interface Clocks {
  readonly leaseEndsAt: number | null;
  readonly retryAt: number | null;
  readonly viewersAt?: number | null;
  readonly bodiesGoAt?: number | null;
}

/**
 * The earliest of all deadlines of a task, or null. An object has one alarm, so no part sets it for itself:
 */
export function earliestDeadline(
  state: TaskState | null,
  { leaseEndsAt, retryAt, viewersAt = null, bodiesGoAt = null }: Clocks,
  nowMs: number,
): number | null {
  const lease = state?.lease === undefined ? null : leaseEndsAt;
  const own = state === null ? [] : [graceEndsAt(state), resumesAt(state), gateExpiresAt(state)];
  const others = [retryAt, viewersAt, bodiesGoAt];
  const deadlines = [lease, ...others, ...own].filter((at) => at !== null);
  if (deadlines.length === 0) return null;
  return Math.max(Math.min(...deadlines), nowMs + SOON_MS);
}
