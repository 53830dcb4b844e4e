// What a receiver gets of what is asked by the API: from the first event after the answer to a replay of last week.

import { env } from 'cloudflare:workers';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { keptPost } from '../../src/actions/kept-post.ts';
import { newSecret } from '../../src/auth/secret.ts';
import type { DeliveriesFound, WholeDelivery } from '../../src/contract/delivery.ts';
import type { PlatformEvent } from '../../src/contract/platform-event.ts';
import type { EndpointWithSecret } from '../../src/contract/webhook.ts';
import type { Queued, Replayed, Tested } from '../../src/contract/webhook-delivery.ts';
import { findEndpoint } from '../../src/db/endpoint-changes.ts';
import { webhookObject } from '../../src/rpc/stubs.ts';
import type { Publication } from '../internet/serve.ts';
import { HOSTILE } from '../vectors/hostile-urls.ts';
import { refusalOf } from './ask.ts';
import { at, auditOf, bodyOf, headOf, invite, newEndpoint } from './endpoint-world.ts';
import { publish, visitsTo } from './internet.ts';
import { newTeam, type Team } from './project-world.ts';
import { eventually, newTask } from './world.ts';

interface Page {
  readonly data: DeliveriesFound['rows'];
  readonly pagination: { readonly nextCursor: string | null; readonly hasMore: boolean };
}

/** A team and an endpoint of theirs with a receiver that says 200, unless it is told otherwise. */
async function newReceiver(fields: Record<string, unknown> = {}, team?: Team) {
  const its = team ?? (await newTeam());
  const url = `https://${crypto.randomUUID().slice(0, 13)}.hooks-site.com/in`;
  await publish(url, {});
  const made: EndpointWithSecret = await newEndpoint(its, { url, ...fields });
  const post = async <T>(path: string, json: unknown = {}, status = 202): Promise<T> =>
    bodyOf<T>(await its.owner.ask(at(made.id, path), { json }), status);
  return {
    ...made,
    team: its,
    url,
    post,
    answers: (publication: Publication) => publish(url, publication),
    visits: () => visitsTo(url),
    arrived: (count: number) => eventually(async () => (await visitsTo(url)).length).toBe(count),
    log: async (query = '') =>
      bodyOf<Page>(await its.developer.ask(at(made.id, `/deliveries${query}`))),
    states: async () => {
      const page = await its.developer.ask(at(made.id, '/deliveries'));
      return (await page.json<Page>()).data.map(({ state }) => state);
    },
    patch: async (json: unknown) =>
      bodyOf(await its.owner.ask(at(made.id), { method: 'PATCH', json })),
    happen: async () => expect((await invite(its.owner, its.projectId)).status).toBe(201),
  };
}

