import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { housekeeping } from '../../src/actions/housekeeping.ts';
import { LISTENER_IDLE_MS } from '../../src/contract/listen.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { invite, listenWith, rowsOf } from './listener-world.ts';
import { newMember, newPat } from './people.ts';
import { ownPage, signInAs } from './signin-world.ts';
import { eventually, newProject } from './world.ts';

async function newListener(status?: number | null, types = 'member.*') {
  const projectId = await newProject();
  const pat = await newMember(projectId, 'project-admin');
  const query = `?projectId=${projectId}&types=${types}`;
  const headers = bearer(pat.token);
  const listen = (answers = status) =>
    listenWith(query, headers, answers === undefined ? {} : { status: answers });
  const listener = await listen();
  await eventually(() => listener.seen.ready).not.toBe(null);
  const id = listener.seen.ready?.endpointId ?? '';
  return { ...listener, projectId, pat, headers, listen, id, stub: env.WEBHOOK.getByName(id) };
}

const deliveriesOf = (id: string) =>
  runInDurableObject(env.WEBHOOK.getByName(id), (_, { storage }) =>
    storage.sql
      .exec<{ type: string; state: string }>('SELECT type, state FROM deliveries ORDER BY 1')
      .toArray(),
  );

describe('a listener', () => {
  it('is sent what happens, signed by its own secret, with the raw text that was signed', async () => {
    const { seen, projectId, id, protocol } = await newListener();
    expect(protocol).toBe('sluice.v1');
    await invite(projectId);
    await eventually(() => seen.deliveries.length).toBe(1);
    const [delivery] = seen.deliveries;
    const event = new Webhook(seen.ready?.secret ?? '').verify(
      delivery?.body ?? '',
      delivery?.headers ?? {},
    );
    expect(event).toMatchObject({ type: 'member.invited', projectId, sequence: 1 });
    expect(delivery).toMatchObject({
      attempt: 1,
      headers: {
        'content-type': 'application/json',
        'sluice-event-type': 'member.invited',
        'sluice-endpoint-id': id,
        'sluice-delivery-id': delivery?.deliveryId,
        'sluice-delivery-attempt': '1',
      },
    });
    await eventually(async () => (await deliveriesOf(id))[0]?.state).toBe('succeeded');
  });

  it('finds its endpoint and its secret again, is listed without a URL, and may want other types', async () => {
    const { seen, socket, pat, projectId, listen, headers } = await newListener();
    socket.close(1000);
    const again = await listen();
    await eventually(() => again.seen.ready).toEqual(seen.ready);
    expect(await rowsOf(projectId)).toHaveLength(1);
    const other = await listenWith(`?projectId=${projectId}&types=task.*`, headers);
    await eventually(() => other.seen.ready).toEqual(seen.ready);
    await invite(projectId);
    const [row] = await rowsOf(projectId);
    expect(row).toMatchObject({
      url: null,
      listener: pat.userId,
      types: '["task.*"]',
      revision: 2,
    });
    const same = await listenWith(`?projectId=${projectId}`, headers);
    await eventually(() => same.seen.ready).toEqual(seen.ready);
    expect((await rowsOf(projectId))[0]).toMatchObject({ types: '["task.*"]', revision: 2 });
    const answer = await askRequired(`/v1/webhooks?projectId=${projectId}`, { headers });
    const { data } = await answer.json<{ data: { id: string; url: string | null }[] }>();
    expect(data).toMatchObject([{ id: seen.ready?.endpointId, url: null, types: ['task.*'] }]);
    expect(same.seen.deliveries).toEqual([]);
  });

  it('has an endpoint of its own, which another member neither gets nor disturbs', async () => {
    const { seen, projectId } = await newListener();
    const pat = await newMember(projectId, 'project-admin');
    const other = await listenWith(`?projectId=${projectId}&types=*`, bearer(pat.token));
    await eventually(() => other.seen.ready).not.toBe(null);
    expect(other.seen.ready?.secret).not.toBe(seen.ready?.secret);
    await invite(projectId);
    await eventually(() => [seen.deliveries.length, other.seen.deliveries.length]).toEqual([1, 1]);
    expect(seen.code).toBe(null);
  });

  it('gives way to a newer one of its own', async () => {
    const { seen, projectId, listen } = await newListener();
    const newer = await listen();
    await eventually(() => seen.code).toBe(4409);
    await invite(projectId);
    await eventually(() => newer.seen.deliveries.length).toBe(1);
    expect(seen.deliveries).toEqual([]);
  });

  it('is not disturbed by one of its own that asks for the secret alone', async () => {
    const { seen, projectId, headers } = await newListener();
    const brief = await listenWith(`?projectId=${projectId}&readyOnly=true`, headers);
    await eventually(() => brief.seen.code).toBe(1000);
    expect(brief.seen.ready).toEqual(seen.ready);
    await invite(projectId);
    await eventually(() => seen.deliveries.length).toBe(1);
    expect([seen.code, brief.seen.deliveries]).toEqual([null, []]);
  });

  it('goes on where its object has slept', async () => {
    const { seen, projectId, stub, socket } = await newListener();
    await evictDurableObject(stub);
    const pong = new Promise((resolve) => {
      socket.addEventListener('message', ({ data }) => data === 'pong' && resolve(data));
    });
    socket.send('ping');
    expect(await pong).toBe('pong');
    await invite(projectId);
    await eventually(() => seen.deliveries.length).toBe(1);
    expect(seen.code).toBe(null);
  });
});

