import { env } from 'cloudflare:workers';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { newSecret } from '../../src/auth/secret.ts';
import { ask, askRequired, bearer, ORIGIN } from './ask.ts';
import { basic, bodyOf, codeForm, errorOf, newClient, post, tokenFor } from './oauth-world.ts';

const CC = { grant_type: 'client_credentials' };
const PATH = '/v1/auth/token';

describe('the token endpoint', () => {
  it('gives a service its token by Basic and by the body, and never stores it', async () => {
    const client = await newClient();
    for (const answer of [
      await post(PATH, CC, basic(client)),
      await post(PATH, { ...CC, client_id: client.id, client_secret: client.secret }),
      await post(PATH, `grant_type=client_credentials&client_id=${client.id}`, basic(client)),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
      const body = await bodyOf(answer);
      expect(body).toEqual({
        access_token: body.access_token,
        token_type: 'Bearer',
        expires_in: 600,
        scope: 'projects:read tasks:read tasks:write',
      });
      expect(decodeJwt(body.access_token)).toMatchObject({
        iss: ORIGIN,
        aud: ORIGIN,
        sub: client.id,
        client_id: client.id,
        ptype: 'service',
      });
      const used = await askRequired(`/tasks?projectId=${client.projectId}`, {
        headers: bearer(body.access_token),
      });
      expect(used.status).toBe(200);
    }
  });

  it('is asked by POST alone', async () => {
    const answer = await askRequired(PATH);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('Allow')?.split(', ')).toContain('POST');
  });

  it('takes a form, with a charset or without, and no JSON', async () => {
    const client = await newClient();
    const typed = (type: string, body: string) =>
      post(PATH, body, { ...basic(client), 'Content-Type': type });
    const form = 'grant_type=client_credentials';
    for (const type of [
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded;charset=UTF-8',
      'Application/X-WWW-Form-Urlencoded; charset=utf-8',
    ]) {
      expect((await typed(type, form)).status).toBe(200);
    }
    for (const type of ['application/json', 'text/plain', 'multipart/form-data']) {
      expect(await errorOf(typed(type, '{}'))).toEqual([400, 'invalid_request']);
    }
    const packed = { ...basic(client), 'Content-Encoding': 'gzip' };
    expect(await errorOf(post(PATH, form, packed))).toEqual([400, 'invalid_request']);
    const large = `${form}&pad=${'x'.repeat(70_000)}`;
    expect(await errorOf(post(PATH, large, basic(client)))).toEqual([413, 'invalid_request']);
  });

  it('ignores what it does not know, takes empty as absent, refuses what comes twice', async () => {
    const client = await newClient();
    const ask = (form: string) => post(PATH, form, basic(client));
    expect((await ask('grant_type=client_credentials&x=1&scope=&resource=')).status).toBe(200);
    expect(await errorOf(ask('grant_type='))).toEqual([400, 'invalid_request']);
    for (const twice of ['grant_type=client_credentials', 'scope=tasks:read&scope=tasks:read']) {
      const form = `grant_type=client_credentials&${twice}`;
      expect(await errorOf(ask(form))).toEqual([400, 'invalid_request']);
    }
    const both = `grant_type=client_credentials&resource=${ORIGIN}&resource=${ORIGIN}/mcp`;
    const body = await bodyOf(ask(both));
    expect(decodeJwt(body.access_token).aud).toEqual([ORIGIN, `${ORIGIN}/mcp`]);
  });

  it('knows one way to authenticate at a time', async () => {
    const client = await newClient();
    const two = { ...CC, client_secret: client.secret };
    expect(await errorOf(post(PATH, two, basic(client)))).toEqual([400, 'invalid_request']);
    const assertion = { ...two, client_id: client.id, client_assertion: 'x.y.z' };
    expect(await errorOf(post(PATH, assertion))).toEqual([400, 'invalid_request']);
    const other = { ...CC, client_id: 'cli_other' };
    expect(await errorOf(post(PATH, other, basic(client)))).toEqual([400, 'invalid_request']);
  });

  it('answers an unknown client and a wrong secret the same', async () => {
    const client = await newClient();
    const wrong = newSecret('cs');
    const answers = await Promise.all([
      post(PATH, CC, basic({ ...client, secret: wrong })),
      post(PATH, CC, basic({ id: 'cli_unknown', secret: wrong })),
      post(PATH, CC, basic({ id: client.id, secret: 'x' })),
      post(PATH, CC, { Authorization: 'Basic %%%' }),
      post(PATH, CC, { Authorization: 'Basic' }),
    ]);
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies).size).toBe(1);
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(answer.headers.get('WWW-Authenticate')).toBe('Basic realm="sluice"');
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
    }
    for (const form of [
      { ...CC, client_id: client.id, client_secret: wrong },
      { ...CC, client_id: client.id },
      { ...CC, client_id: "x' OR 1=1" },
      CC,
    ]) {
      const answer = await post(PATH, form);
      expect(answer.headers.get('WWW-Authenticate')).toBe(null);
      expect(await errorOf(answer)).toEqual([401, 'invalid_client']);
    }
    const query = `${PATH}?client_id=${client.id}&client_secret=${client.secret}`;
    expect(await errorOf(post(query, CC))).toEqual([401, 'invalid_client']);
  });

  it('locks who fails ten times, from their network alone', async () => {
    const client = await newClient();
    const from = (ip: string, secret: string) =>
      post(PATH, CC, { ...basic({ id: client.id, secret }), 'CF-Connecting-IP': ip });
    for (let turn = 0; turn < 10; turn++) {
      expect((await from('203.0.113.7', newSecret('cs'))).status).toBe(401);
    }
    const locked = await from('203.0.113.9', client.secret);
    expect(await errorOf(locked)).toEqual([429, 'invalid_client']);
    expect(Number(locked.headers.get('Retry-After'))).toBeGreaterThan(800);
    expect((await from('198.51.100.7', client.secret)).status).toBe(200);
  });

  it('refuses scopes and resources that are not the client’s, and drops none', async () => {
    const client = await newClient();
    const narrow = await bodyOf(tokenFor(client, { ...CC, scope: 'tasks:read' }));
    expect(narrow.scope).toBe('tasks:read');
    for (const scope of ['tasks:run', 'nonsense', 'tasks:read admin', 'offline_access']) {
      expect(await errorOf(tokenFor(client, { ...CC, scope }))).toEqual([400, 'invalid_scope']);
    }
    for (const resource of ['https://other.test', `${ORIGIN}/x`, 'x', `${ORIGIN}/mcp/`]) {
      expect(await errorOf(tokenFor(client, { ...CC, resource }))).toEqual([400, 'invalid_target']);
    }
    const slash = await bodyOf(tokenFor(client, { ...CC, resource: `${ORIGIN}/` }));
    expect(decodeJwt(slash.access_token).aud).toBe(ORIGIN);
    const audience = await bodyOf(tokenFor(client, { ...CC, audience: `${ORIGIN}/mcp` }));
    expect(decodeJwt(audience.access_token).aud).toBe(`${ORIGIN}/mcp`);
  });

  it('refuses grants that do not exist or that the client lacks', async () => {
    const client = await newClient();
    for (const grant of ['password', 'implicit', '__proto__', 'constructor']) {
      const answer = tokenFor(client, { grant_type: grant });
      expect(await errorOf(answer)).toEqual([400, 'unsupported_grant_type']);
    }
    const code = tokenFor(client, codeForm(newSecret('ac')));
    expect(await errorOf(code)).toEqual([400, 'unauthorized_client']);
    const web = await newClient({ kind: 'web' });
    expect(await errorOf(tokenFor(web, CC))).toEqual([400, 'unauthorized_client']);
  });

  it('a disabled client gets nothing, and its environments bind its token', async () => {
    const client = await newClient({ environments: ['staging'] });
    const body = await bodyOf(tokenFor(client, CC));
    expect(decodeJwt(body.access_token)['env']).toEqual(['staging']);
    await env.DB.prepare('UPDATE clients SET disabled_at = 1 WHERE id = ?1').bind(client.id).run();
    expect(await errorOf(tokenFor(client, CC))).toEqual([401, 'invalid_client']);
  });
});

