// An event that the project keeps, as an endpoint is to get it.

import type { Post } from '../contract/delivery.ts';
import { eventType } from '../contract/event-catalogue.ts';
import type { EndpointRow } from '../db/webhook-endpoints.ts';
import { payloadsOf } from '../domain/event-payload.ts';
import { projectDoor } from '../rpc/stubs.ts';

/** An event of the project, as its door answers it. */
type Kept = NonNullable<Awaited<ReturnType<ReturnType<typeof eventsOf>['find']>>>;

const TEST = 'webhook.test';

const eventsOf = (env: Pick<Env, 'PROJECT'>, projectId: string) =>
  projectDoor(env, projectId, 'events');

/** Null once it is no longer kept. */
export async function keptPost(
  env: Pick<Env, 'PROJECT'>,
  row: EndpointRow,
  sequence: number,
): Promise<Post | null> {
  const kept = await eventsOf(env, row.projectId).find(sequence);
  return kept && postOf(row, kept);
}

/** A test brings the example of the type that was asked for; all else comes as it is kept. */
export function postOf(row: EndpointRow, kept: Kept): Post {
  const { sequence, id, environment, createdAt } = kept;
  const own = { sequence, eventId: id, environment, createdAt };
  const body = row.payload === 'thin' ? kept.thin : kept.body;
  const type = kept.type === TEST ? testedType(kept) : kept.type;
  if (type === kept.type) return { ...own, type, body };
  return { ...own, type, body: exampleBody(row, { ...own, type }) };
}

function testedType({ body }: Kept): string {
  // Our own bytes, written when the test was made.
  const { data } = JSON.parse(new TextDecoder().decode(body)) as { data: { type?: string } };
  return data.type ?? TEST;
}

/** The example of the catalogue under the id and number of the test: made again, it has the same bytes. */
function exampleBody(row: EndpointRow, post: Omit<Post, 'body'>): Uint8Array {
  const { type, eventId: id, sequence, createdAt } = post;
  const { example } = eventType(type) ?? {};
  const timestamp = new Date(createdAt).toISOString();
  const { projectId, payload } = row;
  const event = {
    ...{ id, type, timestamp, apiVersion: example?.apiVersion ?? '', projectId },
    ...{ environment: example?.environment ?? null, sequence, data: example?.data ?? {} },
  };
  const { full, thin } = payloadsOf(event);
  return new TextEncoder().encode(payload === 'thin' ? thin : full);
}
