// The only way to make a router: with our words for a wrong parameter or field.

import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, Handler } from 'hono';
import type { HonoOptions } from 'hono/hono-base';
import { z } from 'zod';
import { type FieldError, refuse } from '../contract/error.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { ApiError } from '../middleware/refusal.ts';

/** The parameters of the path say where to look, so a malformed one is something that is not there. */
const PREFIXES: Readonly<Record<string, string>> = { query: '?', header: '^' };
const ERRORS_MAX = 50;

type Target = 'query' | 'param' | 'json';

/** What a route of its own does where a part of the request is wrong; where it does not refuse, this file does. */
type Hook = (wrong: { success: false; target: Target; error: z.ZodError }) => unknown;

type Router = OpenAPIHono<AppEnv>;
type Definition = Parameters<Router['openapi']>[0];
type RequestOf = NonNullable<Definition['request']>;

/**
 * A router whose `openapi` adds the route to the reference and checks what it is given, in one go: the library's own
 * checks are a middleware each, which together cost more than the route.
 */
export function createRouter(router?: HonoOptions<AppEnv>['router']): Router {
  const made = new OpenAPIHono<AppEnv>(router === undefined ? {} : { router });
  const openapi = (
    { middleware = [], ...route }: Definition,
    handler: Handler<AppEnv>,
    hook?: Hook,
  ): Router => {
    made.openAPIRegistry.registerPath(route);
    const path = route.path.replaceAll(/\/{(.+?)}/g, '/:$1');
    const before = [middleware].flat();
    const validate = validatorOf(route.request, hook);
    made.on([route.method], [path], ...before, (c, next) => {
      validate(c);
      return handler(c, next);
    });
    return made;
  };
  // The types of the library's own: what a handler finds is what its definition says.
  made.openapi = openapi as Router['openapi'];
  return made;
}

/** Checks the parameters and the body, and leaves what it found for `c.req.valid`. */
function validatorOf(
  { query, params, body }: RequestOf = {},
  hook: Hook | undefined,
): (c: Context<AppEnv>) => void {
  const json = body?.content['application/json'];
  const parts = [
    partOf('query', query, queryOf),
    partOf('param', params, (c) => c.req.param()),
    partOf('json', json && 'schema' in json ? json.schema : undefined, (c) => c.get('body') ?? {}),
  ].flat();
  return (c) => {
    for (const { target, schema, read } of parts) {
      const result = schema.safeParse(read(c));
      if (!result.success) {
        hook?.({ success: false, target, error: result.error });
        refuseInput(target, result.error.issues, c.req.path);
      }
      // What a schema makes of an object is one.
      c.req.addValidatedData(target, result.data as object);
    }
  };
}

interface Part {
  readonly target: Target;
  readonly schema: z.ZodType;
  readonly read: (c: Context<AppEnv>) => unknown;
}

/** A definition may also hold plain schemas of OpenAPI, which check nothing; ours are zod's. */
const partOf = (target: Target, schema: unknown, read: Part['read']): readonly Part[] =>
  schema instanceof z.ZodType ? [{ target, schema, read }] : [];

/** A parameter that comes once is a text, one that comes again a list. */
function queryOf(c: Context<AppEnv>): Record<string, string | string[]> {
  const found = Object.entries(c.req.queries());
  return Object.fromEntries(
    found.map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

/**
 * Refuses with the first of these faults, and lists them all. Under /v1 a body that can be read and is wrong is 422; the
 * reference of the task API prints 400.
 */
export function refuseInput(
  target: string,
  issues: readonly z.core.$ZodIssue[],
  requestPath = '',
): never {
  const prefix = PREFIXES[target] ?? '';
  const inBody = target === 'json';
  const errors: FieldError[] = issues.slice(0, ERRORS_MAX).map(({ path, code, message }) => ({
    path: prefix + path.map(String).join('.'),
    ...(inBody ? { pointer: pointerOf(path) } : {}),
    code,
    message,
  }));
  const message = errors[0]?.message ?? 'The request is malformed.';
  const code = inBody && requestPath.startsWith('/v1/') ? 'validation_failed' : 'invalid_request';
  throw new ApiError(refuse(code, message, { errors }).refusal);
}

/** RFC 6901. */
const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
