// The token endpoint for devices and for tokens that are exchanged.

import { env } from 'cloudflare:workers';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { newSecret } from '../../src/auth/secret.ts';
import { hashSecret } from '../../src/auth/secret-hash.ts';
import { insertPat } from '../../src/db/pats.ts';
import { askRequired, bearer, ORIGIN, refusalOf } from './ask.ts';
import { work } from './credentials.ts';
import {
  basic,
  bodyOf,
  errorOf,
  newClient,
  newGrant,
  post,
  redeemed,
  refreshForm,
  type TestClient,
  tokenFor,
} from './oauth-world.ts';
import { agentToken, newPerson, personToken } from './tokens.ts';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token';

const status = async (token: string) =>
  (await askRequired('/tasks', { headers: bearer(token) })).status;
const revoke = (client: TestClient, token: string) =>
  post('/v1/auth/revoke', { token, token_type_hint: 'whatever' }, basic(client));

/** A device that waits; a person may have answered it. */
async function newDevice(state: string, over: { expiresAt?: number; grantId?: string } = {}) {
  const now = Date.now();
  const code = newSecret('dc');
  await env.DB.prepare(
    `INSERT INTO device_codes (hash, user_code, client_id, scopes, resources, state, grant_id, interval_s, expires_at)
     VALUES (?1, ?2, 'cli_sluice', '["tasks:read"]', ?3, ?4, ?5, 5, ?6)`,
  )
    .bind(
      ...[await hashSecret(env, code), newId('usr', now), JSON.stringify([ORIGIN]), state],
      ...[over.grantId ?? null, over.expiresAt ?? now + 600_000],
    )
    .run();
  const poll = () =>
    post('/v1/auth/token', { grant_type: DEVICE, device_code: code, client_id: 'cli_sluice' });
  return { code, poll };
}

describe('a device (RFC 8628)', () => {
  it('waits, and is slowed down where it asks too soon', async () => {
    const { code, poll } = await newDevice('pending');
    expect(await errorOf(poll())).toEqual([400, 'authorization_pending']);
    expect(await errorOf(poll())).toEqual([400, 'slow_down']);
    expect(await errorOf(poll())).toEqual([400, 'slow_down']);
    const row = env.DB.prepare('SELECT interval_s AS s FROM device_codes WHERE hash = ?1');
    expect(await row.bind(await hashSecret(env, code)).first()).toEqual({ s: 15 });
  });

  it('is told that it was refused or came too late', async () => {
    expect(await errorOf((await newDevice('denied')).poll())).toEqual([400, 'access_denied']);
    const late = await newDevice('pending', { expiresAt: Date.now() - 1 });
    expect(await errorOf(late.poll())).toEqual([400, 'expired_token']);
  });

  it('gets its tokens once; a second time ends them', async () => {
    const { projectId } = await newClient();
    const grant = await newGrant({ id: 'cli_sluice', projectId }, { scopes: ['tasks:read'] });
    const { poll } = await newDevice('approved', { grantId: grant.grantId });
    const body = await bodyOf(poll());
    expect(body).toMatchObject({ scope: 'tasks:read', token_type: 'Bearer' });
    expect(decodeJwt(body.access_token)).toMatchObject({ sub: grant.userId });
    const refresh = refreshForm(body.refresh_token, { client_id: 'cli_sluice' });
    expect(await errorOf(poll())).toEqual([400, 'invalid_grant']);
    expect(await errorOf(post('/v1/auth/token', refresh))).toEqual([400, 'invalid_grant']);
  });

  it('of another client is none', async () => {
    const { code } = await newDevice('approved');
    const client = await newClient({ kind: 'native' });
    const form = { grant_type: DEVICE, device_code: code };
    expect(await errorOf(tokenFor(client, form))).toEqual([400, 'invalid_grant']);
    const unknown = { ...form, device_code: newSecret('dc') };
    expect(await errorOf(tokenFor(client, unknown))).toEqual([400, 'invalid_grant']);
  });
});

