// What is told of a change of an incident, and to whom.

import type { Incident, TimelineEntry } from '../contract/incident.ts';
import type { Happening } from '../contract/platform-event.ts';

export type IncidentNews = Pick<Happening, 'type' | 'subject' | 'data'> & {
  readonly environment: string;
};

/** A note calls nobody. */
const TYPES = {
  opened: 'incident.opened',
  acknowledged: 'incident.acknowledged',
  resolved: 'incident.resolved',
  note: 'incident.updated',
} as const satisfies Readonly<Record<TimelineEntry['type'], Happening['type']>>;

/** Of what a monitor finds elsewhere than in production nobody is called either. */
const isTold = (
  { kind }: Pick<Incident, 'kind'>,
  place: { readonly isProduction: boolean },
): boolean => kind === 'manual' || place.isProduction;

/** Its newest turn. What endpoints are not told of is told to who follows the project. */
export function newsOfIncident(
  incident: Incident,
  place: { readonly isProduction: boolean },
): IncidentNews {
  const { id: subject, environment, timeline } = incident;
  const turn = timeline.at(-1)?.type ?? 'opened';
  const type = isTold(incident, place) ? TYPES[turn] : 'incident.updated';
  return { type, environment, subject, data: { incident } };
}
