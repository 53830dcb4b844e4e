import { env } from 'cloudflare:workers';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { readOAuthAsk } from '../../src/actions/oauth/read-oauth-ask.ts';
import { answerTokenRequest } from '../../src/actions/oauth/token-endpoint.ts';
import { findClient } from '../../src/auth/oauth-client.ts';
import { hashSecret } from '../../src/auth/secret-hash.ts';
import { ok } from '../../src/contract/error.ts';
import { askRequired, bearer, ORIGIN } from './ask.ts';
import {
  basic,
  bodyOf,
  codeForm,
  errorOf,
  newClient,
  newGrant,
  post,
  redeemed,
  refreshForm,
  type TestClient,
  tokenFor,
} from './oauth-world.ts';

const INVALID = [400, 'invalid_grant'];
const DAY_MS = 86_400_000;

/** Asks at another time: the clock is an argument. */
const askAt = (client: TestClient, form: Readonly<Record<string, string>>, now: number) =>
  answerTokenRequest(
    readOAuthAsk({
      env,
      now,
      requestId: 'req_x',
      origin: ORIGIN,
      path: '/v1/auth/token',
      ip: undefined,
      ipPrefix: null,
      authorization: basic(client).Authorization,
      dpop: undefined,
      count: async () => ok(null),
      pairs: Object.entries(form),
    }),
  );

const familyOf = async (grantId: string) =>
  (
    await env.DB.prepare(
      'SELECT hash, parent, used_at AS usedAt, successor_wrapped AS wrapped FROM refresh_tokens WHERE grant_id = ?1',
    )
      .bind(grantId)
      .all<{ hash: string; parent: string | null; usedAt: number | null; wrapped: string | null }>()
  ).results;

