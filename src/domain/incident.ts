// What may be done with an incident in which state, and what becomes of it.

import { ok, type Result, refuse } from '../contract/error.ts';
import { type Incident, type IncidentState, TIMELINE_MAX } from '../contract/incident.ts';

export interface IncidentDeed {
  readonly type: 'acknowledge' | 'resolve' | 'note';
  /** A principal, or the monitor. */
  readonly actor: string;
  readonly note: string | null;
  /** In milliseconds. */
  readonly at: number;
  readonly resolution?: NonNullable<Incident['resolution']>;
}

/** A note may follow when all is over: what was learnt. */
const ALLOWED: Readonly<Record<IncidentDeed['type'], readonly IncidentState[]>> = {
  acknowledge: ['open'],
  resolve: ['open', 'acknowledged'],
  note: ['open', 'acknowledged', 'resolved'],
};
/** The last places are for its acknowledgement and its end, which no note must stand in the way of. */
const KEPT_FREE: Readonly<Record<IncidentDeed['type'], number>> = {
  note: 2,
  acknowledge: 1,
  resolve: 0,
};
const WORDS: Readonly<Record<IncidentState, string>> = {
  open: 'is open',
  acknowledged: 'was acknowledged before',
  resolved: 'was resolved before',
};

export function changeIncident(before: Incident, deed: IncidentDeed): Result<Incident> {
  if (!ALLOWED[deed.type].includes(before.state)) {
    return refuse('invalid_transition', `The incident ${WORDS[before.state]}.`);
  }
  if (before.timeline.length >= TIMELINE_MAX - KEPT_FREE[deed.type]) {
    return refuse('limit_reached', 'There are as many notes as an incident may have.');
  }
  const { actor, note } = deed;
  const at = new Date(deed.at).toISOString();
  const entry = (type: Incident['timeline'][number]['type']) => ({
    revision: before.revision + 1,
    timeline: [...before.timeline, { at, type, actor, note }],
  });
  switch (deed.type) {
    case 'note':
      return ok({ ...before, ...entry('note') });
    case 'acknowledge':
      return ok({
        ...before,
        ...entry('acknowledged'),
        state: 'acknowledged',
        acknowledgedAt: at,
        acknowledgedBy: actor,
      });
    case 'resolve':
      return ok({
        ...before,
        ...entry('resolved'),
        state: 'resolved',
        resolvedAt: at,
        resolvedBy: actor,
        resolution: deed.resolution ?? 'manual',
      });
    default:
      return deed.type satisfies never;
  }
}

type Opening = Pick<
  Incident,
  'id' | 'projectId' | 'environment' | 'monitorId' | 'kind' | 'severity' | 'title' | 'summary'
> &
  Pick<Incident, 'evidence' | 'suspectDeploymentId'>;

/** An incident as it begins. */
export function newIncident(
  opening: Opening,
  { actor, at }: { readonly actor: string; readonly at: number },
): Incident {
  const openedAt = new Date(at).toISOString();
  return {
    ...opening,
    state: 'open',
    openedAt,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
    timeline: [{ at: openedAt, type: 'opened', actor, note: null }],
    revision: 1,
  };
}
