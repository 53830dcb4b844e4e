// The headers that answers have in common, and those that every request may bear, each written once.

import { API_VERSION } from '../contract/credential-field.ts';

const text = (description: string, maxLength = 200) => ({
  description,
  schema: { type: 'string', maxLength },
});
const count = (description: string) => ({
  description,
  schema: { type: 'integer', format: 'int64', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
});

/** By the name of the header; the component is named after it. */
export const HEADERS = {
  'X-Request-ID': text('The id of the request: name it when you ask for help.', 64),
  'Sluice-Version': text('The version of the API that answered.', 10),
  'Access-Control-Allow-Origin': text('The pages that may read the answer; absent for others.'),
  'X-RateLimit-Limit': count('Requests that the window allows.'),
  'X-RateLimit-Remaining': count('Requests that are left of them.'),
  'X-RateLimit-Reset': count('When the window ends, in unix seconds.'),
  'RateLimit-Policy': text('The limit, as the draft on RateLimit fields writes it.'),
  RateLimit: text('What is left, as the draft on RateLimit fields writes it.'),
  'Retry-After': count('After how many seconds to ask again.'),
  'WWW-Authenticate': text('How to come in (RFC 6750, RFC 9728).', 2_000),
  'Idempotent-Replayed': text(
    '`true`: it is what an earlier request with this key was answered.',
    4,
  ),
} as const;

export type HeaderName = keyof typeof HEADERS;

/** On every answer but redirects and the opening of a socket. */
export const EVERYWHERE: readonly HeaderName[] = [
  'X-Request-ID',
  'Sluice-Version',
  'Access-Control-Allow-Origin',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'RateLimit-Policy',
  'RateLimit',
];

const header = (name: string, description: string, schema: object) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
});

/** What requests may bear, by the name of the component. */
export const PARAMETERS = {
  IdempotencyKey: header(
    'Idempotency-Key',
    'The same key with the same request does nothing twice: the first outcome is answered again, for a day.',
    { type: 'string', maxLength: 257, pattern: '^[\\x21-\\x7E]{1,257}$' },
  ),
  SluiceVersion: header('Sluice-Version', 'The version of the API to be answered in.', {
    type: 'string',
    enum: [API_VERSION],
  }),
  Environment: header(
    'AeThex-Environment',
    'The environment that is meant: filters lists, fills what is created, and is repeated in the answer.',
    { type: 'string', maxLength: 32, pattern: '^[a-z][a-z0-9-]{0,31}$' },
  ),
  IfMatch: header('If-Match', 'The ETag of what is to be changed: 412 if it has changed since.', {
    type: 'string',
    maxLength: 200,
  }),
} as const;

export type ParameterName = keyof typeof PARAMETERS;
