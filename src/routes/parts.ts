// The parts that route definitions are made of.

import { z } from 'zod';
import type { ErrorCode } from '../contract/error.ts';
import type { Scope } from '../contract/principal.ts';
import { admitReader, admitWriter } from '../middleware/admit.ts';
import type { Who } from '../middleware/require-scope.ts';
import { refusals } from './refusals.ts';

/** What every route behind a credential can answer. */
const GUARDED = [
  'unauthorized',
  'invalid_token',
  'insufficient_scope',
  'agent_forbidden',
  'unavailable',
] as const;
const BODIED = ['invalid_request', 'invalid_json', 'too_large', 'unsupported_media_type'] as const;

/** Each of the scopes opens the door by itself, unless another is needed beside it. */
const waysIn = (scope: Scope, { andScope, orScopes = [] }: Who) =>
  [scope, ...orScopes].map((one) => ({ bearer: andScope === undefined ? [one] : [one, andScope] }));

/** A route that reads: its scope, and nothing in the body. */
export function reads(scope: Scope, who: Who = {}) {
  return { security: waysIn(scope, who), middleware: [admitReader(scope, who)] };
}

/** A route that takes a body of at most `maxBytes`, read only once the scope is known to suffice. */
export function writes(scope: Scope, maxBytes: number, who: Who = {}) {
  return { security: waysIn(scope, who), middleware: [admitWriter(scope, maxBytes, who)] };
}

/** A body whose fields are not all optional. */
export function body<S extends z.ZodType>(schema: S) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** A body whose fields are all optional: absent, empty and `{}` are the same. */
export function optionalBody<S extends z.ZodType>(schema: S) {
  return { content: { 'application/json': { schema } } };
}

export function answer<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { 'application/json': { schema } } };
}

export function refusesRead<const C extends ErrorCode>(...codes: readonly C[]) {
  return refusals<(typeof GUARDED)[number] | 'invalid_request' | C>(
    ...GUARDED,
    'invalid_request',
    ...codes,
  );
}

export function refusesWrite<const C extends ErrorCode>(...codes: readonly C[]) {
  return refusals<(typeof GUARDED)[number] | (typeof BODIED)[number] | C>(
    ...GUARDED,
    ...BODIED,
    ...codes,
  );
}

/** How a route for everybody refuses. */
export function refusesPublic<const C extends ErrorCode>(...codes: readonly C[]) {
  return refusals<'invalid_request' | 'rate_limited' | C>(
    'invalid_request',
    'rate_limited',
    ...codes,
  );
}

export const TaskParams = z.object({
  id: z.string().meta({ example: 'task_mwqnyqf0_27d3c1a09b5e4f12aa01' }),
});