describe('an endpoint that was made', () => {
  it('hears of the next event, signed for others to check, with the bytes that can be pulled', async () => {
    const receiver = await newReceiver();
    await receiver.happen();
    await receiver.arrived(1);
    const [visit] = await receiver.visits();
    const { headers = {}, body = '' } = visit ?? {};
    const event = new Webhook(receiver.secret ?? '').verify(body, headers) as PlatformEvent;
    expect(event).toMatchObject({ type: 'member.invited', projectId: receiver.projectId });
    expect(headers['webhook-id']).toBe(event.id);
    const pulled = await receiver.team.developer.ask(`/v1/events?projectId=${receiver.projectId}`);
    expect(await pulled.text()).toContain(body);
    const json = { headers, payload: body };
    const verified = await receiver.team.developer.ask('/v1/webhooks/verify', { json });
    expect(await verified.json()).toMatchObject({ valid: true, signatureVersion: 'v1' });
  });

  it('shows what it was sent, without its secret, also once it has arrived', async () => {
    const receiver = await newReceiver();
    await receiver.happen();
    await eventually(receiver.states).toEqual(['succeeded']);
    const { data } = await receiver.log();
    const [visit] = await receiver.visits();
    const answer = await receiver.team.developer.ask(at(receiver.id, `/deliveries/${data[0]?.id}`));
    const whole = await bodyOf<WholeDelivery>(answer);
    expect(whole.requestBody).toBe(visit?.body);
    expect(whole.attempts[0]?.requestHeaders['webhook-id']).toBe(data[0]?.eventId);
    expect(JSON.stringify(whole)).not.toContain('whsec_');
    expect(Object.keys(data[0] ?? {}).sort()).toEqual(
      ['attempts', 'createdAt', 'eventId', 'id', 'state', 'type'].sort(),
    );
    for (const id of ['x', `dlv_${'0'.repeat(26)}`, data[0]?.id.replace(/.$/, '0') ?? '']) {
      const other = await receiver.team.developer.ask(at(receiver.id, `/deliveries/${id}`));
      if (id !== data[0]?.id) expect(await refusalOf(other)).toEqual([404, 'not_found']);
    }
    const beside = await newReceiver({}, receiver.team);
    const foreign = await receiver.team.developer.ask(at(beside.id, `/deliveries/${data[0]?.id}`));
    expect(await refusalOf(foreign)).toEqual([404, 'not_found']);
  });

  it('lists deliveries by cursor, by state, type and event', async () => {
    const receiver = await newReceiver();
    for (let n = 0; n < 3; n++) await receiver.happen();
    await receiver.arrived(3);
    const first = await receiver.log('?limit=2');
    expect(first.data).toHaveLength(2);
    const { nextCursor } = first.pagination;
    const rest = await receiver.log(`?limit=2&cursor=${nextCursor}`);
    expect(rest.data).toHaveLength(1);
    expect(rest.pagination).toMatchObject({ hasMore: false, nextCursor: null });
    const all = [...first.data, ...rest.data].map(({ id }) => id);
    expect(new Set(all).size).toBe(3);
    expect([...all].sort().reverse()).toEqual(all);
    expect((await receiver.log('?type=deployment.*')).data).toEqual([]);
    expect((await receiver.log('?state=exhausted')).data).toEqual([]);
    expect(rest.pagination).toMatchObject({ page: null, limit: 2, total: null });
    const linked = await receiver.team.owner.ask(at(receiver.id, '/deliveries?page=1&limit=2'));
    expect(linked.headers.get('X-Next-Cursor')).toBe(nextCursor);
    expect(linked.headers.get('X-Per-Page')).toBe('2');
    expect(linked.headers.get('Link')).toMatch(/^<[^>]+cursor=[^>]+>; rel="next"$/);
    // Who counts on pages would read the first one for ever.
    const second = await receiver.team.owner.ask(at(receiver.id, '/deliveries?page=2'));
    expect(await refusalOf(second)).toEqual([400, 'invalid_request']);
    const eventId = first.data[0]?.eventId;
    expect((await receiver.log(`?eventId=${eventId}`)).data).toHaveLength(1);
    for (const query of ['cursor=x', `state=exhausted&cursor=${nextCursor}`]) {
      const answer = await receiver.team.owner.ask(at(receiver.id, `/deliveries?${query}`));
      expect(await refusalOf(answer)).toEqual([400, 'invalid_cursor']);
    }
    const wrong = await receiver.team.owner.ask(at(receiver.id, '/deliveries?state=lost'));
    expect(await refusalOf(wrong)).toEqual([400, 'invalid_request']);
  });

  it('hears no more once it is deleted, and its log is gone', async () => {
    const receiver = await newReceiver();
    await receiver.happen();
    await receiver.arrived(1);
    const gone = await receiver.team.owner.ask(at(receiver.id), { method: 'DELETE' });
    expect(gone.status).toBe(204);
    const head = await headOf(receiver.projectId);
    await receiver.happen();
    await eventually(() => headOf(receiver.projectId)).toBe(head + 1);
    expect(await receiver.visits()).toHaveLength(1);
    expect(await webhookObject(env, receiver.id).list({ before: null, limit: 10 })).toMatchObject({
      rows: [],
    });
  });

  it('is sent what passes its filter, and secrets of nobody', async () => {
    const receiver = await newReceiver({ filter: { 'data.task.workflow': 'bugfix' } });
    const { projectId } = receiver;
    const secret = newSecret('pat');
    await newTask({ projectId, workflow: 'feature' });
    await newTask({ projectId, workflow: 'bugfix', description: `Rotate ${secret}` });
    await eventually(async () => (await receiver.visits()).length).toBeGreaterThan(0);
    const bodies = (await receiver.visits()).map(({ body }) => body);
    for (const body of bodies) {
      expect(body).toContain('"workflow":"bugfix"');
      expect(body).not.toContain(secret);
      expect(body).toContain('[redacted:sluice]');
    }
  });
});

