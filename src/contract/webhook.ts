import { z } from 'zod';
import { ProjectId } from './id.ts';
import { listingOf, PageQuery } from './listing.ts';

export const ENDPOINT_ID = /^whe_[0-9a-hjkmnp-tv-z]{26}$/;
/** Of one project, listeners included. */
export const ENDPOINTS_MAX = 50;
export const RATE_PER_SECOND = 25;

export const PAYLOADS = ['full', 'thin'] as const;
export const ORDERINGS = ['none', 'fifo'] as const;
export const ENDPOINT_STATES = ['enabled', 'disabled'] as const;
export const DISABLED_REASONS = ['manual', 'failing', 'gone'] as const;

const instant = z.iso.datetime();
const FilterScalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Where events of a project are sent, without what they are signed with. */
export const Endpoint = z
  .object({
    id: z.string().meta({ example: 'whe_01k9z4v3m8x2c7q5t1w6y0b4na' }),
    projectId: z.string(),
    url: z.string().nullable().meta({
      description: 'Null: a listener, which comes and takes its events by WebSocket.',
      example: 'https://hooks.acme.com/sluice',
    }),
    description: z.string(),
    types: z.array(z.string()).meta({ example: ['deployment.*', 'member.invited'] }),
    environments: z
      .array(z.string())
      .nullable()
      .meta({ description: 'Null: all. What concerns the whole project comes in either case.' }),
    filter: z
      .record(z.string(), z.array(FilterScalar))
      .nullable()
      .meta({ description: 'Paths into the event, and the values of which one has to be there.' }),
    payload: z.enum(PAYLOADS),
    ordering: z.enum(ORDERINGS),
    ratePerSecond: z.int(),
    state: z.enum(ENDPOINT_STATES),
    disabledReason: z.enum(DISABLED_REASONS).nullable(),
    secretHint: z.string().meta({ example: 'whsec_MfKQ…LaSw' }),
    publicKey: z.string().meta({
      description: 'Of the `v1a` signatures: Ed25519.',
      example: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
    }),
    createdBy: z.string(),
    createdAt: instant,
    updatedAt: instant,
    revision: z.int(),
  })
  .meta({ id: 'WebhookEndpoint' });
export type Endpoint = z.infer<typeof Endpoint>;

const shown = {
  secret: z.string().nullable().meta({
    description: 'Shown once: null in the answer to a repetition with the same Idempotency-Key.',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  }),
  secretAlreadyShown: z.literal(true).optional(),
};

export const EndpointWithSecret = Endpoint.extend(shown).meta({ id: 'WebhookEndpointWithSecret' });
export type EndpointWithSecret = z.infer<typeof EndpointWithSecret>;

export const Rotated = z
  .object({
    ...shown,
    previousUntil: instant.meta({ description: 'Until then both secrets sign.' }),
  })
  .meta({ id: 'RotatedWebhookSecret' });
export type Rotated = z.infer<typeof Rotated>;

export const EndpointList = listingOf(Endpoint, 'WebhookEndpointList');
export const EndpointsQuery = PageQuery.extend({ projectId: ProjectId.optional() });
export type EndpointsQuery = z.infer<typeof EndpointsQuery>;

export const EndpointParams = z.object({
  id: z.string().meta({ example: 'whe_01k9z4v3m8x2c7q5t1w6y0b4na' }),
});
