// What holds for every route is written into the document here, once, and not into each route.

import { SCOPES } from '../contract/principal.ts';
import {
  EVERYWHERE,
  HEADERS,
  type HeaderName,
  PARAMETERS,
  type ParameterName,
} from './document-headers.ts';
import { limitSchema } from './document-limits.ts';
import { shareRefusals } from './document-refusals.ts';
import { refusals } from './refusals.ts';

interface Answer {
  description?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, unknown>;
}
interface Parameter {
  readonly in?: string;
  readonly name?: string;
}
interface Operation {
  summary?: string;
  description?: string;
  security?: readonly Readonly<Record<string, readonly string[]>>[];
  parameters?: unknown[];
  responses?: Record<string, Answer>;
}
/** The members of the document that are looked at here. */
export interface Draft {
  paths?: Record<string, Record<string, Operation>>;
  components?: Record<string, Record<string, unknown>>;
}

const KEYED: ReadonlySet<string> = new Set(['post', 'patch']);
const CHANGING: ReadonlySet<string> = new Set(['put', 'patch', 'delete']);
const ERROR = '#/components/schemas/Error';

/** Adds to every operation the headers, parameters, refusals and ways to come in that all of them have. */
export function writeConventions(draft: Draft): Draft {
  const { paths = {}, components = {} } = draft;
  components['headers'] = { ...components['headers'], ...HEADERS };
  components['parameters'] = { ...components['parameters'], ...PARAMETERS };
  const shared = { ...components['responses'] };
  components['responses'] = shared;
  components['securitySchemes'] = { ...components['securitySchemes'], oauth2: OAUTH2 };
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      write(path, method, operation);
      shareRefusals(operation.responses ?? {}, shared);
    }
  }
  limitSchema(draft);
  return { ...draft, paths, components };
}

function write(path: string, method: string, operation: Operation): void {
  const byScope = operation.security?.map(({ bearer = [] }) => bearer).filter(isNamed) ?? [];
  if (byScope.length > 0) {
    const ways = byScope.flatMap((scopes) => [{ oauth2: scopes }, { bearer: scopes }]);
    operation.security = [...ways, { cookie: [] }];
  }
  // Said, and not only left out: this one is for everybody.
  operation.security ??= [];
  operation.description ??= operation.summary ?? '';
  writeParameters(path, method, operation);
  const { responses = {} } = operation;
  const guarded = isGuarded(operation);
  addRefusals(responses, { guarded, keyed: guarded && KEYED.has(method) });
  for (const [status, answer] of Object.entries(responses)) {
    writeHeaders(status, answer, KEYED.has(method));
    if (path.startsWith('/v1/')) nameProblem(answer);
  }
}

const isNamed = (scopes: readonly string[]): boolean => scopes.length > 0;

const isGuarded = ({ security = [] }: Operation): boolean => security.length > 0;

function writeParameters(path: string, method: string, operation: Operation): void {
  const guarded = isGuarded(operation);
  const wanted: readonly (readonly [ParameterName, boolean])[] = [
    ['IdempotencyKey', guarded && KEYED.has(method)],
    ['SluiceVersion', guarded],
    ['Environment', guarded],
    ['IfMatch', guarded && path.startsWith('/v1/') && CHANGING.has(method)],
  ];
  const own = (operation.parameters ?? []) as readonly Parameter[];
  const names = new Set(
    own.filter((one) => one.in === 'header').map(({ name = '' }) => name.toLowerCase()),
  );
  const added = wanted
    .filter(([name, isWanted]) => isWanted && !names.has(PARAMETERS[name].name.toLowerCase()))
    .map(([name]) => ({ $ref: `#/components/parameters/${name}` }));
  if (added.length > 0) operation.parameters = [...own, ...added];
}

/** What any route may answer that counts requests, asks for a credential, takes an Idempotency-Key, or has a fault. */
function addRefusals(
  responses: Record<string, Answer>,
  { guarded, keyed }: { readonly guarded: boolean; readonly keyed: boolean },
): void {
  const { 401: unauthorized, 403: forbidden } = refusals('unauthorized', 'insufficient_scope');
  const usual = refusals('invalid_request', 'forbidden_origin', 'rate_limited', 'internal');
  const behind = guarded ? { 401: unauthorized, 403: forbidden } : {};
  const added = { ...usual, ...behind, ...(keyed ? refusals('idempotency_mismatch') : {}) };
  for (const [status, answer] of Object.entries(added)) {
    responses[status] ??= {
      description: answer.description,
      content: { 'application/json': { schema: { $ref: ERROR } } },
    };
  }
}

function writeHeaders(status: string, answer: Answer, isKeyed: boolean): void {
  if (status.startsWith('3') && status !== '304') return;
  const names: HeaderName[] = [...EVERYWHERE];
  if (isKeyed && status.startsWith('2')) names.push('Idempotent-Replayed');
  if (status === '401') names.push('WWW-Authenticate');
  if (status === '429' || status === '503') names.push('Retry-After');
  const refs = names.map((name) => [name, { $ref: `#/components/headers/${name}` }] as const);
  answer.headers = { ...Object.fromEntries(refs), ...answer.headers };
}

/** Under /v1 a refusal says what it is (RFC 9457). */
function nameProblem(answer: Answer): void {
  const json = answer.content?.['application/json'] as { schema?: { $ref?: string } } | undefined;
  if (json?.schema?.$ref !== ERROR) return;
  const { 'application/json': _, ...others } = answer.content ?? {};
  answer.content = { 'application/problem+json': json, ...others };
}

const MEANINGS = Object.fromEntries(
  SCOPES.map((scope) => {
    const [what = '', how = ''] = scope.split(':');
    return [
      scope,
      `${how === 'read' ? 'See' : how === 'write' ? 'Change' : 'May'} ${what}: ${how}.`,
    ];
  }),
);

/** RFC 6749, with PKCE and without the flows that OAuth 2.1 has dropped. */
const OAUTH2 = {
  type: 'oauth2',
  description:
    'An access token: a JWT, judged as RFC8725 says; see `/.well-known/oauth-authorization-server`.',
  flows: {
    clientCredentials: { tokenUrl: '/v1/auth/token', scopes: MEANINGS },
    authorizationCode: {
      authorizationUrl: '/v1/auth/authorize',
      tokenUrl: '/v1/auth/token',
      refreshUrl: '/v1/auth/token',
      scopes: MEANINGS,
    },
  },
};
