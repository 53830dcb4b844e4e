// What a client is told of its tokens, and how it gives them back.

import { env } from 'cloudflare:workers';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { newSecret } from '../../src/auth/secret.ts';
import { askRequired, bearer, ORIGIN } from './ask.ts';
import { work } from './credentials.ts';
import {
  basic,
  bodyOf,
  errorOf,
  newClient,
  post,
  redeemed,
  refreshForm,
  type TestClient,
  tokenFor,
} from './oauth-world.ts';
import { agentToken } from './tokens.ts';

const CC = { grant_type: 'client_credentials' };

const status = async (token: string) =>
  (await askRequired('/tasks', { headers: bearer(token) })).status;
const introspect = async (client: TestClient, token: string) =>
  (await post('/v1/auth/introspect', { token }, basic(client))).json();
const revoke = (client: TestClient, token: string) =>
  post('/v1/auth/revoke', { token, token_type_hint: 'whatever' }, basic(client));

describe('introspection (RFC 7662)', () => {
  it('tells a client of its own tokens', async () => {
    const client = await newClient({ kind: 'web' });
    const tokens = await redeemed(client);
    expect(await introspect(client, tokens.access_token)).toMatchObject({
      active: true,
      client_id: client.id,
      sub: tokens.userId,
      scope: 'projects:read tasks:read',
      iss: ORIGIN,
      aud: ORIGIN,
      token_type: 'Bearer',
    });
    expect(await introspect(client, tokens.refresh_token)).toMatchObject({
      active: true,
      client_id: client.id,
    });
  });

  it('says of all others that they are not active, and nothing else', async () => {
    const client = await newClient();
    const other = await newClient();
    const { access_token: foreign } = await bodyOf(tokenFor(other, CC));
    const agent = await agentToken(work, Date.now());
    for (const token of [foreign, agent.token, 'x', newSecret('rt'), newSecret('pat'), 'a.b.c']) {
      expect(await introspect(client, token)).toEqual({ active: false });
    }
  });

  it('shows an administrating client those of its home project', async () => {
    const admin = await newClient({ role: 'project-admin' });
    const { projectId } = admin;
    const neighbour = await newClient({ projectId });
    const { access_token: token } = await bodyOf(tokenFor(neighbour, CC));
    expect(await introspect(admin, token)).toMatchObject({ active: true });
    const developer = await newClient({ projectId });
    expect(await introspect(developer, token)).toEqual({ active: false });
    const stranger = await newClient({ role: 'owner' });
    expect(await introspect(stranger, token)).toEqual({ active: false });
  });

  it('is for clients that prove who they are', async () => {
    for (const form of [{ token: 'x' }, { token: 'x', client_id: 'cli_sluice' }]) {
      expect(await errorOf(post('/v1/auth/introspect', form))).toEqual([401, 'invalid_client']);
    }
    const client = await newClient();
    const nothing = post('/v1/auth/introspect', {}, basic(client));
    expect(await errorOf(nothing)).toEqual([400, 'invalid_request']);
  });
});

describe('revocation (RFC 7009)', () => {
  it('ends an access token at once', async () => {
    const client = await newClient();
    const { access_token: token } = await bodyOf(tokenFor(client, CC));
    expect(await status(token)).toBe(200);
    expect((await revoke(client, token)).status).toBe(200);
    expect(await status(token)).toBe(401);
    expect(await introspect(client, token)).toEqual({ active: false });
  });

  it('is written once, however often it is asked for', async () => {
    const client = await newClient();
    const { access_token: token } = await bodyOf(tokenFor(client, CC));
    for (let n = 0; n < 3; n += 1) expect((await revoke(client, token)).status).toBe(200);
    const rows = env.DB.prepare('SELECT count(*) AS n FROM revocations WHERE subject = ?');
    expect(await rows.bind(decodeJwt(token).jti).first()).toEqual({ n: 1 });
  });

  it('of a refresh token takes the grant and its access tokens along', async () => {
    const client = await newClient({ kind: 'web' });
    const tokens = await redeemed(client);
    expect((await revoke(client, tokens.refresh_token)).status).toBe(200);
    expect(await status(tokens.access_token)).toBe(401);
    const refresh = tokenFor(client, refreshForm(tokens.refresh_token));
    expect(await errorOf(refresh)).toEqual([400, 'invalid_grant']);
    expect(await introspect(client, tokens.refresh_token)).toEqual({ active: false });
  });

  it('of what is unknown or foreign is answered 200 and changes nothing', async () => {
    const client = await newClient({ kind: 'web' });
    const other = await newClient({ kind: 'web' });
    const tokens = await redeemed(client);
    for (const token of [tokens.access_token, tokens.refresh_token, 'x', newSecret('rt')]) {
      expect((await revoke(other, token)).status).toBe(200);
    }
    expect(await status(tokens.access_token)).toBe(200);
    const refresh = await tokenFor(client, refreshForm(tokens.refresh_token));
    expect(refresh.status).toBe(200);
  });

  it('knows which tokens are not its business', async () => {
    const client = await newClient();
    const pat = revoke(client, newSecret('pat'));
    expect(await errorOf(pat)).toEqual([400, 'unsupported_token_type']);
    const none = post('/v1/auth/revoke', {}, basic(client));
    expect(await errorOf(none)).toEqual([400, 'invalid_request']);
    expect(await errorOf(post('/v1/auth/revoke', { token: 'x' }))).toEqual([401, 'invalid_client']);
    expect(
      await errorOf(post('/v1/auth/revoke', '[]', { 'Content-Type': 'application/json' })),
    ).toEqual([400, 'invalid_request']);
  });
});