describe('while nobody listens', () => {
  it('nothing waits', async () => {
    const { seen, socket, projectId, listen, id, stub } = await newListener();
    socket.close(1000);
    await eventually(() => seen.code).toBe(1000);
    await invite(projectId);
    await eventually(async () =>
      env.DB.prepare('SELECT count(*) AS n FROM outbox WHERE project_id = ?')
        .bind(projectId)
        .first('n'),
    ).toBe(0);
    await runDurableObjectAlarm(stub);
    await eventually(() => deliveriesOf(id)).toEqual([]);
    const again = await listen();
    await invite(projectId);
    await eventually(() => again.seen.deliveries.length).toBe(1);
    expect(again.seen.deliveries[0]?.body).toContain('"sequence":2');
  });

  it('an endpoint is kept for seven days after its last listener, and then no more', async () => {
    const { seen, socket, projectId, id, listen } = await newListener();
    const now = Date.now();
    const longSince = () =>
      env.DB.prepare('UPDATE webhook_endpoints SET listened_at = 1 WHERE id = ?').bind(id).run();
    await longSince();
    await housekeeping(env, now);
    expect((await rowsOf(projectId))[0]?.['listened_at']).toBe(now);
    await longSince();
    socket.close(1000);
    await eventually(() => seen.code).toBe(1000);
    await eventually(async () => (await rowsOf(projectId))[0]?.['listened_at']).not.toBe(1);
    await housekeeping(env, Date.now() + LISTENER_IDLE_MS - 60_000);
    expect(await rowsOf(projectId)).toHaveLength(1);
    await housekeeping(env, Date.now() + LISTENER_IDLE_MS + 60_000);
    expect(await rowsOf(projectId)).toEqual([]);
    const anew = await listen();
    await eventually(() => anew.seen.ready).not.toBe(null);
    expect(anew.seen.ready?.endpointId).not.toBe(id);
    expect(anew.seen.ready?.secret).not.toBe(seen.ready?.secret);
  });
});

describe('a result', () => {
  it('that is no success is tried again, with the same id and bytes', async () => {
    const { seen, projectId, id, stub } = await newListener(503);
    await invite(projectId);
    await eventually(() => seen.deliveries.length).toBe(1);
    await eventually(async () => (await deliveriesOf(id))[0]?.state).toBe('retrying');
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec('UPDATE deliveries SET due_at = 1');
    });
    await runDurableObjectAlarm(stub);
    await eventually(() => seen.deliveries.map(({ attempt }) => attempt)).toEqual([1, 2]);
    const [first, second] = seen.deliveries;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  });

  it('of something else, of another attempt, or that is no result at all is ignored', async () => {
    const { seen, say, socket, projectId, id } = await newListener(null);
    await invite(projectId);
    await eventually(() => seen.deliveries.length).toBe(1);
    const result = { type: 'result', deliveryId: seen.deliveries[0]?.deliveryId, durationMs: 1 };
    for (const frame of [
      { ...result, deliveryId: 'dlv_1', status: 200 },
      { ...result, attempt: 2, status: 200 },
      { ...result, status: 'fine' },
      { ...result, status: 200, durationMs: -1 },
      [],
      null,
    ]) {
      say(frame);
    }
    socket.send('{');
    socket.send('x'.repeat(10_000));
    socket.send(new Uint8Array([1, 2]));
    say({ ...result, status: 410 });
    await eventually(async () => (await deliveriesOf(id))[0]?.state).not.toBe('pending');
    expect((await deliveriesOf(id))[0]?.state).not.toBe('succeeded');
    expect(seen.code).toBe(null);
  });
});

