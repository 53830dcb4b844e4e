import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { findClient } from '../../src/auth/oauth-client.ts';
import type { Client, ClientWithSecret } from '../../src/contract/client.ts';
import { refusalOf } from './ask.ts';
import { actionsOn, call, type Init, made, newWorld, SERVICE } from './client-world.ts';
import { newMember, newPat, newPerson } from './people.ts';
import { newProject } from './world.ts';

describe('making a client', () => {
  it('answers a service with its secret, once, and makes it a member of its home project', async () => {
    const { projectId, person, token } = await newWorld();
    const answer = await call(token, '', { json: { ...SERVICE, projectId } });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('ETag')).toBe('"v1"');
    const body: ClientWithSecret = await answer.json();
    expect(answer.headers.get('Location')).toBe(`/v1/clients/${body.id}`);
    expect(body).toEqual({
      id: expect.stringMatching(/^cli_[0-9a-z]{26}$/),
      name: 'CI',
      kind: 'service',
      projectId,
      role: 'developer',
      scopes: ['tasks:read'],
      grantTypes: ['client_credentials'],
      authMethod: 'client_secret',
      redirectUris: [],
      environments: null,
      rateLimitPerMinute: null,
      apiVersion: '2026-11-01',
      jwks: null,
      jwksUri: null,
      secret: expect.stringMatching(/^slc_cs_[0-9A-Za-z]{36}$/),
      secrets: [
        {
          id: expect.stringMatching(/^sec_[0-9a-z]{26}$/),
          hint: expect.stringMatching(/^slc_cs_\w{4}….{4}$/),
          createdAt: expect.any(String),
          expiresAt: null,
          lastUsedAt: null,
        },
      ],
      createdBy: person.userId,
      createdAt: expect.any(String),
      updatedAt: body.createdAt,
      disabledAt: null,
      revision: 1,
    });
    const read = await call(token, `/${body.id}`);
    const { secret, ...rest } = body;
    expect(await read.json()).toEqual(rest);
    expect(read.headers.get('ETag')).toBe('"v1"');
    const stored = await findClient(env, body.id, Date.now());
    expect(stored).toMatchObject({ projectId, secretHashes: [expect.any(String)] });
    for (const table of ['client_secrets', 'audit', 'idempotency']) {
      const rows = await env.DB.prepare(`SELECT * FROM ${table}`).all();
      expect(JSON.stringify(rows.results)).not.toContain(secret);
    }
    expect(await actionsOn(body.id)).toEqual(['client.created']);
  });

  it('is for the default project where none is named, and only for one of the caller', async () => {
    const { projectId, token } = await newWorld();
    expect((await made(token)).projectId).toBe(projectId);
    const foreign = await call(token, '', { json: { ...SERVICE, projectId: await newProject() } });
    expect(await refusalOf(foreign)).toEqual([404, 'not_found']);
    const unknown = await call(token, '', { json: { ...SERVICE, projectId: newId('prj', 1) } });
    expect(await refusalOf(unknown)).toEqual([404, 'not_found']);
  });

  it('gives no role, scope or environment that its maker lacks', async () => {
    const { projectId, token } = await newWorld('project-admin');
    const owner = await call(token, '', { json: { ...SERVICE, role: 'owner' } });
    expect(await refusalOf(owner)).toEqual([403, 'scope_exceeds_yours']);
    const narrow = await newMember(projectId, 'owner', {
      scopes: ['clients:write', 'tasks:read'],
      environments: ['staging'],
    });
    const scoped = await call(narrow.token, '', { json: { ...SERVICE, scopes: ['audit:read'] } });
    expect(await refusalOf(scoped)).toEqual([403, 'scope_exceeds_yours']);
    const placed = { ...SERVICE, environments: ['production'] };
    expect(await refusalOf(await call(narrow.token, '', { json: placed }))).toEqual([
      403,
      'environment_forbidden',
    ]);
    expect((await made(narrow.token)).environments).toEqual(['staging']);
  });

  it('needs the scope and the role, in this order', async () => {
    const { projectId, token } = await newWorld('developer');
    expect(await refusalOf(await call(token, '', { json: SERVICE }))).toEqual([
      403,
      'role_too_low',
    ]);
    const reader = await newMember(projectId, 'owner', { scopes: ['clients:read'] });
    expect(await refusalOf(await call(reader.token, '', { json: SERVICE }))).toEqual([
      403,
      'insufficient_scope',
    ]);
  });

  it.each([
    [{ ...SERVICE, redirectUris: ['https://a.example.com/'] }, 'redirectUris'],
    [{ ...SERVICE, kind: 'web' }, 'redirectUris'],
    [{ ...SERVICE, kind: 'web', redirectUris: ['http://127.0.0.1/'] }, 'redirectUris.0'],
    [{ ...SERVICE, kind: 'web', redirectUris: ['https://a.example.com/#x'] }, 'redirectUris.0'],
    [{ ...SERVICE, kind: 'native', authMethod: 'client_secret' }, 'authMethod'],
    [{ ...SERVICE, kind: 'native', role: 'viewer' }, 'role'],
    [{ ...SERVICE, authMethod: 'none' }, 'authMethod'],
    [{ ...SERVICE, authMethod: 'private_key_jwt' }, 'jwks'],
    [{ ...SERVICE, jwksUri: 'https://a.example.com/jwks' }, 'jwksUri'],
    [{ ...SERVICE, scopes: [] }, 'scopes'],
    [{ ...SERVICE, rateLimitPerMinute: 0 }, 'rateLimitPerMinute'],
    [{ ...SERVICE, id: 'usr_mine' }, ''],
  ])('refuses %j', async (json, path) => {
    const { token } = await newWorld();
    const answer = await call(token, '', { json });
    expect(answer.status).toBe(422);
    const body: { code: string; errors: { path: string }[] } = await answer.json();
    expect([body.code, body.errors[0]?.path]).toEqual(['validation_failed', path]);
  });

  it('by keys has no secret; private keys and private hosts are refused', async () => {
    const { token } = await newWorld();
    const key = { kty: 'OKP', crv: 'Ed25519', x: 'a'.repeat(43) };
    const keyed = { ...SERVICE, authMethod: 'private_key_jwt' };
    const client = await made(token, { ...keyed, jwks: { keys: [key] } });
    expect(client).toMatchObject({ secret: null, secrets: [], jwks: { keys: [key] } });
    const open = await call(token, '', {
      json: { ...keyed, jwks: { keys: [{ ...key, d: 'x' }] } },
    });
    expect(await refusalOf(open)).toEqual([422, 'validation_failed']);
    const inside = await call(token, '', { json: { ...keyed, jwksUri: 'https://10.0.0.1/jwks' } });
    expect(await refusalOf(inside)).toEqual([422, 'url_not_allowed']);
    const secret = await call(token, `/${client.id}/secrets`, { json: {} });
    expect(await refusalOf(secret)).toEqual([409, 'invalid_transition']);
  });

  it('under an Idempotency-Key happens once, and the repetition has no secret', async () => {
    const { token } = await newWorld();
    const headers = { 'Idempotency-Key': newId('key', Date.now()) };
    const first: ClientWithSecret = await (
      await call(token, '', { json: SERVICE, headers })
    ).json();
    const again = await call(token, '', { json: SERVICE, headers });
    expect(again.status).toBe(201);
    expect(again.headers.get('Location')).toBe(`/v1/clients/${first.id}`);
    expect(await again.json()).toEqual({ ...first, secret: null, secretAlreadyShown: true });
  });
});

