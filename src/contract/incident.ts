// Incidents: something is wrong in an environment. A monitor opens and ends them, or people do.

import { z } from 'zod';
import { fieldEnum, queryText } from './field.ts';
import { listingOf, PageQuery } from './listing.ts';
import { Check, Sla } from './monitor.ts';
import { fieldLine, fieldProse } from './plain-text.ts';

export const INCIDENT_ID = /^inc_[0-9a-hjkmnp-tv-z]{26}$/;
/** So many incidents that people have opened and nobody has resolved, of one project. */
export const OPEN_BY_HAND_MAX = 500;
/** What is written down of one incident, its opening and its end included. */
export const TIMELINE_MAX = 200;
export const EVIDENCE_CHECKS_MAX = 10;

export const INCIDENT_KINDS = ['outage', 'sla_breach', 'manual'] as const;
export const INCIDENT_STATES = ['open', 'acknowledged', 'resolved'] as const;
const SEVERITIES = ['critical', 'major', 'minor'] as const;
export const IncidentState = z.enum(INCIDENT_STATES);
export type IncidentState = z.infer<typeof IncidentState>;

export const SlaEvidence = z
  .object({
    objective: Sla,
    checks: z.int(),
    failed: z.int(),
    availability: z.number().meta({ description: 'In per cent, in the window.' }),
    latencyMs: z.int().nullable().meta({ description: 'Of 95 in 100 answers in the window.' }),
  })
  .meta({ id: 'SlaEvidence' });
export type SlaEvidence = z.infer<typeof SlaEvidence>;

export const TimelineEntry = z
  .object({
    at: z.string(),
    type: z.enum(['opened', 'acknowledged', 'note', 'resolved']),
    actor: z.string().meta({ description: 'A principal, or the monitor.' }),
    note: z.string().nullable(),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const Incident = z
  .object({
    id: z.string().meta({ example: 'inc_01k9z4v3m8x2c7q5t1w6y0b4na' }),
    projectId: z.string(),
    environment: z.string(),
    monitorId: z.string().nullable(),
    kind: z.enum(INCIDENT_KINDS),
    severity: z.enum(SEVERITIES),
    state: IncidentState,
    title: z.string(),
    summary: z.string(),
    openedAt: z.string(),
    acknowledgedAt: z.string().nullable(),
    acknowledgedBy: z.string().nullable(),
    resolvedAt: z.string().nullable(),
    resolvedBy: z.string().nullable(),
    resolution: z.enum(['recovered', 'manual']).nullable(),
    evidence: z.object({
      checks: z.array(Check).max(EVIDENCE_CHECKS_MAX).meta({ description: 'Oldest first.' }),
      sla: SlaEvidence.nullable(),
    }),
    suspectDeploymentId: z.string().nullable().meta({
      description: 'The last deployment of the environment in the hour before.',
    }),
    timeline: z.array(TimelineEntry).max(TIMELINE_MAX),
    revision: z.int(),
  })
  .meta({ id: 'Incident' });
export type Incident = z.infer<typeof Incident>;
/** What a monitor opens. */
export type BreachKind = Exclude<Incident['kind'], 'manual'>;
export const IncidentList = listingOf(Incident, 'IncidentList');

export const CreateIncidentBody = z
  .strictObject({
    environment: z.string({ error: 'Environment must be a string' }).max(32).optional().meta({
      description: 'A must, here or in `AeThex-Environment`.',
      example: 'production',
    }),
    title: fieldLine('Title', 200).meta({ example: 'Checkout is slow' }),
    severity: fieldEnum('Severity', SEVERITIES).default('major'),
    summary: fieldProse('Summary', 2_000).default(''),
  })
  .meta({ id: 'CreateIncident' });
export type CreateIncidentBody = z.infer<typeof CreateIncidentBody>;

const note = fieldProse('Note', 2_000);
const hasWords = (text: string): boolean => text !== '';

export const NoteBody = z
  .strictObject({ note: note.refine(hasWords, 'Note is required') })
  .meta({ id: 'IncidentNote' });
export type NoteBody = z.infer<typeof NoteBody>;

export const AcknowledgeBody = z
  .strictObject({ note: note.optional() })
  .meta({ id: 'AcknowledgeIncident' });
export type AcknowledgeBody = z.infer<typeof AcknowledgeBody>;

export const IncidentsQuery = PageQuery.extend({
  state: fieldEnum('State', INCIDENT_STATES).optional(),
  environment: queryText('Environment', 32).optional(),
  monitorId: queryText('MonitorId', 40).optional(),
});
export type IncidentsQuery = z.infer<typeof IncidentsQuery>;