describe('a test', () => {
  it('goes to this endpoint alone, disabled or not, and is kept as a test', async () => {
    const receiver = await newReceiver({ types: ['deployment.*'] });
    const beside = await newReceiver({}, receiver.team);
    await receiver.patch({ state: 'disabled' });
    const { eventId, deliveryId } = await receiver.post<Tested>('/test');
    await receiver.arrived(1);
    const [visit] = await receiver.visits();
    expect(visit?.headers).toMatchObject({
      ...{ 'webhook-id': eventId, 'sluice-delivery-id': deliveryId },
      'sluice-event-type': 'webhook.test',
    });
    expect(JSON.parse(visit?.body ?? '')).toMatchObject({
      ...{ id: eventId, type: 'webhook.test' },
      data: { endpoint: { id: receiver.id }, type: 'webhook.test' },
    });
    expect(visit?.body).not.toContain('whsec_');
    expect(await beside.visits()).toEqual([]);
    expect((await auditOf(receiver.projectId)).map(({ action }) => action)).toContain(
      'webhook.tested',
    );
  });

  it('brings the example of a type, once for one Idempotency-Key, and the same bytes again', async () => {
    const receiver = await newReceiver({ types: ['member.*'] });
    const ask = () =>
      receiver.team.owner.ask(at(receiver.id, '/test'), {
        json: { type: 'deployment.failed' },
        headers: { 'Idempotency-Key': 'one-test' },
      });
    const tested = await bodyOf<Tested>(await ask(), 202);
    expect(await bodyOf(await ask(), 202)).toEqual(tested);
    await receiver.arrived(1);
    await eventually(receiver.states).toEqual(['succeeded']);
    await receiver.post(`/deliveries/${tested.deliveryId}/redeliver`);
    await receiver.arrived(2);
    const [first, second] = await receiver.visits();
    expect(second?.body).toBe(first?.body);
    const { headers = {}, body = '' } = second ?? {};
    const event = new Webhook(receiver.secret ?? '').verify(body, headers) as PlatformEvent;
    expect(event).toMatchObject({
      ...{ id: tested.eventId, type: 'deployment.failed', projectId: receiver.projectId },
      data: { failure: { stage: expect.any(String) } },
    });
    const wrong = await receiver.team.owner.ask(at(receiver.id, '/test'), { json: { type: '*' } });
    expect(await refusalOf(wrong)).toEqual([422, 'validation_failed']);
  });
});