describe('token exchange (RFC 8693)', () => {
  const exchange = (
    client: TestClient,
    token: string,
    over: Readonly<Record<string, string>> = {},
  ) =>
    tokenFor(client, {
      grant_type: EXCHANGE,
      subject_token: token,
      subject_token_type: ACCESS,
      ...over,
    });

  it('gives a weaker token for the same principal, and says who acts', async () => {
    const client = await newClient();
    const person = await newPerson({ [client.projectId]: 'developer' });
    const now = Date.now() - 300_000;
    const token = await personToken(person, now, { scope: 'tasks:read tasks:run', grt: 'grt_x' });
    const body = await bodyOf(exchange(client, token));
    expect(body).toMatchObject({ issued_token_type: ACCESS, scope: 'tasks:read' });
    expect(body).not.toHaveProperty('refresh_token');
    const claims = decodeJwt(body.access_token);
    expect(claims).toMatchObject({ sub: person, client_id: client.id, act: { sub: client.id } });
    expect(claims.exp).toBe(decodeJwt(token).exp);
    expect(body.expires_in).toBeLessThanOrEqual(300);
    expect(await status(body.access_token)).toBe(200);
  });

  it('adds no scope and no resource, and never the right to decide gates', async () => {
    const client = await newClient({ scopes: ['tasks:read', 'tasks:write', 'gates:approve'] });
    const person = await newPerson({ [client.projectId]: 'owner' });
    const token = await personToken(person, Date.now(), { scope: 'tasks:read gates:approve' });
    const cases = [
      [{ scope: 'tasks:write' }, 'invalid_scope'],
      [{ scope: 'gates:approve' }, 'invalid_scope'],
      [{ resource: `${ORIGIN}/mcp` }, 'invalid_target'],
      [{ audience: 'https://other.test' }, 'invalid_target'],
      [{ subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' }, 'invalid_request'],
      [
        { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
        'invalid_request',
      ],
      [{ actor_token: 'x' }, 'invalid_request'],
      [{ subject_token: '' }, 'invalid_request'],
    ] as const;
    for (const [over, error] of cases) {
      expect(await errorOf(exchange(client, token, over)), error).toEqual([400, error]);
    }
    const body = await bodyOf(exchange(client, token));
    expect(body.scope).toBe('tasks:read');
    const decide = await askRequired('/tasks/task_x/gates/review/approve', {
      json: {},
      headers: bearer(body.access_token),
    });
    expect(await refusalOf(decide)).toEqual([403, 'insufficient_scope']);
  });

  it('takes no token of an agent or a runner, none that is bound, none that is dead', async () => {
    const client = await newClient();
    const person = await newPerson({ [client.projectId]: 'developer' });
    const now = Date.now();
    const tokens = [
      (await agentToken(work, now)).token,
      newSecret('run'),
      newSecret('pat'),
      'x',
      await personToken(person, now, { cnf: { jkt: 'x' } }),
      await personToken(person, now - 700_000),
      await personToken('usr_nobody', now),
      await personToken(person, now, { aud: 'https://other.test' }),
      await personToken(person, now, { aud: 'x' }),
    ];
    for (const token of tokens) {
      expect(await errorOf(exchange(client, token))).toEqual([400, 'invalid_request']);
    }
  });

  it('what it gives dies with what it was given for, down to the second hand', async () => {
    const web = await newClient({ kind: 'web' });
    const client = await newClient({ projectId: web.projectId });
    const tokens = await redeemed(web);
    const second = await bodyOf(exchange(client, tokens.access_token));
    const third = await bodyOf(exchange(client, second.access_token));
    expect(decodeJwt(third.access_token)['act']).toEqual({
      sub: client.id,
      act: { sub: client.id },
    });
    expect(await status(third.access_token)).toBe(200);
    await revoke(web, tokens.access_token);
    for (const token of [tokens, second, third]) expect(await status(token.access_token)).toBe(401);
  });

  /** A personal access token for 90 s, in the home project of the client. */
  async function newPat(client: TestClient, limits: { ipCidrs?: string[]; rate?: number } = {}) {
    const person = await newPerson({ [client.projectId]: 'developer' });
    const [now, secret] = [Date.now(), newSecret('pat')];
    const id = newId('tok', now);
    const terms = { scopes: ['tasks:read'] as const, projectIds: [client.projectId] };
    const pat = {
      id,
      userId: person,
      parentId: null,
      grantId: null,
      name: 'x',
      environments: null,
      ...terms,
    };
    const { ipCidrs = null, rate: ratePerMinute = null } = limits;
    const rest = { ipCidrs, ratePerMinute, apiVersion: '2026-11-01', hint: '' };
    const life = { createdVia: 'signin', createdAt: now, expiresAt: now + 90_000 };
    const hash = await hashSecret(env, secret);
    await insertPat(env.DB, { ...pat, ...rest, ...life, hash }, 50).run();
    return { person, now, secret, id };
  }

  it('takes no personal access token whose limits an access token cannot say', async () => {
    const client = await newClient();
    for (const limits of [{ ipCidrs: ['10.0.0.0/8'] }, { rate: 5 }]) {
      const { secret } = await newPat(client, limits);
      const form = { grant_type: EXCHANGE, subject_token: secret, subject_token_type: ACCESS };
      const from = { ...basic(client), 'CF-Connecting-IP': '10.1.2.3' };
      expect(await errorOf(post('/v1/auth/token', form, from))).toEqual([400, 'invalid_request']);
    }
  });

  it('takes a personal access token, and dies with that as well', async () => {
    const client = await newClient();
    const { person, now, secret, id } = await newPat(client);
    const body = await bodyOf(exchange(client, secret));
    expect(body.expires_in).toBeLessThanOrEqual(90);
    expect(decodeJwt(body.access_token)).toMatchObject({
      sub: person,
      grt: id,
      prj: [client.projectId],
      act: { sub: client.id },
    });
    expect(await status(body.access_token)).toBe(200);
    const gone = await askRequired(`/v1/tokens/${id}`, {
      method: 'DELETE',
      headers: bearer(
        await personToken(person, now, {
          scope: 'tokens:write',
          auth_time: Math.floor(now / 1000),
        }),
      ),
    });
    expect(gone.status).toBe(204);
    expect(await status(body.access_token)).toBe(401);
  });

  it('is not for clients that cannot prove who they are', async () => {
    const form = { grant_type: EXCHANGE, client_id: 'cli_sluice', subject_token: 'x' };
    expect(await errorOf(post('/v1/auth/token', form))).toEqual([400, 'unauthorized_client']);
  });
});