describe('who may not listen', () => {
  const outcome = async (query: string, headers: Record<string, string>) => {
    const { seen } = await listenWith(query, headers);
    await eventually(() => seen.code ?? seen.ready).not.toBe(null);
    return seen.code;
  };

  it('is told why by the close', async () => {
    const projectId = await newProject();
    const query = `?projectId=${projectId}`;
    const mine = async (fields: Parameters<typeof newPat>[1]) =>
      bearer((await newMember(projectId, 'owner', fields)).token);
    const developer = bearer((await newMember(projectId, 'developer')).token);
    const stranger = bearer((await newMember(await newProject(), 'owner')).token);
    expect(await outcome(query, {})).toBe(4401);
    expect(await outcome(query, bearer('slc_pat_000000000000000000000000000000000000'))).toBe(4401);
    expect(await outcome(query, await mine({ scopes: ['webhooks:read'] }))).toBe(4403);
    expect(await outcome(query, await mine({ environments: ['staging'] }))).toBe(4403);
    expect(await outcome(query, developer)).toBe(4403);
    expect(await outcome(query, stranger)).toBe(4404);
    expect(await outcome('?projectId=prj_x', stranger)).toBe(4404);
    for (const types of ['task', 'task.nothing', '*.*', ',', 'task.*,x'.repeat(2)]) {
      expect(await outcome(`${query}&types=${types}`, await mine({}))).toBe(4400);
    }
    expect(await rowsOf(projectId)).toEqual([]);
  });

  it('comes by a ticket of a page of its own, once, and from a foreign page not at all', async () => {
    const projectId = await newProject();
    const pat = await newMember(projectId, 'project-admin');
    const headers = bearer(pat.token);
    const answer = await askRequired('/v1/stream-tickets', { json: { projectId }, headers });
    const { ticket } = await answer.json<{ ticket: string }>();
    const offer = { 'Sec-WebSocket-Protocol': `sluice.v1, ticket.${ticket}` };
    const query = `?projectId=${projectId}&types=*`;
    const { seen, protocol } = await listenWith(query, offer);
    await eventually(() => seen.ready).not.toBe(null);
    expect(protocol).toBe('sluice.v1');
    expect(await outcome(query, offer)).toBe(4401);
    const { cookie } = await signInAs(pat.userId);
    expect(await outcome(query, ownPage(cookie))).toBe(null);
    const foreign = await askRequired(`/v1/webhooks/listen${query}`, {
      headers: {
        Upgrade: 'websocket',
        Cookie: ownPage(cookie)['Cookie'] ?? '',
        Origin: 'https://evil.test',
      },
    });
    expect(await refusalOf(foreign)).toEqual([403, 'forbidden_origin']);
  });

  it('hears that the path speaks WebSocket only', async () => {
    const pat = await newMember(await newProject(), 'owner');
    const answer = await askRequired('/v1/webhooks/listen', { headers: bearer(pat.token) });
    expect(await refusalOf(answer)).toEqual([426, 'upgrade_required']);
  });

  it('hears no more once its credential has died, awake or asleep', async () => {
    for (const isAsleep of [false, true]) {
      const { seen, pat, stub, projectId } = await newListener();
      const other = await newPat(pat.userId);
      if (isAsleep) await evictDurableObject(stub);
      await askRequired(`/v1/tokens/${pat.id}`, { method: 'DELETE', headers: bearer(other.token) });
      await eventually(() => seen.code).toBe(4401);
      await invite(projectId);
      expect(seen.deliveries).toEqual([]);
    }
  });

  it('and none of them once the endpoint is deleted', async () => {
    const { seen, headers, id } = await newListener();
    const answer = await askRequired(`/v1/webhooks/${id}`, { method: 'DELETE', headers });
    expect(answer.status).toBe(204);
    await eventually(() => seen.code).toBe(4404);
  });
});
