// openid-client, a certified library, does all that it can with the real server.

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import * as client from 'openid-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { allowInBrowser, catchAtWebApp } from '../world/consent.ts';
import { newService, newWebApp, WEB_REDIRECT } from '../world/oauth-clients.ts';
import { type OwnedServer, serveOwned } from '../world/owned-server.ts';

let server: OwnedServer;

beforeAll(async () => {
  server = await serveOwned();
  return () => server.stop();
});

const discover = (id: string, auth: client.ClientAuth) =>
  client.discovery(new URL(server.url), id, {}, auth, {
    execute: [client.allowInsecureRequests],
    algorithm: 'oauth2',
  });

const statusOf = async (token: string, path = '/v1/projects') =>
  (await fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${token}` } })).status;

/** Sends the person of the browser through the authorization, and returns where it ended. */
const authorize = async (url: URL): Promise<URL> => {
  const { landed } = await catchAtWebApp(server.owner);
  await allowInBrowser(server.owner, url.href);
  return new URL(await landed);
};

describe('openid-client', () => {
  it.each([
    ['Basic', client.ClientSecretBasic],
    ['body', client.ClientSecretPost],
  ])('gets a token for a service by its secret (%s)', async (_name, how) => {
    const { id, secret } = await newService(server, ['projects:read']);
    const config = await discover(id, how(secret));
    const tokens = await client.clientCredentialsGrant(config, { scope: 'projects:read' });
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 600, scope: 'projects:read' });
    expect(await statusOf(tokens.access_token)).toBe(200);
  });

  it('gets a token for a service by a signed assertion', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' };
    const { id } = await newService(server, ['projects:read'], {
      ...{ authMethod: 'private_key_jwt', jwks: { keys: [jwk] } },
    });
    const key = await crypto.subtle.importKey(
      'pkcs8',
      createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })).export({
        ...{ format: 'der', type: 'pkcs8' },
      }),
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign'],
    );
    const config = await discover(id, client.PrivateKeyJwt({ key, kid: 'k1' }));
    const tokens = await client.clientCredentialsGrant(config, {});
    expect(await statusOf(tokens.access_token)).toBe(200);
  });

  it('gets a token for a person by code and PKCE, refreshes it three times, introspects and revokes it', async () => {
    const { id, secret } = await newWebApp(server, ['projects:read', 'tasks:read']);
    const config = await discover(id, client.ClientSecretBasic(secret));
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const url = client.buildAuthorizationUrl(config, {
      ...{ redirect_uri: WEB_REDIRECT, scope: 'projects:read offline_access', state },
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const landed = await authorize(url);
    let tokens = await client.authorizationCodeGrant(config, landed, {
      ...{ pkceCodeVerifier: verifier, expectedState: state },
    });
    const seen = new Set<string>();
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await statusOf(tokens.access_token)).toBe(200);
      const { refresh_token: refresh = '' } = tokens;
      seen.add(refresh);
      tokens = await client.refreshTokenGrant(config, refresh);
    }
    expect(seen.size).toBe(3);
    expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({
      ...{ active: true, client_id: id, scope: 'projects:read' },
    });
    const { refresh_token: last = '' } = tokens;
    await client.tokenRevocation(config, last);
    expect(await client.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
    expect(await statusOf(tokens.access_token)).toBe(401);
    await expect(client.refreshTokenGrant(config, last)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('pushes its authorization request, and binds its tokens to a key of its own', async () => {
    const { id, secret } = await newWebApp(server, ['projects:read']);
    const config = await discover(id, client.ClientSecretPost(secret));
    const keys = await client.randomDPoPKeyPair('ES256');
    const DPoP = client.getDPoPHandle(config, keys);
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const url = await client.buildAuthorizationUrlWithPAR(
      config,
      {
        ...{ redirect_uri: WEB_REDIRECT, scope: 'projects:read offline_access', state },
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      },
      { DPoP },
    );
    expect(url.searchParams.get('request_uri')).toMatch(/^urn:ietf:params:oauth:request_uri:/);
    const landed = await authorize(url);
    const checks = { pkceCodeVerifier: verifier, expectedState: state };
    const tokens = await client.authorizationCodeGrant(config, landed, checks, undefined, { DPoP });
    expect(tokens.token_type).toBe('dpop');
    expect(await statusOf(tokens.access_token)).toBe(401);
    const projects = new URL('/v1/projects', server.url);
    const answer = await client.fetchProtectedResource(
      ...([config, tokens.access_token, projects, 'GET'] as const),
      ...([undefined, undefined, { DPoP }] as const),
    );
    expect(answer.status).toBe(200);
    const { refresh_token: refresh = '' } = tokens;
    const next = await client.refreshTokenGrant(config, refresh, undefined, { DPoP });
    expect(next.token_type).toBe('dpop');
  });
});
