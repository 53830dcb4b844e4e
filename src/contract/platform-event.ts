// What happens in a project beside its tasks' own streams: the envelope that webhooks bring and `GET /v1/events` pulls.

import { z } from 'zod';

/** Of the body of one event, in UTF-8. Longer texts in it are cut with a mark. */
export const EVENT_BYTES_MAX = 20_480;
export const EVENTS_KEPT_MS = 30 * 86_400_000;
/** What was done at one place and at another is not put in order by clocks that may be so far apart. */
export const CLOCKS_AGREE_MS = 60_000;

/** What the platform tells of. Events of tasks become types by a rule: see `typeOfTaskEvent`. */
export const PLATFORM_TYPES = [
  'deployment.created',
  'deployment.succeeded',
  'deployment.failed',
  'deployment.cancelled',
  'incident.opened',
  'incident.acknowledged',
  'incident.resolved',
  'member.invited',
  'member.role_changed',
  'member.removed',
  'webhook.test',
  'webhook_endpoint.failing',
  'webhook_endpoint.disabled',
  'webhook_delivery.exhausted',
] as const;
export type PlatformType = (typeof PLATFORM_TYPES)[number];

/** Told to who follows the project, and to nobody else: its last state is what counts. */
export const FOLLOWED_TYPES = [
  'deployment.updated',
  'incident.updated',
  'monitor.updated',
  'monitor.deleted',
] as const;
export type FollowedType = (typeof FOLLOWED_TYPES)[number];

/** Told to the object of a project by the same way, and to nobody else. */
export const ERRANDS = ['errand:endpoint', 'errand:monitor', 'errand:deployment'] as const;
export type Errand = (typeof ERRANDS)[number];

/** Something that has happened and is to be told. */
export interface Happening {
  /** `evt_…` */
  readonly id: string;
  readonly type: PlatformType | FollowedType | Errand;
  /** Null for what concerns the whole project. */
  readonly environment: string | null;
  /** The id of what it happened to. */
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** In milliseconds. */
  readonly at: number;
}

export const PlatformEvent = z
  .object({
    id: z.string().meta({ example: 'evt_01k9z4v3m8x2c7q5t1w6y0b4na' }),
    type: z.string().meta({ example: 'deployment.succeeded' }),
    timestamp: z.string(),
    apiVersion: z.string().meta({ example: '2026-11-01' }),
    projectId: z.string(),
    environment: z.string().nullable(),
    sequence: z.int().meta({ description: '1, 2, 3 … per project, without gaps.' }),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'PlatformEvent' });
export type PlatformEvent = z.infer<typeof PlatformEvent>;
