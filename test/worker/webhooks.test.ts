// Webhook endpoints, as people make, change and remove them.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Endpoint, EndpointWithSecret, Rotated } from '../../src/contract/webhook.ts';
import { HOSTILE } from '../vectors/hostile-urls.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { at, auditOf, bodyOf, newEndpoint, rowsOf, URL_OF_HOOK } from './endpoint-world.ts';
import { newPat } from './people.ts';
import { newTeam } from './project-world.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('a webhook endpoint', () => {
  it('is made with what is printed, shown with its secret once, and without it from then on', async () => {
    const team = await newTeam();
    const made = await newEndpoint(team, { types: ['deployment.*', 'member.invited'] });
    const { secret, ...shown } = made;
    expect(shown).toEqual({
      id: expect.stringMatching(/^whe_[0-9a-z]{26}$/),
      projectId: team.projectId,
      url: URL_OF_HOOK,
      description: '',
      types: ['deployment.*', 'member.invited'],
      environments: null,
      filter: null,
      payload: 'full',
      ordering: 'none',
      ratePerSecond: 25,
      state: 'enabled',
      disabledReason: null,
      secretHint: expect.stringMatching(/^whsec_.{4}….{4}$/),
      publicKey: expect.stringMatching(/^whpk_[A-Za-z0-9+/]{43}=$/),
      createdBy: team.owner.id,
      createdAt: expect.any(String),
      updatedAt: made.createdAt,
      revision: 1,
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const got = await team.developer.ask(at(made.id));
    expect(got.headers.get('ETag')).toBe('"v1"');
    expect(await bodyOf<Endpoint>(got)).toEqual(shown);
    const list = await team.developer.ask(`/v1/webhooks?projectId=${team.projectId}`);
    expect(await bodyOf(list)).toMatchObject({ data: [shown], pagination: { total: 1 } });
    const unchanged = await team.developer.ask(at(made.id), {
      headers: { 'If-None-Match': '"v1"' },
    });
    expect(unchanged.status).toBe(304);
  });

  it('may bring its secret, which is nowhere in the clear: not in the row, not in the audit', async () => {
    const team = await newTeam();
    const { id, secret } = await newEndpoint(team, { secret: SECRET });
    expect(secret).toBe(SECRET);
    const rotated = await bodyOf<Rotated>(
      await team.owner.ask(at(id, '/rotate'), { json: { graceSeconds: 60 } }),
    );
    const kept = JSON.stringify([await rowsOf(team.projectId), await auditOf(team.projectId)]);
    for (const one of [SECRET, rotated.secret ?? '']) expect(kept).not.toContain(one.slice(6));
    expect((await auditOf(team.projectId)).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['webhook.created', 'webhook.secret_rotated']),
    );
  });

  it.each([
    [{ types: ['deployment.unknown'] }, 'validation_failed'],
    [{ types: ['deploy*'] }, 'validation_failed'],
    [{ types: ['log.entry'] }, 'validation_failed'],
    [{ types: [] }, 'validation_failed'],
    [{ types: undefined }, 'validation_failed'],
    [{ url: undefined }, 'validation_failed'],
    [{ url: 'http://acme.com/' }, 'url_not_allowed'],
    [{ secret: 'whsec_AAAA' }, 'validation_failed'],
    [{ secret: `whsec_${btoa('x'.repeat(65))}` }, 'validation_failed'],
    [{ secret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }, 'validation_failed'],
    [{ ratePerSecond: 0 }, 'validation_failed'],
    [{ ratePerSecond: 1_001 }, 'validation_failed'],
    [{ payload: 'half' }, 'validation_failed'],
    [{ ordering: 'lifo' }, 'validation_failed'],
    [{ environments: ['moon'] }, 'validation_failed'],
    [{ filter: { 'data..x': 1 } }, 'validation_failed'],
    [{ filter: { 'data.x': [] } }, 'validation_failed'],
    [{ filter: { 'data.x': { y: 1 } } }, 'validation_failed'],
    [
      { filter: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`data.x${n}`, n])) },
      'validation_failed',
    ],
    [{ state: 'disabled' }, 'validation_failed'],
    [{ unknown: 1 }, 'validation_failed'],
  ])('with %j is refused, and no row is written', async (fields, code) => {
    const { projectId, owner } = await newTeam();
    const json = { projectId, url: URL_OF_HOOK, types: ['*'], ...fields };
    expect(await refusalOf(await owner.ask('/v1/webhooks', { json }))).toEqual([422, code]);
    expect(await rowsOf(projectId)).toEqual([]);
  });

  it('names the type that it does not know, unless that may be anything', async () => {
    const { projectId, owner } = await newTeam();
    for (const [type, named] of [
      ['deploymnt.*', ' "deploymnt.*"'],
      ['<b>secret</b>', ''],
    ]) {
      const json = { projectId, url: URL_OF_HOOK, types: ['*', type] };
      const answer = await owner.ask('/v1/webhooks', { json });
      expect(await answer.json()).toMatchObject({
        error: `No event has the type${named}: see GET /v1/event-types`,
        errors: [{ pointer: '/types/1' }],
      });
    }
  });

  it('keeps a filter as lists, and loses it by null', async () => {
    const team = await newTeam();
    const wanted = { 'data.task.workflow': ['feature', 'bugfix'], environment: 'production' };
    const made = await newEndpoint(team, { filter: wanted });
    expect(made.filter).toEqual({ ...wanted, environment: ['production'] });
    const change = await team.owner.ask(at(made.id), { method: 'PATCH', json: { filter: null } });
    expect((await bodyOf<Endpoint>(change)).filter).toBeNull();
  });

  it('of a URL that must not be called is neither made nor made of another', async () => {
    const team = await newTeam();
    const { id } = await newEndpoint(team);
    const before = await rowsOf(team.projectId);
    expect(HOSTILE.length).toBeGreaterThanOrEqual(60);
    for (const url of HOSTILE.filter((one) => !/\.acme\.com/i.test(one))) {
      const json = { projectId: team.projectId, url, types: ['*'] };
      for (const answer of [
        await team.owner.ask('/v1/webhooks', { json }),
        await team.owner.ask(at(id), { method: 'PATCH', json: { url } }),
      ]) {
        const [status, code] = await refusalOf(answer);
        expect([url, status]).toEqual([url, 422]);
        expect(['url_not_allowed', 'validation_failed']).toContain(code);
      }
    }
    expect(await rowsOf(team.projectId)).toEqual(before);
  });

  it('is one of fifty at most', async () => {
    const team = await newTeam();
    const { id } = await newEndpoint(team);
    await env.DB.prepare(
      `INSERT INTO webhook_endpoints (id, project_id, url, description, types, payload, ordering, rate_per_second,
        secret_wrapped, secret_hint, ed_public, ed_private_wrapped, state, created_by, created_at, updated_at)
        SELECT e.id || n.value, project_id, url, description, types, payload, ordering, rate_per_second,
        secret_wrapped, secret_hint, ed_public, ed_private_wrapped, 'disabled', created_by, created_at, updated_at
        FROM webhook_endpoints e, json_each(?2) n WHERE e.id = ?1`,
    )
      .bind(id, JSON.stringify(Array.from({ length: 49 }, (_, n) => n)))
      .run();
    const json = { projectId: team.projectId, url: URL_OF_HOOK, types: ['*'] };
    const answer = await team.owner.ask('/v1/webhooks', { json });
    expect(await refusalOf(answer)).toEqual([409, 'limit_reached']);
  });

  it('made twice with one Idempotency-Key is one, and its secret is shown the first time only', async () => {
    const { projectId, owner } = await newTeam();
    const json = { projectId, url: URL_OF_HOOK, types: ['*'] };
    const make = () =>
      owner.ask('/v1/webhooks', { json, headers: { 'Idempotency-Key': 'one-hook' } });
    const first = await bodyOf<EndpointWithSecret>(await make(), 201);
    const again = await make();
    expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    expect(await bodyOf(again, 201)).toEqual({
      ...first,
      secret: null,
      secretAlreadyShown: true,
    });
    expect(await rowsOf(projectId)).toHaveLength(1);
    const rotate = () =>
      owner.ask(at(first.id, '/rotate'), { json: {}, headers: { 'Idempotency-Key': 'turn' } });
    const turned = await bodyOf<Rotated>(await rotate());
    expect(await bodyOf(await rotate())).toEqual({
      ...turned,
      secret: null,
      secretAlreadyShown: true,
    });
  });

  it('keeps what it promised to the secret before, until that is given up', async () => {
    const team = await newTeam();
    const { id } = await newEndpoint(team);
    const rotate = (graceSeconds: number) =>
      team.owner.ask(at(id, '/rotate'), { json: { graceSeconds } });
    const all = await Promise.all(Array.from({ length: 5 }, () => rotate(60)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await refusalOf(await rotate(60))).toEqual([409, 'conflict']);
    expect((await rotate(0)).status).toBe(200);
    expect((await rotate(60)).status).toBe(200);
  });

  it('is changed where it is as it was seen, and only then', async () => {
    const team = await newTeam();
    const { id } = await newEndpoint(team);
    const patch = (json: unknown, tag?: string) =>
      team.owner.ask(at(id), {
        method: 'PATCH',
        json,
        headers: tag === undefined ? {} : { 'If-Match': tag },
      });
    const changed = await patch({ types: ['task.*'], ordering: 'fifo', payload: 'thin' }, '"v1"');
    expect(changed.headers.get('ETag')).toBe('"v2"');
    expect(await bodyOf(changed)).toMatchObject({
      ...{ types: ['task.*'], ordering: 'fifo', payload: 'thin', revision: 2, url: URL_OF_HOOK },
    });
    const late = await patch({ url: 'https://other.acme.com/' }, '"v1"');
    expect(await refusalOf(late)).toEqual([412, 'revision_mismatch']);
    const off = await bodyOf<Endpoint>(await patch({ state: 'disabled' }));
    expect(off).toMatchObject({ state: 'disabled', disabledReason: 'manual', revision: 3 });
    const on = await bodyOf<Endpoint>(await patch({ state: 'enabled' }));
    expect(on).toMatchObject({ state: 'enabled', disabledReason: null });
    const gone = { method: 'DELETE', headers: { 'If-Match': '"v1"' } };
    expect(await refusalOf(await team.owner.ask(at(id), gone))).toEqual([412, 'revision_mismatch']);
    expect((await team.owner.ask(at(id), { method: 'DELETE' })).status).toBe(204);
    expect(await refusalOf(await team.owner.ask(at(id)))).toEqual([404, 'not_found']);
    expect(await rowsOf(team.projectId)).toEqual([]);
  });

  it('is disabled also where its URL may not be called any more, and not enabled', async () => {
    const team = await newTeam();
    const { id } = await newEndpoint(team);
    await env.DB.prepare("UPDATE webhook_endpoints SET url = 'https://10.0.0.1/' WHERE id = ?")
      .bind(id)
      .run();
    const patch = (state: string) => team.owner.ask(at(id), { method: 'PATCH', json: { state } });
    expect((await patch('disabled')).status).toBe(200);
    expect(await refusalOf(await patch('enabled'))).toEqual([422, 'url_not_allowed']);
  });
});

