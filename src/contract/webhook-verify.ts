import { z } from 'zod';
import { fieldText } from './field.ts';

/** Why a delivery does not hold, in the order in which it is looked at. */
export const VERIFY_REASONS = [
  'missing_header',
  'bad_timestamp',
  'timestamp_too_old',
  'timestamp_too_new',
  'no_match',
] as const;
export type VerifyReason = (typeof VERIFY_REASONS)[number];

/** What has happened to a body whose signature does not fit. */
export const VERIFY_HINTS = [
  'trailing_newline',
  'crlf',
  'bom',
  'reserialized_json',
  'wrong_endpoint',
  'expired_secret',
] as const;
export type VerifyHint = (typeof VERIFY_HINTS)[number];

export const SIGNATURE_VERSIONS = ['v1', 'v1a'] as const;
export type SignatureVersion = (typeof SIGNATURE_VERSIONS)[number];

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const HEADERS_MAX = 100;
/** Of a text or a base64 text; the whole request is no longer either. */
const PAYLOAD_CHARACTERS_MAX = 262_144;

/** Header names as the receiver has them, in any case. */
const ReceivedHeaders = z
  .record(z.string().max(200), fieldText('A header', 8_192), {
    error: 'Headers must be an object of texts',
  })
  .refine(
    (headers) => Object.keys(headers).length <= HEADERS_MAX,
    `Headers must be ${HEADERS_MAX} or fewer`,
  )
  .meta({
    maxProperties: HEADERS_MAX,
    example: {
      'webhook-id': 'evt_01k9z4v3m8x2c7q5t1w6y0b4na',
      'webhook-timestamp': '1795280000',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
  });

/** The value of a header by its name in lower case, without the white space around it; empty where it is absent. */
export function headerIn(headers: Readonly<Record<string, string>>, name: string): string {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return found?.[1].trim() ?? '';
}

export const ENDPOINT_HEADER = 'sluice-endpoint-id';

export const VerifyBody = z
  .strictObject({
    endpointId: fieldText('EndpointId', 64).optional().meta({
      description: 'Default: the header `sluice-endpoint-id` among `headers`.',
    }),
    headers: ReceivedHeaders,
    payload: fieldText('Payload', PAYLOAD_CHARACTERS_MAX)
      .optional()
      .meta({ description: 'The raw body as it came, as text. Either this or `payloadBase64`.' }),
    payloadBase64: fieldText('PayloadBase64', PAYLOAD_CHARACTERS_MAX)
      .regex(BASE64, 'PayloadBase64 must be base64')
      .optional()
      .meta({ description: 'The raw bytes of the body.' }),
  })
  .refine(
    ({ payload, payloadBase64 }) => (payload === undefined) !== (payloadBase64 === undefined),
    { error: 'Either payload or payloadBase64 is required', path: ['payload'] },
  )
  .refine(
    ({ endpointId, headers }) =>
      endpointId !== undefined || headerIn(headers, ENDPOINT_HEADER) !== '',
    { error: 'EndpointId is required', path: ['endpointId'] },
  )
  .meta({ id: 'VerifyWebhook' });
export type VerifyBody = z.infer<typeof VerifyBody>;

export const Verified = z
  .object({
    valid: z.boolean(),
    reason: z.enum(VERIFY_REASONS).nullable(),
    signatureVersion: z.enum(SIGNATURE_VERSIONS).nullable(),
    key: z
      .enum(['current', 'previous'])
      .nullable()
      .meta({ description: '`previous`: the secret of before a rotation, in its grace.' }),
    ageSeconds: z.int().nullable().meta({ description: 'Negative: ahead of our clock.' }),
    hint: z
      .enum(VERIFY_HINTS)
      .nullable()
      .meta({ description: 'Beside `no_match`, where a usual mistake explains it.' }),
  })
  .meta({ id: 'VerifiedWebhook' });
export type Verified = z.infer<typeof Verified>;
