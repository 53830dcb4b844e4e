import { z } from 'zod';
import { EnvironmentList } from './credential-field.ts';
import { fieldEnum, fieldInteger, fieldText } from './field.ts';
import { ProjectId } from './id.ts';
import { fieldProse } from './plain-text.ts';
import { PUBLIC_URL_CHARACTERS } from './public-url.ts';
import { isKnownWish, TOLD_TYPES, unknownWish } from './told-types.ts';
import { ENDPOINT_STATES, ORDERINGS, PAYLOADS, RATE_PER_SECOND } from './webhook.ts';

const TYPES_MAX = 100;
const CONDITIONS_MAX = 10;
const VALUES_MAX = 20;
const RATE_MAX = 1_000;
const GRACE_SECONDS = 86_400;
const GRACE_SECONDS_MAX = 604_800;

const Url = fieldText('Url', PUBLIC_URL_CHARACTERS, { required: true });

const TypeWish = z
  .string({ error: 'A type must be a string' })
  .max(100, 'A type must be 100 characters or less')
  .refine(isKnownWish, { error: ({ input }) => unknownWish(String(input)) })
  .meta({ description: 'Exact, `group.*` or `*`.', example: 'deployment.*' });
const Types = z
  .array(TypeWish, { error: 'Types must be a list' })
  .min(1, 'Types must name at least one')
  .max(TYPES_MAX, `Types must be ${TYPES_MAX} or fewer`);

const Value = z.union([z.string().max(200), z.number(), z.boolean(), z.null()], {
  error: 'A condition must be a text, a number, true, false or null, or a list of these',
});
const Path = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_]{0,63}(\.[A-Za-z0-9_]{1,64}){0,9}$/,
    'A condition is named by a dotted path into the event, as data.task.workflow',
  );

/** All conditions have to hold; of a list of values, one. */
const Filter = z
  .record(
    Path,
    z.union([Value, z.array(Value).min(1).max(VALUES_MAX)], {
      error: `A condition must be a value or a list of 1 to ${VALUES_MAX} values`,
    }),
    { error: 'Filter must be an object' },
  )
  .refine(
    (filter) => Object.keys(filter).length <= CONDITIONS_MAX,
    `Filter must have ${CONDITIONS_MAX} conditions or fewer`,
  )
  .nullish()
  .meta({
    maxProperties: CONDITIONS_MAX,
    example: { 'data.task.workflow': ['feature', 'bugfix'] },
  });

const fields = {
  description: fieldProse('Description', 500),
  filter: Filter,
  payload: fieldEnum('Payload', PAYLOADS),
  ordering: fieldEnum('Ordering', ORDERINGS),
  ratePerSecond: fieldInteger('RatePerSecond', 1, RATE_MAX),
};

const SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const base64Bytes = (text: string): number =>
  (text.replace(/=+$/, '').length * 6 - ((text.replace(/=+$/, '').length * 6) % 8)) / 8;
/** One that the receiver has already. */
const BroughtSecret = fieldText('Secret', 100)
  .regex(SECRET, 'Secret must be whsec_ and base64')
  .refine((text) => {
    const bytes = base64Bytes(text.slice('whsec_'.length));
    return bytes >= 24 && bytes <= 64;
  }, 'Secret must have 24 to 64 bytes');

export const CreateEndpointBody = z
  .strictObject({
    projectId: ProjectId.optional(),
    url: Url,
    types: Types,
    description: fields.description.default(''),
    environments: EnvironmentList,
    filter: fields.filter,
    payload: fields.payload.default('full'),
    ordering: fields.ordering.default('none'),
    ratePerSecond: fields.ratePerSecond.default(RATE_PER_SECOND),
    secret: BroughtSecret.optional().meta({
      description: 'One that you bring: `whsec_` and 24 to 64 bytes in base64. Default: a new one.',
    }),
  })
  .meta({ id: 'CreateWebhookEndpoint' });
export type CreateEndpointBody = z.infer<typeof CreateEndpointBody>;

export const ChangeEndpointBody = z
  .strictObject({
    url: Url.optional(),
    types: Types.optional(),
    description: fields.description.optional(),
    environments: EnvironmentList,
    filter: fields.filter,
    payload: fields.payload.optional(),
    ordering: fields.ordering.optional(),
    ratePerSecond: fields.ratePerSecond.optional(),
    state: fieldEnum('State', ENDPOINT_STATES)
      .optional()
      .meta({ description: '`enabled` releases what was held meanwhile.' }),
  })
  .meta({ id: 'ChangeWebhookEndpoint' });
export type ChangeEndpointBody = z.infer<typeof ChangeEndpointBody>;

export const RotateBody = z
  .strictObject({
    graceSeconds: fieldInteger('GraceSeconds', 0, GRACE_SECONDS_MAX)
      .default(GRACE_SECONDS)
      .meta({ description: 'So long both secrets sign.' }),
  })
  .meta({ id: 'RotateWebhookSecret' });
export type RotateBody = z.infer<typeof RotateBody>;

export const TestBody = z
  .strictObject({
    type: fieldText('Type', 100)
      .refine((type) => TOLD_TYPES.includes(type), {
        error: ({ input }) => unknownWish(String(input)),
      })
      .default('webhook.test')
      .meta({ description: 'The example of this type is sent.' }),
  })
  .meta({ id: 'TestWebhook' });
export type TestBody = z.infer<typeof TestBody>;

const instant = (name: string) =>
  z.iso.datetime({ offset: true, error: `${name} must be an ISO 8601 time` });

export const ReplayBody = z
  .strictObject({
    since: instant('Since'),
    until: instant('Until').optional().meta({ description: 'Not included. Default: now.' }),
    types: Types.optional().meta({ description: 'Default: those of the endpoint.' }),
  })
  .meta({ id: 'ReplayWebhook' });
export type ReplayBody = z.infer<typeof ReplayBody>;
