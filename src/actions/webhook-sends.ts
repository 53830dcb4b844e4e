// What people have sent to an endpoint beside what happens: a test, and what has happened before.

import type { Post } from '../contract/delivery.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Replayed, Tested } from '../contract/webhook-delivery.ts';
import type { ReplayBody, TestBody } from '../contract/webhook-request.ts';
import { endpointView } from '../db/endpoint-view.ts';
import type { EndpointRow } from '../db/webhook-endpoints.ts';
import { isAddressedTo } from '../domain/addressee.ts';
import { projectDoor, webhookObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { happeningOf } from './happening.ts';
import { keptPost, postOf } from './kept-post.ts';
import { onceInProject } from './once-in-project.ts';
import { targetEndpoint } from './target-endpoint.ts';
import { noteDeed } from './webhook-deliveries.ts';

const REPLAYED_MAX = 1_000;
const PAGE = 100;
/** Of a project in which much happens and little is wanted: the rest is asked for by another call. */
const PAGES_MAX = 30;
const NO_TEST = refuse('unavailable', 'The test could not be written down.');

/** Sends the example of a type to this endpoint alone, at once and in whatever state it is. */
export async function sendTest(ask: Ask, id: string, { type }: TestBody): Promise<Result<Tested>> {
  const target = await targetEndpoint(ask, id);
  if (!target.ok) return target;
  const { row } = target.value;
  const work = async (): Promise<Result<Tested>> => {
    await noteDeed(ask, row, 'webhook.tested');
    const { secretHint: _, ...endpoint } = endpointView(row);
    const data = { endpoint, type };
    const happening = happeningOf(ask, { type: 'webhook.test', subject: id, data });
    const sequence = await projectDoor(ask.env, row.projectId, 'events').post(happening);
    const post = await keptPost(ask.env, row, sequence);
    if (post === null) return NO_TEST;
    const { deliveryId } = await webhookObject(ask.env, id).probe(post);
    return ok({ eventId: post.eventId, deliveryId });
  };
  return onceInProject(ask, row.projectId, { work, keep: (value) => value });
}

/** Has what happened in a span of time go to the endpoint again, or for the first time. */
export async function replay(ask: Ask, id: string, body: ReplayBody): Promise<Result<Replayed>> {
  const target = await targetEndpoint(ask, id);
  if (!target.ok) return target;
  const { row } = target.value;
  const span = { since: Date.parse(body.since), until: body.until && Date.parse(body.until) };
  const until = span.until || ask.now;
  const types = body.types ?? row.types;
  const work = async (): Promise<Result<Replayed>> => {
    await noteDeed(ask, row, 'webhook.replayed');
    return ok(await replaySpan(ask, { ...row, types }, { since: span.since, until }));
  };
  return onceInProject(ask, row.projectId, { work, keep: (value) => value });
}

interface Span {
  readonly since: number;
  readonly until: number;
}

async function replaySpan({ env }: Ask, row: EndpointRow, span: Span): Promise<Replayed> {
  const door = projectDoor(env, row.projectId, 'events');
  const object = webhookObject(env, row.id);
  // What happened before the endpoint was made can be asked for, too.
  const addressee = { ...row, createdAt: 0 };
  let after = 0;
  let queued = 0;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { types, environments } = row;
    const limit = Math.min(PAGE, REPLAYED_MAX - queued);
    const found = await door.page({ after, limit, types, environments, ...span });
    const posts = found.events
      .filter((event) =>
        isAddressedTo(addressee, {
          ...event,
          // Our own bytes, written by the project.
          whole: () => JSON.parse(new TextDecoder().decode(event.body)) as unknown,
        }),
      )
      .map((event): Post => postOf(row, event));
    if (posts.length > 0) queued += (await object.replay(posts)).queued;
    after = found.next;
    if (!found.hasMore) return { queued, nextSince: null };
    if (queued >= REPLAYED_MAX) break;
  }
  return { queued, nextSince: await timeAfter(door, after, span) };
}

/** When the first event after a number happened, if that is in the span. */
async function timeAfter(
  door: { readonly find: (sequence: number) => Promise<{ readonly createdAt: number } | null> },
  after: number,
  { until }: Span,
): Promise<string | null> {
  const next = await door.find(after + 1);
  return next === null || next.createdAt >= until ? null : new Date(next.createdAt).toISOString();
}
