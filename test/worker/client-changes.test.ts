// A client that is changed, deleted, or given another secret.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { findClient } from '../../src/auth/oauth-client.ts';
import type { Client, ClientWithSecret } from '../../src/contract/client.ts';
import { refusalOf } from './ask.ts';
import { actionsOn, call, made, newWorld, revocationsOf, SERVICE } from './client-world.ts';
import { newMember } from './people.ts';
import { newProject } from './world.ts';

describe('changing a client', () => {
  const change = (token: string, id: string, json: object, headers = {}) =>
    call(token, `/${id}`, { method: 'PATCH', json, headers });

  it('takes If-Match, counts its revision on and leaves its tokens where it may do no less', async () => {
    const { token } = await newWorld();
    const client = await made(token);
    const renamed = await change(token, client.id, { name: 'CD' }, { 'If-Match': '"v1"' });
    expect(renamed.headers.get('ETag')).toBe('"v2"');
    expect(await renamed.json()).toMatchObject({ name: 'CD', revision: 2 });
    const stale = await change(token, client.id, { name: 'X' }, { 'If-Match': '"v1"' });
    expect(await refusalOf(stale)).toEqual([412, 'revision_mismatch']);
    expect((await change(token, client.id, { scopes: ['tasks:read', 'audit:read'] })).status).toBe(
      200,
    );
    expect(await revocationsOf(client.id)).toEqual([]);
    expect(await actionsOn(client.id)).toEqual([
      'client.created',
      'client.changed',
      'client.changed',
    ]);
  });

  it.each([{ scopes: ['tasks:read'] }, { environments: ['staging'] }, { disabled: true }])(
    'to %j kills its tokens',
    async (json) => {
      const { token } = await newWorld();
      const client = await made(token, { ...SERVICE, scopes: ['tasks:read', 'tasks:write'] });
      expect((await change(token, client.id, json)).status).toBe(200);
      expect(await revocationsOf(client.id)).toEqual(['client', 'principal']);
    },
  );

  it('adds no scope that the one who changes it lacks, nor reaches a client of a higher role', async () => {
    const { projectId, token } = await newWorld();
    const client = await made(token, { ...SERVICE, role: 'owner' });
    const admin = await newMember(projectId, 'project-admin');
    for (const way of [{ method: 'DELETE' }, { method: 'PATCH', json: { name: 'x' } }]) {
      expect(await refusalOf(await call(admin.token, `/${client.id}`, way))).toEqual([
        403,
        'role_too_low',
      ]);
    }
    const secret = await call(admin.token, `/${client.id}/secrets`, { json: {} });
    expect(await refusalOf(secret)).toEqual([403, 'scope_exceeds_yours']);
    const narrow = await newMember(projectId, 'owner', { scopes: ['clients:write'] });
    expect(
      await refusalOf(await change(narrow.token, client.id, { scopes: ['audit:read'] })),
    ).toEqual([403, 'scope_exceeds_yours']);
    const wider = await call(narrow.token, `/${client.id}/secrets`, { json: {} });
    expect(await refusalOf(wider)).toEqual([403, 'scope_exceeds_yours']);
    expect(
      await refusalOf(await change(token, client.id, { jwksUri: 'https://a.example.com' })),
    ).toEqual([422, 'validation_failed']);
  });
});

describe('deleting a client', () => {
  it('takes its secrets, memberships and tokens along, in one go and once', async () => {
    const { token } = await newWorld();
    const client = await made(token);
    const answer = await call(token, `/${client.id}`, { method: 'DELETE' });
    expect(answer.status).toBe(204);
    expect(await findClient(env, client.id, Date.now())).toBeNull();
    expect(await revocationsOf(client.id)).toEqual(['client', 'principal']);
    for (const sql of [
      'SELECT 1 FROM client_secrets WHERE client_id = ?',
      'SELECT 1 FROM members WHERE principal_id = ?',
    ]) {
      expect((await env.DB.prepare(sql).bind(client.id).all()).results).toEqual([]);
    }
    const again = await call(token, `/${client.id}`, { method: 'DELETE' });
    expect(await refusalOf(again)).toEqual([404, 'not_found']);
    expect(await actionsOn(client.id)).toEqual(['client.created', 'client.deleted']);
  });

  it('is refused while it is the only owner of a project', async () => {
    const { token } = await newWorld();
    const client = await made(token);
    const orphan = await newProject();
    await env.DB.prepare(
      "INSERT INTO members (project_id, principal_id, role, added_by, created_at) VALUES (?, ?, 'owner', 'x', 1)",
    )
      .bind(orphan, client.id)
      .run();
    const answer = await call(token, `/${client.id}`, { method: 'DELETE' });
    expect(await refusalOf(answer)).toEqual([409, 'last_owner']);
    expect(await revocationsOf(client.id)).toEqual([]);
  });
});

describe('the secrets of a client', () => {
  const add = (token: string, id: string, json: object = {}) =>
    call(token, `/${id}/secrets`, { json });

  it('follow each other: three live at most, the previous end when they are told to', async () => {
    const { token } = await newWorld();
    const client = await made(token);
    const second = await add(token, client.id, { expiresPreviousInSeconds: 86_400 });
    expect(second.status).toBe(201);
    const body: ClientWithSecret = await second.json();
    expect(body.secret).toMatch(/^slc_cs_/);
    expect(body.secret).not.toBe(client.secret);
    expect(body.revision).toBe(2);
    expect(body.secrets.map(({ expiresAt }) => expiresAt === null)).toEqual([false, true]);
    const read: Client = await (await call(token, `/${client.id}`)).json();
    expect(read.secrets).toEqual(body.secrets);
    expect((await add(token, client.id)).status).toBe(201);
    expect(await refusalOf(await add(token, client.id))).toEqual([409, 'limit_reached']);
    const only = await add(token, client.id, { expiresPreviousInSeconds: 0 });
    expect(only.status).toBe(201);
    expect(((await only.json()) as ClientWithSecret).secrets).toHaveLength(1);
    expect((await findClient(env, client.id, Date.now()))?.secretHashes).toHaveLength(1);
    expect(await revocationsOf(client.id)).toEqual(['client', 'principal']);
  });

  it('are removed with the tokens that the client was issued', async () => {
    const { token } = await newWorld();
    const client = await made(token);
    const [secret] = client.secrets;
    const remove = (id: string) => call(token, `/${client.id}/secrets/${id}`, { method: 'DELETE' });
    const other = await made(token);
    expect(await refusalOf(await remove(other.secrets[0]?.id ?? ''))).toEqual([404, 'not_found']);
    expect((await remove(secret?.id ?? '')).status).toBe(204);
    expect((await findClient(env, client.id, Date.now()))?.secretHashes).toEqual([]);
    expect(await revocationsOf(client.id)).toEqual(['client', 'principal']);
    expect(await refusalOf(await remove(secret?.id ?? ''))).toEqual([404, 'not_found']);
    expect(await actionsOn(client.id)).toEqual(['client.created', 'client.secret_deleted']);
    const read: Client = await (await call(token, `/${client.id}`)).json();
    expect(read.revision).toBe(2);
  });
});
