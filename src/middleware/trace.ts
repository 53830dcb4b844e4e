// The trace that a request belongs to (W3C Trace Context). Ours is one more span of it, and the answer says which.

import type { Context } from 'hono';
import { hex } from '../auth/id.ts';
import type { AppEnv } from './app-env.ts';

const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;
const SPAN_BYTES = 8;

/** The value of `traceresponse`; null for a request without a valid `traceparent`. */
export function traceOf(c: Context<AppEnv>): string | null {
  const parent = c.req.header('traceparent');
  if (parent === undefined) return null;
  const [, trace, flags] = TRACEPARENT.exec(parent) ?? [];
  if (trace === undefined || flags === undefined) return null;
  const span = c.get('spanId') ?? hex(crypto.getRandomValues(new Uint8Array(SPAN_BYTES)));
  c.set('spanId', span);
  return `00-${trace}-${span}-${flags}`;
}
