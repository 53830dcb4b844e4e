import type { Gate } from '../contract/gate.ts';
import { FIRST_SIGN_MS, GRACE_MS } from '../contract/timing.ts';
import { askedLimit, openBudgetGate } from './budget/breach.ts';
import { wallDueAt } from './budget/thresholds.ts';
import { policyOf } from './gate-policy.ts';
import { isEnded, isWorking, type TaskState } from './task.ts';

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

/** Whether enough have voted, and only the wait holds the approval back. */
export const isFilled = (gate: Gate): boolean =>
  (gate.votes?.length ?? 0) >= policyOf(gate).required && gate.notBefore !== undefined;

/** When an approval that was not used is none any more; null where nothing is left to be done under it. */
export function approvalEndsAt(state: TaskState, gate: Gate): number | null {
  if (gate.state !== 'approved' || gate.respondedAt === undefined) return null;
  const { type } = gate.action;
  if ((type === 'git.commit' && state.committed) || (type === 'git.merge' && state.merged)) {
    return null;
  }
  return Date.parse(gate.respondedAt) + policyOf(gate).consumeWithinSeconds * 1_000;
}

/** What is asked without the task standing before it. */
const UNHELD: ReadonlySet<Gate['source']> = new Set(['request', 'budget']);

/** When the clock has something to do at a gate. */
export function gateDueAt(state: TaskState, gate: Gate): number | null {
  if (isEnded(state.status)) return null;
  if (gate.status !== 'pending') return approvalEndsAt(state, gate);
  const isAsked = state.hold?.gateId === gate.id || UNHELD.has(gate.source);
  if (!isAsked || gate.expiresAt === undefined) return null;
  const { notBefore, expiresAt } = gate;
  const opensAt = isFilled(gate) && notBefore !== undefined ? Date.parse(notBefore) : Infinity;
  return Math.min(opensAt, Date.parse(expiresAt));
}

/** The earliest of them all. */
export function gatesDueAt(state: TaskState): number | null {
  const all = state.gates.map((gate) => gateDueAt(state, gate)).filter((at) => at !== null);
  return all.length === 0 ? null : Math.min(...all);
}

/** When a task that no runner claims has waited too long. */
export function queueEndsAt({ status, queuedAt, notBefore, plan }: TaskState): number | null {
  const { queueTimeoutMinutes } = plan.limits;
  if (status !== 'queued' || queuedAt === undefined || queueTimeoutMinutes === undefined)
    return null;
  return Date.parse(notBefore ?? queuedAt) + queueTimeoutMinutes * 60_000;
}

/** When a stage is taken from a runner that should have ended it by itself, its grace and its words included. */
export function stageEndsAt({ status, lease, work, plan }: TaskState): number | null {
  if (lease === undefined || work?.kind !== 'stage' || work.givenAt === undefined) return null;
  const stage = plan.stages.find(({ name }) => name === work.stage);
  if (!isWorking(status) || stage === undefined) return null;
  return Date.parse(work.givenAt) + stage.timeout * 1_000 + 2 * GRACE_MS;
}

/** When a runner that lives has done nothing for too long. `heardAt`: when the newest event of the log happened. */
export function stallsAt(state: TaskState, heardAt: number): number | null {
  const { lease, work, status, seq, stalledSeq, plan } = state;
  // It is told once, until something else has happened.
  if (lease === undefined || work === undefined || stalledSeq === seq) return null;
  const { stallMinutes } = plan.limits;
  if (!isWorking(status) || stallMinutes === undefined) return null;
  return heardAt + stallMinutes * 60_000;
}

/** When the day begins that renews what the day's budget has stopped; null where a person is waited for. */
export function dayRenewsAt(state: TaskState): number | null {
  const gate = openBudgetGate(state);
  if (gate === undefined || isEnded(state.status)) return null;
  if (askedLimit(gate) !== 'dailyBudget') return null;
  if (state.plan.limits.onDailyReset === 'ask') return null;
  const asked = new Date(gate.requiredAt);
  return Date.UTC(asked.getUTCFullYear(), asked.getUTCMonth(), asked.getUTCDate() + 1);
}

/** When the time under leases is to be looked at; nothing is told of it while the task is stopped. */
export function wallLooksAt(state: TaskState): number | null {
  const isStopped = state.status === 'paused' || openBudgetGate(state) !== undefined;
  return isStopped ? null : wallDueAt(state);
}

/** The deadlines that the state does not say: of the lease, of those who are told, who watch, and of what is kept. */
interface Clocks {
  readonly leaseEndsAt: number | null;
  readonly retryAt: number | null;
  readonly viewersAt?: number | null;
  readonly bodiesGoAt?: number | null;
  /** When the newest event of the log happened. */
  readonly heardAt?: number;
}

const ownDeadlines = (state: TaskState, heardAt: number | undefined): (number | null)[] => [
  graceEndsAt(state),
  resumesAt(state),
  gatesDueAt(state),
  dayRenewsAt(state),
  wallLooksAt(state),
  queueEndsAt(state),
  stageEndsAt(state),
  heardAt === undefined ? null : stallsAt(state, heardAt),
];

/**
 * The earliest of all deadlines of a task, or null. An object has one alarm, so no part sets it for itself:
 */
export function earliestDeadline(
  state: TaskState | null,
  { leaseEndsAt, retryAt, viewersAt = null, bodiesGoAt = null, heardAt }: Clocks,
  nowMs: number,
): number | null {
  const lease = state?.lease === undefined ? null : leaseEndsAt;
  const own = state === null ? [] : ownDeadlines(state, heardAt);
  const others = [retryAt, viewersAt, bodiesGoAt];
  const deadlines = [lease, ...others, ...own].filter((at) => at !== null);
  if (deadlines.length === 0) return null;
  return Math.max(Math.min(...deadlines), nowMs + SOON_MS);
}
