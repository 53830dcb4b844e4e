// Health monitors: what is asked how often, and when it counts as down.

import { z } from 'zod';
import { fieldInteger, queryText } from './field.ts';
import { listingOf, PageQuery } from './listing.ts';
import { fieldLine } from './plain-text.ts';
import { PUBLIC_URL_CHARACTERS } from './public-url.ts';

export const MONITOR_ID = /^mon_[0-9a-hjkmnp-tv-z]{26}$/;
/** Of one project. */
export const MONITORS_MAX = 50;
/** The newest checks of a monitor that are kept one by one; of older ones, sums a day. */
export const CHECKS_KEPT = 1_440;
/** Where the server may call nothing on its own machine. */
export const INTERVAL_SECONDS_MIN = 30;
/** With fewer checks in its window an SLA is not judged. */
export const SLA_CHECKS_MIN = 10;

export const MONITOR_STATES = ['unknown', 'up', 'degraded', 'down'] as const;
export const MonitorState = z.enum(MONITOR_STATES);
export type MonitorState = z.infer<typeof MonitorState>;

export const CHECK_ERRORS = [
  'network_error',
  'timeout',
  'unexpected_status',
  'text_missing',
  'url_not_allowed',
] as const;

export const Check = z
  .object({
    at: z.string(),
    ok: z.boolean(),
    status: z.int().nullable().meta({ description: 'Null where nothing was answered.' }),
    latencyMs: z.int().nullable(),
    error: z.enum(CHECK_ERRORS).nullable(),
  })
  .meta({ id: 'Check' });
export type Check = z.infer<typeof Check>;
export const CheckList = listingOf(Check, 'CheckList');

export const Sla = z
  .object({
    availability: z.number().nullable().meta({ description: 'In per cent.' }),
    latencyMs: z.int().nullable().meta({ description: 'Of 95 in 100 answers.' }),
    windowMinutes: z.int(),
  })
  .meta({ id: 'Sla' });
export type Sla = z.infer<typeof Sla>;

const METHODS = ['GET', 'HEAD'] as const;
const STATUS_CLASS = /^[2-5]xx$/;

/** What is asked, how often, and what is expected. */
export const MonitorConfig = z.object({
  url: z.string(),
  method: z.enum(METHODS),
  expectedStatus: z.union([z.string(), z.array(z.int()).max(20)]).meta({ example: '2xx' }),
  bodyContains: z.string().nullable(),
  intervalSeconds: z.int(),
  timeoutMs: z.int(),
  failureThreshold: z.int(),
  recoveryThreshold: z.int(),
  sla: Sla.nullable(),
});
export type MonitorConfig = z.infer<typeof MonitorConfig>;

export const Monitor = z
  .object({
    id: z.string().meta({ example: 'mon_01k9z4v3m8x2c7q5t1w6y0b4na' }),
    projectId: z.string(),
    environment: z.string(),
    name: z.string(),
    ...MonitorConfig.shape,
    state: MonitorState,
    stateSince: z.string(),
    paused: z.boolean(),
    lastCheckAt: z.string().nullable(),
    lastLatencyMs: z.int().nullable(),
    consecutiveFailures: z.int(),
    openIncidentId: z.string().nullable(),
    createdBy: z.string(),
    createdAt: z.string(),
    updatedAt: z.string(),
    revision: z.int().meta({ description: 'Of what people set; a check does not change it.' }),
  })
  .meta({ id: 'Monitor' });
export type Monitor = z.infer<typeof Monitor>;
export const MonitorList = listingOf(Monitor, 'MonitorList');

export const CheckedNow = z.object({ check: Check, monitor: Monitor }).meta({ id: 'CheckedNow' });
export type CheckedNow = z.infer<typeof CheckedNow>;

const PERCENT = 'Availability must be a number above 0 and at most 100';
const slaBody = z
  .strictObject({
    availability: z
      .number({ error: PERCENT })
      .gt(0, PERCENT)
      .max(100, PERCENT)
      .nullable()
      .default(null),
    latencyMs: fieldInteger('LatencyMs', 1, 10_000).nullable().default(null),
    windowMinutes: fieldInteger('WindowMinutes', 1, 1_440).default(60),
  })
  .refine(
    ({ availability, latencyMs }) => availability !== null || latencyMs !== null,
    'Sla must set availability, latencyMs or both',
  );

const STATUSES = 'ExpectedStatus must be "2xx" to "5xx" or a list of statuses from 200 to 599';
const status = z.int({ error: STATUSES }).min(200, STATUSES).max(599, STATUSES);
const CONTAINED = 'BodyContains must be 1 to 500 characters';

const fields = {
  name: fieldLine('Name', 100).meta({ example: 'Shop front' }),
  url: z
    .string({ error: 'Url must be a string' })
    .max(PUBLIC_URL_CHARACTERS, `Url must be ${PUBLIC_URL_CHARACTERS} characters or less`)
    .meta({ example: 'https://shop.example.com/health' }),
  method: z.enum(METHODS, { error: 'Method must be one of: GET, HEAD' }),
  expectedStatus: z
    .union(
      [
        z.string().regex(STATUS_CLASS, STATUSES),
        z.array(status).min(1, STATUSES).max(20, STATUSES),
      ],
      { error: STATUSES },
    )
    .meta({ example: '2xx' }),
  bodyContains: z.string({ error: CONTAINED }).min(1, CONTAINED).max(500, CONTAINED).nullable(),
  intervalSeconds: fieldInteger('IntervalSeconds', 1, 3_600).meta({
    description: `From ${INTERVAL_SECONDS_MIN}; on a laptop from 1.`,
  }),
  timeoutMs: fieldInteger('TimeoutMs', 100, 10_000),
  failureThreshold: fieldInteger('FailureThreshold', 1, 10),
  recoveryThreshold: fieldInteger('RecoveryThreshold', 1, 10),
  sla: slaBody.nullable(),
};

export const CreateMonitorBody = z
  .strictObject({
    ...fields,
    environment: z.string({ error: 'Environment must be a string' }).max(32).optional().meta({
      description: 'A must, here or in `AeThex-Environment`.',
      example: 'production',
    }),
    method: fields.method.default('GET'),
    expectedStatus: fields.expectedStatus.default('2xx'),
    bodyContains: fields.bodyContains.default(null),
    intervalSeconds: fields.intervalSeconds.default(60),
    timeoutMs: fields.timeoutMs.default(5_000),
    failureThreshold: fields.failureThreshold.default(3),
    recoveryThreshold: fields.recoveryThreshold.default(2),
    sla: fields.sla.default(null),
  })
  .meta({ id: 'CreateMonitor' });
export type CreateMonitorBody = z.infer<typeof CreateMonitorBody>;

export const ChangeMonitorBody = z
  .strictObject(fields)
  .partial()
  .meta({ id: 'ChangeMonitor', description: 'What is left out stays.' });
export type ChangeMonitorBody = z.infer<typeof ChangeMonitorBody>;

export const MonitorsQuery = PageQuery.extend({
  environment: queryText('Environment', 32).optional(),
});
export type MonitorsQuery = z.infer<typeof MonitorsQuery>;
