// The whole way, from an app's question to a token that works, and to its end.

import { describe, expect, it } from 'vitest';
import { askRequired, bearer, ORIGIN } from './ask.ts';
import {
  allow,
  authorizePath,
  CALLBACK,
  grantsOf,
  hiddenFields,
  newBrowser,
  newClient,
  whereTo,
} from './authorize-world.ts';
import { oauthRefusalOf, postForm } from './client-doors-world.ts';
import { askAs } from './signin-world.ts';
import './world.ts';

/** RFC 7636, appendix B: the verifier of the challenge that the tests send. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const TOKEN = '/v1/auth/token';
const OFFLINE = { scope: 'offline_access tasks:read' };

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
}
interface Me {
  readonly principal: { readonly id: string };
  readonly credential: { readonly scopes: readonly string[]; readonly projectIds: unknown };
}

const me = async (token: string) => {
  const answer = await askRequired('/v1/me', { headers: bearer(token) });
  expect(answer.status).toBe(200);
  return answer.json<Me>();
};

describe('from the question to the token', () => {
  it('the code of an app becomes a token for what was allowed, where it was allowed', async () => {
    const clientId = await newClient();
    const browser = await newBrowser();
    const { projectId } = browser.person;
    const choice = { projects: 'chosen', project: projectId };
    const back = whereTo(await allow(browser, authorizePath(clientId, OFFLINE), choice));
    const redeem = () =>
      postForm(TOKEN, {
        grant_type: 'authorization_code',
        client_id: clientId,
        redirect_uri: CALLBACK,
        code: back.searchParams.get('code') ?? '',
        code_verifier: VERIFIER,
      });
    const answer = await redeem();
    expect(answer.status).toBe(200);
    const tokens = await answer.json<Tokens>();
    expect(tokens.scope).toBe('tasks:read offline_access');
    expect(await me(tokens.access_token)).toMatchObject({
      principal: { id: browser.person.id },
      credential: { scopes: ['tasks:read'], projectIds: [projectId] },
    });
    const [grant] = await grantsOf(browser.person.id);
    const path = `/v1/grants/${grant?.['id']}`;
    expect((await askAs(browser.cookie, path, { method: 'DELETE' })).status).toBe(204);
    const dead = await askRequired('/v1/me', { headers: bearer(tokens.access_token) });
    expect(dead.status).toBe(401);
    const refresh = { grant_type: 'refresh_token', client_id: clientId };
    const late = await postForm(TOKEN, { ...refresh, refresh_token: tokens.refresh_token });
    expect(await oauthRefusalOf(late)).toEqual([400, 'invalid_grant']);
    expect(await oauthRefusalOf(await redeem())).toEqual([400, 'invalid_grant']);
  });

  it('a device waits, and has its token once a person has allowed it', async () => {
    const begun = await postForm('/v1/auth/device_authorization', {
      client_id: 'cli_sluice',
      ...OFFLINE,
    });
    const device = await begun.json<{ device_code: string; user_code: string }>();
    const poll = () =>
      postForm(TOKEN, {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        client_id: 'cli_sluice',
        device_code: device.device_code,
      });
    expect(await oauthRefusalOf(await poll())).toEqual([400, 'authorization_pending']);
    const browser = await newBrowser();
    const page = await browser.post('/device', { user_code: device.user_code });
    const fields = hiddenFields(await page.text());
    await browser.post('/device', { ...fields, projects: 'all', decision: 'allow' });
    const tokens = await (await poll()).json<Tokens>();
    expect(tokens.scope).toBe('tasks:read offline_access');
    expect((await me(tokens.access_token)).principal.id).toBe(browser.person.id);
  });

  it('the metadata names what answers here', async () => {
    const answer = await askRequired('/.well-known/oauth-authorization-server');
    const metadata = await answer.json<Record<string, unknown>>();
    expect(metadata).toMatchObject({
      issuer: ORIGIN,
      authorization_endpoint: `${ORIGIN}/v1/auth/authorize`,
      pushed_authorization_request_endpoint: `${ORIGIN}/v1/auth/par`,
      device_authorization_endpoint: `${ORIGIN}/v1/auth/device_authorization`,
      client_id_metadata_document_supported: true,
    });
  });
});