describe('reading clients', () => {
  it('lists those of the projects whose clients the caller may see', async () => {
    const [mine, seen, unseen, foreign] = await Promise.all([1, 2, 3, 4].map(() => newProject()));
    if (!mine || !seen || !unseen || !foreign) throw new Error('No projects');
    const roles = { [mine]: 'owner', [seen]: 'developer', [unseen]: 'viewer' } as const;
    const person = await newPat(await newPerson(roles));
    const made2: string[] = [];
    for (const projectId of [mine, seen, unseen, foreign]) {
      const admin = await newMember(projectId, 'owner');
      made2.push((await made(admin.token)).id);
    }
    const list = async (query = '') => {
      const answer = await call(person.token, query);
      return answer.json<{ data: Client[]; pagination: { total: number } }>();
    };
    const all = await list();
    expect(all.data.map(({ id }) => id)).toEqual([made2[1], made2[0]]);
    expect(all.pagination.total).toBe(2);
    expect((await list(`?projectId=${mine}`)).data.map(({ id }) => id)).toEqual([made2[0]]);
    expect(await refusalOf(await call(person.token, `?projectId=${unseen}`))).toEqual([
      403,
      'role_too_low',
    ]);
    expect(await refusalOf(await call(person.token, `?projectId=${foreign}`))).toEqual([
      404,
      'not_found',
    ]);
  });

  it('a foreign one is answered as one that never was, byte for byte but for ids', async () => {
    const { token } = await newWorld();
    const client = await made(token);
    const other = await newWorld();
    const ways: readonly Init[] = [{}, { method: 'PATCH', json: {} }, { method: 'DELETE' }];
    for (const way of ways) {
      const texts = await Promise.all(
        [client.id, newId('cli', 1), 'x', newId('prj', 1)].map(async (id) => {
          const answer = await call(other.token, `/${id}`, way);
          expect(answer.status).toBe(404);
          const {
            requestId: _,
            instance: __,
            ...body
          }: Record<string, unknown> = await answer.json();
          return JSON.stringify(body);
        }),
      );
      expect(new Set(texts).size).toBe(1);
    }
    const secret = await call(other.token, `/${client.id}/secrets`, { json: {} });
    expect(await refusalOf(secret)).toEqual([404, 'not_found']);
    expect((await call(token, `/${client.id}`)).status).toBe(200);
  });
});
