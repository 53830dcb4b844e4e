// Refusals of requests with an Idempotency-Key under /v1 that stay the same, whoever asks again: they are kept as what was
// done is, so that a corrected request is told to take a new key.

import type { Context } from 'hono';
import { ERRORS, type Refusal, refuse } from '../contract/error.ts';
import { logLine } from '../contract/log-line.ts';
import { isStable } from '../contract/reply.ts';
import { platformDb } from '../db/database.ts';
import { findReply, keepRefusal } from '../db/idempotency.ts';
import type { AppEnv } from './app-env.ts';
import { ApiError } from './refusal.ts';

const MISMATCH = new ApiError(
  refuse('idempotency_mismatch', 'This Idempotency-Key was used with another request.').refusal,
);

/** The refusal to be written: this one, kept from now on, or that of the first request with this key. */
export async function settleRefusal(c: Context<AppEnv>, error: ApiError): Promise<ApiError> {
  const idempotency = c.get('idempotency');
  if (idempotency === undefined || !c.req.path.startsWith('/v1/')) return error;
  if (!isStable(error.refusal)) return error;
  const { k, fingerprint } = idempotency;
  const db = platformDb(c.env);
  const now = Date.now();
  try {
    const stored = await findReply(db, k, now);
    if (stored !== null) {
      if (stored.fingerprint !== fingerprint) return MISMATCH;
      if (stored.status < 400) return error;
      c.header('Idempotent-Replayed', 'true');
      // Our own bytes, written below.
      return new ApiError(JSON.parse(stored.body) as Refusal);
    }
    const reply = {
      fingerprint,
      status: ERRORS[error.refusal.code].status,
      headers: {},
      body: JSON.stringify(error.refusal),
    };
    await keepRefusal(db, k, reply, now);
  } catch (fault) {
    // Nothing has happened, so nothing is lost but the shortcut.
    console.error(logLine({ level: 'error', message: 'refusal not kept', error: String(fault) }));
  }
  return error;
}