describe('a refresh token', () => {
  it('is followed by another, for the same grant', async () => {
    const client = await newClient({ kind: 'web' });
    const first = await redeemed(client);
    const second = await bodyOf(tokenFor(client, refreshForm(first.refresh_token)));
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.scope).toBe(first.scope);
    const third = await bodyOf(tokenFor(client, refreshForm(second.refresh_token)));
    expect(decodeJwt(third.access_token)).toMatchObject({ grt: first.grantId, sub: first.userId });
    expect(await familyOf(first.grantId)).toHaveLength(3);
  });

  it('T3: asked for twenty times at once has one family and one successor', async () => {
    const client = await newClient({ kind: 'web' });
    const first = await redeemed(client);
    const bodies = await Promise.all(
      Array.from({ length: 20 }, () => bodyOf(tokenFor(client, refreshForm(first.refresh_token)))),
    );
    const successors = new Set(bodies.map((body) => body.refresh_token));
    expect(successors.size).toBe(1);
    expect([...successors][0]).toMatch(/^slc_rt_/);
    const family = await familyOf(first.grantId);
    expect(family).toHaveLength(2);
    const next = await hashSecret(env, [...successors][0] ?? '');
    expect(family.find(({ parent }) => parent !== null)?.hash).toBe(next);
  });

  it('T3: within ten seconds gets its successor again, after eleven ends the grant', async () => {
    const client = await newClient({ kind: 'web' });
    const first = await redeemed(client);
    const now = Date.now();
    const form = refreshForm(first.refresh_token);
    const second = await askAt(client, form, now);
    const again = await askAt(client, form, now + 10_000);
    if (!second.ok || !again.ok) throw new Error('The refresh was refused.');
    expect(again.value.refresh_token).toBe(second.value.refresh_token);
    expect(again.value.access_token).not.toBe(second.value.access_token);
    expect(await askAt(client, form, now + 11_000)).toMatchObject({
      ok: false,
      refusal: { error: 'invalid_grant' },
    });
    const successor = refreshForm(second.value.refresh_token ?? '');
    expect(await errorOf(tokenFor(client, successor))).toEqual(INVALID);
    for (const token of [first.access_token, second.value.access_token]) {
      expect((await askRequired('/tasks', { headers: bearer(token) })).status).toBe(401);
    }
    const audit = env.DB.prepare('SELECT action, changes FROM audit WHERE target_id = ?1');
    const row = await audit.bind(first.grantId).first<{ action: string; changes: string }>();
    expect(row?.action).toBe('grant.revoked');
    expect(row?.changes).toContain('refresh_token_reused');
  });

  it('the table alone does not give a successor away', async () => {
    const client = await newClient({ kind: 'web' });
    const first = await redeemed(client);
    const second = await bodyOf(tokenFor(client, refreshForm(first.refresh_token)));
    const dump = JSON.stringify(await familyOf(first.grantId));
    for (const { refresh_token: secret } of [first, second]) expect(dump).not.toContain(secret);
  });

  it('is for its client, its scope and its resource alone', async () => {
    const client = await newClient({ kind: 'web' });
    const other = await newClient({ kind: 'web' });
    const { refresh_token: token } = await redeemed(client);
    expect(await errorOf(tokenFor(other, refreshForm(token)))).toEqual(INVALID);
    const wider = refreshForm(token, { scope: 'projects:read tasks:write' });
    expect(await errorOf(tokenFor(client, wider))).toEqual([400, 'invalid_scope']);
    const elsewhere = refreshForm(token, { resource: `${ORIGIN}/mcp` });
    expect(await errorOf(tokenFor(client, elsewhere))).toEqual([400, 'invalid_target']);
    const narrow = await bodyOf(tokenFor(client, refreshForm(token, { scope: 'tasks:read' })));
    expect(narrow.scope).toBe('tasks:read');
    // The refresh token that follows is as wide as the grant.
    const wide = await bodyOf(tokenFor(client, refreshForm(narrow.refresh_token)));
    expect(wide.scope).toBe('projects:read tasks:read');
    const offline = refreshForm(wide.refresh_token, { scope: 'offline_access tasks:read' });
    expect((await bodyOf(tokenFor(client, offline))).scope).toBe('tasks:read offline_access');
  });

  it('offline_access is repeated to who has asked for it, and is no right of the token', async () => {
    const client = await newClient({ kind: 'web' });
    const first = await redeemed(client, { offline: true });
    const again = await bodyOf(tokenFor(client, refreshForm(first.refresh_token)));
    for (const { scope, access_token: token } of [first, again]) {
      expect(scope).toBe('projects:read tasks:read offline_access');
      expect(decodeJwt(token)['scope']).toBe('projects:read tasks:read');
    }
    const narrow = refreshForm(again.refresh_token, { scope: 'tasks:read' });
    expect((await bodyOf(tokenFor(client, narrow))).scope).toBe('tasks:read');
  });

  it('dies after thirty idle days, and 180 days after the grant', async () => {
    const client = await newClient({ kind: 'web' });
    const start = Date.now();
    const first = await redeemed(client);
    const form = refreshForm(first.refresh_token);
    expect(await askAt(client, form, start + 30 * DAY_MS + 5_000)).toMatchObject({ ok: false });
    let token = first.refresh_token;
    let day = 0;
    for (; day <= 200; day += 25) {
      const answer = await askAt(client, refreshForm(token), start + day * DAY_MS);
      if (!answer.ok) break;
      token = answer.value.refresh_token ?? '';
    }
    expect(day).toBe(200);
    expect(await askAt(client, refreshForm(token), start + 181 * DAY_MS)).toMatchObject({
      ok: false,
    });
  });

  it('is worth nothing once its grant is revoked', async () => {
    const client = await newClient({ kind: 'web' });
    const { refresh_token: token, grantId } = await redeemed(client);
    await env.DB.prepare('UPDATE grants SET revoked_at = 1 WHERE id = ?1').bind(grantId).run();
    expect(await errorOf(tokenFor(client, refreshForm(token)))).toEqual(INVALID);
    expect(await familyOf(grantId)).toMatchObject([{ usedAt: null }]);
  });

  it('the client that is built in refreshes without a secret', async () => {
    expect(await findClient(env, 'cli_sluice', 0)).toMatchObject({ authMethod: 'none' });
    const project = await newClient();
    const client = { ...project, id: 'cli_sluice' };
    const { code } = await newGrant(client);
    const id = { client_id: 'cli_sluice' };
    const first = await bodyOf(post('/v1/auth/token', codeForm(code, id)));
    const second = await post('/v1/auth/token', refreshForm(first.refresh_token, id));
    expect(second.status).toBe(200);
  });
});
