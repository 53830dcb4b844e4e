import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { findClient } from '../../src/auth/oauth-client.ts';
import { newSecret } from '../../src/auth/secret.ts';
import { hashSecret } from '../../src/auth/secret-hash.ts';
import type { ClientWithSecret } from '../../src/contract/client.ts';
import { askRequired, bearer } from './ask.ts';
import { newMember, newPat } from './people.ts';
import { eventually, newProject, newTask, newTestRunner } from './world.ts';

const report = (json: unknown) => askRequired('/v1/security/token-leaks', { json });
const reported = async (...tokens: readonly (string | null)[]) => {
  const answer = await report(tokens.map((token) => ({ token, url: 'https://example.com' })));
  expect(answer.status).toBe(202);
  expect(await answer.json()).toEqual({ ok: true });
};
const actionsOn = async (id: string) => {
  const rows = await env.DB.prepare(
    "SELECT action FROM audit WHERE target_id = ? AND actor = 'anonymous'",
  )
    .bind(id)
    .all<{ action: string }>();
  return rows.results.map(({ action }) => action);
};

describe('a report of leaked secrets', () => {
  it('kills a token with those that it made, and closes their sockets', async () => {
    const projectId = await newProject();
    const pat = await newMember(projectId, 'viewer');
    const child = await newPat(pat.userId, { parentId: pat.id });
    const other = await newPat(pat.userId);
    const taskId = await newTask({ projectId });
    const { webSocket: socket } = await askRequired(`/stream/${taskId}`, {
      headers: { Upgrade: 'websocket', ...bearer(child.token) },
    });
    let code: number | null = null;
    socket?.addEventListener('close', (event) => {
      code = event.code;
    });
    socket?.accept();
    await reported(pat.token, pat.token);
    await eventually(() => code).toBe(4401);
    for (const [token, status] of [
      [pat.token, 401],
      [child.token, 401],
      [other.token, 200],
    ] as const) {
      expect((await askRequired('/v1/me', { headers: bearer(token) })).status).toBe(status);
    }
    expect(await actionsOn(pat.id)).toEqual(['token.leaked']);
    const audit = await env.DB.prepare('SELECT * FROM audit').all();
    expect(JSON.stringify(audit.results)).not.toContain(pat.token);
  });

  it("kills a client's secret and what it was issued", async () => {
    const projectId = await newProject();
    const admin = await newMember(projectId, 'owner');
    const made = await askRequired('/v1/clients', {
      json: { name: 'CI', kind: 'service', scopes: ['tasks:read'] },
      headers: bearer(admin.token),
    });
    const client: ClientWithSecret = await made.json();
    await reported(client.secret);
    expect((await findClient(env, client.id, Date.now()))?.secretHashes).toEqual([]);
    expect(await actionsOn(client.id)).toEqual(['client.secret_leaked']);
    const dead = await env.DB.prepare('SELECT 1 FROM revocations WHERE subject = ?')
      .bind(client.id)
      .all();
    expect(dead.results).toHaveLength(2);
  });

  it('kills the grant of a refresh token, be it used or not', async () => {
    const now = Date.now();
    const grantId = newId('grt', now);
    const token = newSecret('rt');
    await env.DB.batch([
      env.DB.prepare(
        "INSERT INTO grants (id, user_id, client_id, scopes, resources, created_at) VALUES (?, 'usr_x', 'cli_sluice', '[]', '[]', ?)",
      ).bind(grantId, now),
      env.DB.prepare(
        "INSERT INTO refresh_tokens (hash, grant_id, resources, scopes, created_at, expires_at, used_at) VALUES (?, ?, '[]', '[]', ?2, ?2, ?2)",
      ).bind(await hashSecret(env, token), grantId),
    ]);
    await reported(token);
    const grant = await env.DB.prepare('SELECT revoked_at, reason FROM grants WHERE id = ?')
      .bind(grantId)
      .first();
    expect(grant).toEqual({ revoked_at: expect.any(Number), reason: 'leaked' });
    expect(await actionsOn(grantId)).toEqual(['grant.leaked']);
  });

  it('kills the token of a runner', async () => {
    const runner = await newTestRunner(await newProject());
    await reported(runner.token);
    const answer = await askRequired('/v1/me', { headers: bearer(runner.token) });
    expect(answer.status).toBe(401);
    expect(await actionsOn(runner.id)).toEqual(['runner.leaked']);
  });

  it('is taken whatever it says, and says nothing of what it found', async () => {
    const rows = () => env.DB.prepare('SELECT COUNT(*) AS n FROM audit').first('n');
    const before = await rows();
    await reported(newSecret('pat'), newSecret('cs'), newSecret('rt'), newSecret('run'), 'x', null);
    for (const json of [[], {}, null, 'x', 7, [null, 1, [], { token: 7 }, {}]]) {
      expect((await report(json)).status).toBe(202);
    }
    const broken = { method: 'POST', body: '{' };
    expect((await askRequired('/v1/security/token-leaks', broken)).status).toBe(202);
    expect(await rows()).toBe(before);
  });
});
