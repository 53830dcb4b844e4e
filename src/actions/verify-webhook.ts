// POST /v1/webhooks/verify: a delivery that somebody has received, checked by those who sent it.

import { unwrapText } from '../auth/wrapping.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import {
  ENDPOINT_HEADER,
  headerIn,
  type Verified,
  type VerifyBody,
} from '../contract/webhook-verify.ts';
import { ProjectDb } from '../db/database.ts';
import { allEndpoints } from '../db/endpoint-changes.ts';
import type { EndpointRow } from '../db/webhook-endpoints.ts';
import { publicKeyBytes, secretBytes } from '../webhooks/secret.ts';
import { bytesOf, type Received, type VerifyKeys, verify } from '../webhooks/verify.ts';
import { hintFor } from '../webhooks/verify-hint.ts';
import type { Ask } from './ask.ts';
import { targetEndpoint } from './target-endpoint.ts';

const UNREADABLE = refuse('unavailable', 'The secret of the endpoint cannot be read.');

/** Says whether a delivery holds and, where it does not, why. It takes no secret and tells none. */
export async function verifyDelivery(ask: Ask, body: VerifyBody): Promise<Result<Verified>> {
  const id = body.endpointId ?? headerIn(body.headers, ENDPOINT_HEADER);
  const target = await targetEndpoint(ask, id);
  if (!target.ok) return target;
  const { row } = target.value;
  const keys = await keysOf(ask, row);
  if (keys === null) return UNREADABLE;
  const received = receivedOf(body);
  const verdict = await verify(received, keys, Math.floor(ask.now / 1_000));
  const isUnknown = verdict.reason === 'no_match';
  const hint = isUnknown ? await hintFor(received, keys, await otherKeys(ask, row)) : null;
  return ok({ valid: verdict.reason === null, ...verdict, hint });
}

function receivedOf({ headers, payload, payloadBase64 }: VerifyBody): Received {
  return {
    id: headerIn(headers, 'webhook-id'),
    timestamp: headerIn(headers, 'webhook-timestamp'),
    signature: headerIn(headers, 'webhook-signature'),
    body:
      payload === undefined
        ? (bytesOf(payloadBase64 ?? '') ?? new Uint8Array())
        : new TextEncoder().encode(payload),
  };
}

async function secretOf({ env }: Ask, wrapped: string | null): Promise<Uint8Array | null> {
  if (wrapped === null) return null;
  const secret = await unwrapText(env, 'webhook-wrap', wrapped);
  return secret === null ? null : secretBytes(secret);
}

async function keysOf(ask: Ask, row: EndpointRow): Promise<VerifyKeys | null> {
  const current = await secretOf(ask, row.secretWrapped);
  const publicKey = publicKeyBytes(row.edPublic);
  if (current === null || publicKey === null) return null;
  const isInGrace = row.previousUntil !== null && row.previousUntil > ask.now;
  const previous = isInGrace ? await secretOf(ask, row.previousWrapped) : null;
  return { current, previous, publicKey };
}

/** What else may have signed it: other endpoints of the project, and the secret of before the last rotation. */
async function otherKeys(ask: Ask, row: EndpointRow) {
  const rows = await allEndpoints(new ProjectDb(ask.env, row.projectId));
  const all = await Promise.all(
    rows.filter(({ id }) => id !== row.id).map((other) => keysOf(ask, other)),
  );
  return {
    others: all.filter((keys) => keys !== null),
    expired: await secretOf(ask, row.previousWrapped),
  };
}
