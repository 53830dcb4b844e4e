// What an endpoint was sent, and what is to be sent again.

import type { WholeDelivery } from '../contract/delivery.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type {
  DeliveriesQuery,
  DeliveryList,
  DeliveryQuery,
  Queued,
  Redelivered,
} from '../contract/webhook-delivery.ts';
import { auditOnce } from '../db/audit.ts';
import { platformDb } from '../db/database.ts';
import type { EndpointRow } from '../db/webhook-endpoints.ts';
import { sequenceOf } from '../domain/delivery/delivery-id.ts';
import { webhookObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { auditRowOf } from './effect.ts';
import { keptPost } from './kept-post.ts';
import { onceInProject } from './once-in-project.ts';
import { targetEndpoint } from './target-endpoint.ts';

const NOT_FOUND = refuse('not_found', 'Delivery not found');
const GONE = refuse('not_found', 'The delivery is older than what is kept.');
const SEQUENCE = /^\d{1,15}$/;

/** The deliveries of an endpoint, newest first. */
export async function readDeliveries(
  ask: Ask,
  id: string,
  query: DeliveriesQuery,
): Promise<Result<DeliveryList>> {
  const target = await targetEndpoint(ask, id);
  if (!target.ok) return target;
  const { state, type, eventId, limit } = query;
  const filter = { list: 'deliveries', id, state: state ?? null, type: type ?? null, eventId };
  const cursor = readCursor(query.cursor, filter, SEQUENCE);
  if (!cursor.ok) return cursor;
  const before = cursor.value === undefined ? null : Number(cursor.value);
  const asked = { state, type, eventId, before, limit };
  const { rows, hasMore, next } = await webhookObject(ask.env, id).list(asked);
  const nextCursor = next === null ? null : writeCursor(String(next), filter);
  return ok({
    data: rows.map(({ sequence: _, ...delivery }) => delivery),
    pagination: { page: null, limit, total: null, nextCursor, hasMore },
  });
}

interface DeliveryAsked extends DeliveryQuery {
  readonly id: string;
  readonly deliveryId: string;
}

/** One delivery with what was sent: its bytes are taken from the project once they have arrived. */
export async function readDelivery(
  ask: Ask,
  { id, deliveryId, after, wait }: DeliveryAsked,
): Promise<Result<WholeDelivery>> {
  const target = await targetEndpoint(ask, id);
  if (!target.ok) return target;
  const { row } = target.value;
  const sequence = sequenceOf(id, deliveryId);
  if (sequence === null) return NOT_FOUND;
  const waited = wait === 0 ? undefined : { after, waitMs: wait * 1_000 };
  const found = await webhookObject(ask.env, id).find(deliveryId, waited);
  if (found === null) return NOT_FOUND;
  if (found.requestBody !== null) return ok(found);
  const post = await keptPost(ask.env, row, sequence);
  return ok({ ...found, requestBody: post && new TextDecoder().decode(post.body) });
}

/** One new attempt now, also after a success. */
export async function redeliver(
  ask: Ask,
  id: string,
  deliveryId: string,
): Promise<Result<Redelivered>> {
  const target = await targetEndpoint(ask, id);
  if (!target.ok) return target;
  const { row } = target.value;
  const sequence = sequenceOf(id, deliveryId);
  if (sequence === null) return NOT_FOUND;
  const work = async (): Promise<Result<Redelivered>> => {
    const object = webhookObject(ask.env, id);
    const found = await object.find(deliveryId);
    if (found === null) return NOT_FOUND;
    const post = found.requestBody === null ? await keptPost(ask.env, row, sequence) : null;
    if (found.requestBody === null && post === null) return GONE;
    await noteDeed(ask, row, 'webhook.redelivered');
    return object.redeliver(deliveryId, post);
  };
  return onceInProject(ask, row.projectId, { work, keep: (value) => value });
}

/** Everything that was given up or is held goes again. */
export async function recover(ask: Ask, id: string): Promise<Result<Queued>> {
  const target = await targetEndpoint(ask, id);
  if (!target.ok) return target;
  const { row } = target.value;
  const work = async (): Promise<Result<Queued>> => {
    await noteDeed(ask, row, 'webhook.recovered');
    const { queued } = await webhookObject(ask.env, id).recover();
    return ok({ queued });
  };
  return onceInProject(ask, row.projectId, { work, keep: (value) => value });
}

/** Written before the work, which lives in an object: none is done without its row. */
export async function noteDeed(ask: Ask, row: EndpointRow, action: string): Promise<void> {
  const target = { type: 'webhook', id: row.id };
  const audit = auditRowOf(ask, { projectId: row.projectId, action, target });
  await auditOnce(platformDb(ask.env), audit).run();
}
