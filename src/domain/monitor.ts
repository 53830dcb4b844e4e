// When a monitor counts as down, and what follows from a check. Pure: the shell brings the check and the window.

import type { BreachKind, SlaEvidence } from '../contract/incident.ts';
import {
  type Check,
  type MonitorConfig,
  type MonitorState,
  SLA_CHECKS_MIN,
} from '../contract/monitor.ts';

/** What is known of a monitor between two checks. */
export interface Verdict {
  readonly state: MonitorState;
  /** In a row, up to the newest check. */
  readonly failures: number;
  readonly successes: number;
  /** What the monitor has opened and has not yet seen the end of. */
  readonly open: readonly BreachKind[];
}

export const NO_VERDICT: Verdict = { state: 'unknown', failures: 0, successes: 0, open: [] };

/** What the checks of the SLA's window come to, the newest included. */
export interface Window {
  readonly checks: number;
  readonly failed: number;
  /** Of 95 in 100 answers; null where none came. */
  readonly latencyMs: number | null;
}

export type Consequence =
  | { readonly type: 'opened'; readonly kind: BreachKind; readonly sla: SlaEvidence | null }
  | { readonly type: 'resolved'; readonly kind: BreachKind };

export interface Decided {
  readonly verdict: Verdict;
  readonly follows: readonly Consequence[];
}

type Terms = Pick<MonitorConfig, 'failureThreshold' | 'recoveryThreshold' | 'sla'>;

/**
 * What a check changes. Failures in a row open an outage, and as many good checks in a row as the config asks for end it.
 * The SLA is judged at good checks alone, and not while an outage lasts: a service that fails is the outage's matter,
 * and one trouble is one incident. What is open already is never opened again.
 */
export function decideMonitor(
  before: Verdict,
  check: Pick<Check, 'ok'>,
  { terms, window }: { readonly terms: Terms; readonly window: Window | null },
): Decided {
  return check.ok
    ? afterSuccess(before, terms, judgeSla(terms, window))
    : afterFailure(before, terms);
}

function afterFailure(before: Verdict, { failureThreshold }: Terms): Decided {
  const failures = before.failures + 1;
  const counted = { ...before, failures, successes: 0 };
  if (failures < failureThreshold) return { verdict: counted, follows: [] };
  const isOpen = before.open.includes('outage');
  return {
    verdict: {
      ...counted,
      state: 'down',
      open: isOpen ? before.open : [...before.open, 'outage'],
    },
    follows: isOpen ? [] : [{ type: 'opened', kind: 'outage', sla: null }],
  };
}

function afterSuccess(
  before: Verdict,
  { recoveryThreshold }: Terms,
  breach: SlaEvidence | null,
): Decided {
  const successes = before.successes + 1;
  const counted = { ...before, failures: 0, successes };
  const hasRecovered = successes >= recoveryThreshold;
  if (before.state === 'down' && !hasRecovered) return { verdict: counted, follows: [] };
  const ended = before.open.filter((kind) => kind === 'outage' || breach === null);
  const resolved: Consequence[] = hasRecovered
    ? ended.map((kind) => ({ type: 'resolved', kind }))
    : [];
  const still = hasRecovered ? before.open.filter((kind) => !ended.includes(kind)) : before.open;
  if (breach === null) {
    const state = hasRecovered ? 'up' : before.state;
    return { verdict: { ...counted, state, open: still }, follows: resolved };
  }
  const isNew = !still.includes('sla_breach');
  const opened: Consequence = { type: 'opened', kind: 'sla_breach', sla: breach };
  return {
    verdict: { ...counted, state: 'degraded', open: isNew ? [...still, 'sla_breach'] : still },
    follows: isNew ? [...resolved, opened] : resolved,
  };
}

/** Null while the window is inside the SLA, or says too little. */
function judgeSla({ sla }: Terms, window: Window | null): SlaEvidence | null {
  if (sla === null || window === null || window.checks < SLA_CHECKS_MIN) return null;
  const { checks, failed, latencyMs } = window;
  const availability = ((checks - failed) / checks) * 100;
  // One failure alone is never an incident, however high the objective.
  const isUnavailable = sla.availability !== null && availability < sla.availability && failed > 1;
  const isSlow = sla.latencyMs !== null && latencyMs !== null && latencyMs > sla.latencyMs;
  if (!isUnavailable && !isSlow) return null;
  return {
    objective: sla,
    checks,
    failed,
    availability: Math.round(availability * 1_000) / 1_000,
    latencyMs,
  };
}

/** Whether a status is one that the config expects. */
export function isExpected(expected: MonitorConfig['expectedStatus'], status: number): boolean {
  if (typeof expected !== 'string') return expected.includes(status);
  return expected.startsWith(String(Math.floor(status / 100)));
}

/** The `share` quantile of values in any order, by nearest rank; null of none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** The places of a schedule since `anchor`: they do not move, however long a check takes. */
export const slotAt = (anchorMs: number, intervalMs: number, now: number): number =>
  Math.floor((now - anchorMs) / intervalMs);