describe('who may what with it', () => {
  it('developers look, project admins change, viewers and strangers see nothing', async () => {
    const team = await newTeam();
    const { id } = await newEndpoint(team);
    const calls = [
      ['GET', at(id)],
      ['GET', at(id, '/deliveries')],
      ['GET', `/v1/webhooks?projectId=${team.projectId}`],
      ['GET', `/v1/events?projectId=${team.projectId}`],
    ] as const;
    const writes = [
      ['PATCH', at(id), { description: 'x' }],
      ['POST', at(id, '/rotate'), {}],
      ['POST', at(id, '/test'), {}],
      ['POST', at(id, '/recover'), {}],
      ['POST', at(id, '/replay'), { since: '2026-01-01T00:00:00Z' }],
      ['DELETE', at(id), undefined],
      ['POST', '/v1/webhooks', { projectId: team.projectId, url: URL_OF_HOOK, types: ['*'] }],
    ] as const;
    const before = await rowsOf(team.projectId);
    for (const [method, path] of calls) {
      expect((await team.developer.ask(path, { method })).status).toBe(200);
      expect((await refusalOf(await team.viewer.ask(path, { method })))[0]).toBe(403);
      expect((await refusalOf(await team.stranger.ask(path, { method })))[0]).toBe(404);
    }
    for (const [method, path, json] of writes) {
      for (const person of [team.developer, team.viewer]) {
        const [status] = await refusalOf(await person.ask(path, { method, json }));
        expect([method, path, status]).toEqual([method, path, 403]);
      }
      const [status] = await refusalOf(await team.stranger.ask(path, { method, json }));
      expect([method, path, status]).toEqual([method, path, 404]);
    }
    expect(await rowsOf(team.projectId)).toEqual(before);
    const admin = await team['project-admin'].ask(at(id), { method: 'PATCH', json: {} });
    expect(admin.status).toBe(200);
  });

  it('a credential for some environments makes and sees those of them alone', async () => {
    const team = await newTeam();
    const everywhere = await newEndpoint(team);
    const production = await newEndpoint(team, { environments: ['production'] });
    const { token } = await newPat(team.owner.id, { environments: ['staging'] });
    const ask = (path: string, init: RequestInit & { json?: unknown } = {}) =>
      askRequired(path, { ...init, headers: bearer(token) });
    for (const { id } of [everywhere, production]) {
      expect(await refusalOf(await ask(at(id)))).toEqual([403, 'environment_forbidden']);
    }
    const json = { projectId: team.projectId, url: URL_OF_HOOK, types: ['*'] };
    const made = await bodyOf<Endpoint>(await ask('/v1/webhooks', { json }), 201);
    expect(made.environments).toEqual(['staging']);
    const more = { ...json, environments: ['production'] };
    expect((await refusalOf(await ask('/v1/webhooks', { json: more })))[0]).toBe(403);
    const widened = await ask(at(made.id), {
      method: 'PATCH',
      json: { environments: ['production'] },
    });
    expect((await refusalOf(widened))[0]).toBe(403);
    const list = await bodyOf<{ data: Endpoint[] }>(
      await ask(`/v1/webhooks?projectId=${team.projectId}`),
    );
    expect(list.data.map(({ id }) => id)).toEqual([made.id]);
  });
});
