// The only way to make a router: with our words for a wrong parameter or field.

import { OpenAPIHono } from '@hono/zod-openapi';
import type { z } from 'zod';
import { type FieldError, refuse } from '../contract/error.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { ApiError } from '../middleware/refusal.ts';

/** The parameters of the path say where to look, so a malformed one is something that is not there. */
const PREFIXES: Readonly<Record<string, string>> = { query: '?', header: '^' };
const ERRORS_MAX = 50;

export function createRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) refuseInput(result.target, result.error.issues);
    },
  });
}

/** Refuses with the first of these faults, and lists them all. */
export function refuseInput(target: string, issues: readonly z.core.$ZodIssue[]): never {
  const prefix = PREFIXES[target] ?? '';
  const errors: FieldError[] = issues.slice(0, ERRORS_MAX).map((issue) => ({
    path: prefix + issue.path.map(String).join('.'),
    message: issue.message,
  }));
  const message = errors[0]?.message ?? 'The request is malformed.';
  throw new ApiError(refuse('invalid_request', message, { errors }).refusal);
}
