// Declares, for the document and for the compiler, how a route may refuse.

import { ERRORS, ErrorBody, type ErrorCode } from '../contract/error.ts';

type StatusOf<C extends ErrorCode> = (typeof ERRORS)[C]['status'];

interface RefusalResponse {
  description: string;
  content: { 'application/json': { schema: typeof ErrorBody } };
}

/** One response a status, described by the meaning of each of its codes. */
export function refusals<const C extends ErrorCode>(
  ...codes: readonly C[]
): Record<StatusOf<C>, RefusalResponse> {
  const responses: Record<number, RefusalResponse> = {};
  for (const code of codes) {
    const { status, meaning } = ERRORS[code];
    const line = `\`${code}\`: ${meaning}`;
    const before = responses[status];
    responses[status] = {
      description: before ? `${before.description} ${line}` : line,
      content: { 'application/json': { schema: ErrorBody } },
    };
  }
  // The loop has filled exactly the statuses of `codes`, which the compiler cannot follow.
  return responses as Record<StatusOf<C>, RefusalResponse>;
}