describe('what did not arrive, or is wanted again', () => {
  it('is held while the endpoint is disabled, and comes in order once it is enabled', async () => {
    const receiver = await newReceiver({ ordering: 'fifo' });
    await receiver.patch({ state: 'disabled' });
    for (let n = 0; n < 3; n++) await receiver.happen();
    await eventually(receiver.states).toEqual(['held', 'held', 'held']);
    expect(await receiver.visits()).toEqual([]);
    await receiver.patch({ state: 'enabled' });
    await receiver.arrived(3);
    const sequences = (await receiver.visits()).map(
      ({ body }) => (JSON.parse(body) as PlatformEvent).sequence,
    );
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
  });

  it('is waited for: the answer comes with the attempt, or when the wait is over', async () => {
    const receiver = await newReceiver();
    await receiver.happen();
    await receiver.arrived(1);
    await eventually(receiver.states).toEqual(['succeeded']);
    const id = (await receiver.log()).data[0]?.id ?? '';
    const read = async (query: string) =>
      bodyOf<WholeDelivery>(
        await receiver.team.developer.ask(at(receiver.id, `/deliveries/${id}${query}`)),
      );
    expect((await read('?after=0&wait=20')).attempts).toHaveLength(1);
    expect((await read('?after=1&wait=1')).attempts).toHaveLength(1);
    const waited = read('?after=1&wait=20');
    await receiver.post(`/deliveries/${id}/redeliver`);
    expect((await waited).attempts.map(({ n }) => n)).toEqual([1, 2]);
    const long = await receiver.team.developer.ask(at(receiver.id, `/deliveries/${id}?wait=21`));
    expect(long.status).toBe(400);
  });

  it('goes again by redeliver also after a success, and by recover at once', async () => {
    const receiver = await newReceiver();
    await receiver.happen();
    await eventually(receiver.states).toEqual(['succeeded']);
    const id = (await receiver.log()).data[0]?.id ?? '';
    expect(await receiver.post(`/deliveries/${id}/redeliver`)).toEqual({ deliveryId: id });
    await receiver.arrived(2);
    const [first, second] = await receiver.visits();
    expect([second?.body, second?.headers['webhook-id']]).toEqual([
      first?.body,
      first?.headers['webhook-id'],
    ]);
    await receiver.answers({ status: 500 });
    await receiver.happen();
    await eventually(receiver.states).toEqual(['retrying', 'succeeded']);
    await receiver.answers({});
    expect(await receiver.post<Queued>('/recover')).toEqual({ queued: 1 });
    await eventually(receiver.states).toEqual(['succeeded', 'succeeded']);
    const unknown = await receiver.team.owner.ask(at(receiver.id, '/deliveries/x/redeliver'), {
      json: {},
    });
    expect(await refusalOf(unknown)).toEqual([404, 'not_found']);
  });

  it('is replayed from before the endpoint was made, as far as it is wanted', async () => {
    const team = await newTeam();
    const since = new Date(Date.now() - 1_000).toISOString();
    for (let n = 0; n < 3; n++) await invite(team.owner, team.projectId);
    await newTask({ projectId: team.projectId });
    await eventually(() => headOf(team.projectId)).toBeGreaterThanOrEqual(4);
    const receiver = await newReceiver({ types: ['member.*'] }, team);
    const replayed = await receiver.post<Replayed>('/replay', { since });
    expect(replayed).toEqual({ queued: 3, nextSince: null });
    await receiver.arrived(3);
    expect(await receiver.post('/replay', { since, types: ['task.created'] })).toMatchObject({
      queued: 1,
    });
    await receiver.arrived(4);
    expect(await receiver.post('/replay', { since, until: since })).toMatchObject({ queued: 0 });
    for (const json of [{}, { since: 'yesterday' }, { since, types: ['x'] }]) {
      const answer = await receiver.team.owner.ask(at(receiver.id, '/replay'), { json });
      expect(await refusalOf(answer)).toEqual([422, 'validation_failed']);
    }
  });
});

it('a URL that came into the table by another way is not called either', async () => {
  const receiver = await newReceiver();
  await receiver.happen();
  await receiver.arrived(1);
  const set = 'UPDATE webhook_endpoints SET url = ?2, revision = revision + 1 WHERE id = ?1';
  const object = webhookObject(env, receiver.id);
  const refused = HOSTILE.filter((one) => !/\.acme\.com/i.test(one));
  expect(refused.length).toBeGreaterThanOrEqual(60);
  const [first] = (await receiver.log()).data;
  const before = await visitsTo('http');
  for (const url of refused) {
    await env.DB.prepare(set).bind(receiver.id, url).run();
    await object.refresh();
    const row = await findEndpoint(env, receiver.id);
    const post = row && (await keptPost(env, row, 1));
    expect((await object.redeliver(first?.id ?? '', post)).ok).toBe(true);
    const last = async () => (await object.find(first?.id ?? ''))?.attempts.at(-1);
    // This attempt and not the one before: too many that wait would be refused.
    const n = 2 + refused.indexOf(url);
    await eventually(last).toMatchObject({ n, error: 'Sluice does not call this URL.' });
  }
  // Nobody was asked anything: not there, and nowhere else.
  expect(await visitsTo('http')).toEqual(before);
});
