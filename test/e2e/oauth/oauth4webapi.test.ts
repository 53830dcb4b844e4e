// oauth4webapi, step by step: the flows by hand, and a foreign check of our access tokens (RFC 9068).

import * as oauth from 'oauth4webapi';
import { beforeAll, describe, expect, it } from 'vitest';
import { allowDevice } from '../world/consent.ts';
import { newService } from '../world/oauth-clients.ts';
import { type OwnedServer, serveOwned } from '../world/owned-server.ts';

const INSECURE = { [oauth.allowInsecureRequests]: true } as const;
let server: OwnedServer;
let as: oauth.AuthorizationServer;

beforeAll(async () => {
  server = await serveOwned();
  const issuer = new URL(server.url);
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...INSECURE });
  as = await oauth.processDiscoveryResponse(issuer, found);
  return () => server.stop();
});

describe('oauth4webapi', () => {
  it('takes our access tokens for what RFC 9068 says they are', async () => {
    const { id, secret } = await newService(server, ['projects:read']);
    const client = { client_id: id };
    const answer = await oauth.clientCredentialsGrantRequest(
      ...([as, client, oauth.ClientSecretBasic(secret), { scope: 'projects:read' }] as const),
      INSECURE,
    );
    const tokens = await oauth.processClientCredentialsResponse(as, client, answer);
    const request = new Request(`${server.url}/v1/projects`, {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    });
    const claims = await oauth.validateJwtAccessToken(as, request, server.url, INSECURE);
    expect(claims).toMatchObject({
      sub: id,
      client_id: id,
      scope: 'projects:read',
      aud: server.url,
    });
  });

  it('gets a token by the code that a person types at the device page', async () => {
    const client = { client_id: 'cli_sluice' };
    const none = oauth.None();
    const started = await oauth.deviceAuthorizationRequest(
      ...([as, client, none, { scope: 'projects:read' }] as const),
      INSECURE,
    );
    const device = await oauth.processDeviceAuthorizationResponse(as, client, started);
    expect(device.user_code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    const poll = async () => {
      const answer = await oauth.deviceCodeGrantRequest(
        ...([as, client, none, device.device_code] as const),
        INSECURE,
      );
      return oauth.processDeviceCodeResponse(as, client, answer);
    };
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' });
    await expect(poll(), 'sooner than it was told').rejects.toMatchObject({ error: 'slow_down' });
    await allowDevice(server.owner, device.verification_uri, device.user_code);
    const tokens = await poll();
    expect(tokens).toMatchObject({ scope: 'projects:read', expires_in: 600 });
    const me = await fetch(`${server.url}/v1/me`, {
      headers: { Authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await me.json()).toMatchObject({ principal: { kind: 'person', name: 'Ada Lovelace' } });
  });
});