describe('the metadata', () => {
  it('names the endpoints of this origin, and may be kept for an hour', async () => {
    const answer = await askRequired('/.well-known/oauth-authorization-server');
    expect(answer.headers.get('Cache-Control')).toBe('public, max-age=3600');
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
    const body = await answer.json<Record<string, unknown>>();
    expect(body).toMatchObject({
      issuer: ORIGIN,
      token_endpoint: `${ORIGIN}/v1/auth/token`,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
    expect(body).not.toHaveProperty('registration_endpoint');
    expect((await askRequired('/.well-known/openid-configuration')).status).toBe(404);
  });

  it('names each resource and who issues tokens for it', async () => {
    for (const path of ['', '/mcp']) {
      const answer = await askRequired(`/.well-known/oauth-protected-resource${path}`);
      const body = await answer.json<{ scopes_supported: string[] }>();
      expect(body).toMatchObject({
        resource: ORIGIN + path,
        authorization_servers: [ORIGIN],
        bearer_methods_supported: ['header'],
      });
      expect(body.scopes_supported).not.toContain('offline_access');
    }
  });
});

describe('what stands before the endpoints', () => {
  const PATHS = ['token', 'revoke', 'introspect', 'par', 'device_authorization', 'register'];
  it.each(PATHS)('/v1/auth/%s refuses in the words of RFC 6749, too', async (name) => {
    const path = `/v1/auth/${name}`;
    const version = await post(path, {}, { 'Sluice-Version': '1999-01-01' });
    expect(version.headers.get('Content-Type')).toContain('application/json');
    expect(await errorOf(version)).toEqual([400, 'invalid_request']);
    const foreign = { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' };
    const page = await ask(path, { method: 'POST', headers: foreign });
    expect(await errorOf(page)).toEqual([403, 'access_denied']);
  });
});
