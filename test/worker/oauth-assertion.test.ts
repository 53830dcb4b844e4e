import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { ORIGIN } from './ask.ts';
import { publish, visitsTo } from './internet.ts';
import { errorOf, newClient, post } from './oauth-world.ts';

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface Signing {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** Another network each time, so that no failure counts towards a lock. */
let network = 0;
const elsewhere = () => {
  network += 1;
  return { 'CF-Connecting-IP': `10.0.${network}.1` };
};

async function newAsserting(alg = 'ES256', jwksUri?: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const key: JWK = { ...(await exportJWK(publicKey)), kid: 'k1' };
  const keys = { keys: [key] };
  const where = jwksUri === undefined ? { jwks: keys } : { jwksUri };
  const client = await newClient({ authMethod: 'private_key_jwt', ...where });
  const sign = ({ claims = {}, header = {} }: Signing = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: client.id, sub: client.id, aud: ORIGIN, exp: now + 60 };
    return new SignJWT({ ...all, jti: crypto.randomUUID(), ...claims })
      .setProtectedHeader({ alg, kid: 'k1', ...header })
      .sign(privateKey);
  };
  const show = (assertion: string, over: Readonly<Record<string, string>> = {}) =>
    post(
      '/v1/auth/token',
      {
        grant_type: 'client_credentials',
        client_assertion_type: TYPE,
        client_assertion: assertion,
        ...over,
      },
      elsewhere(),
    );
  return { client, sign, show, keys };
}

describe('private_key_jwt (RFC 7523)', () => {
  it.each(['ES256', 'RS256', 'EdDSA'])('lets a client in by %s', async (alg) => {
    const { client, sign, show } = await newAsserting(alg);
    expect((await show(await sign())).status).toBe(200);
    expect((await show(await sign(), { client_id: client.id })).status).toBe(200);
    const header = { kid: undefined };
    expect((await show(await sign({ header }))).status).toBe(200);
  });

  it('T18: is good once', async () => {
    const { sign, show } = await newAsserting();
    const assertion = await sign();
    expect((await show(assertion)).status).toBe(200);
    expect(await errorOf(show(assertion))).toEqual([401, 'invalid_client']);
  });

  it('is refused for whatever is wrong with it', async () => {
    const { client, sign, show } = await newAsserting();
    const stranger = await newAsserting();
    const now = Math.floor(Date.now() / 1000);
    const wrong: Readonly<Record<string, Signing>> = {
      'the token endpoint as audience': { claims: { aud: `${ORIGIN}/v1/auth/token` } },
      'a list as audience': { claims: { aud: [ORIGIN] } },
      'another audience': { claims: { aud: 'https://other.test' } },
      'ten minutes of life': { claims: { exp: now + 600 } },
      expired: { claims: { exp: now - 10 } },
      'no end': { claims: { exp: undefined } },
      'no name': { claims: { jti: undefined } },
      'another issuer': { claims: { iss: 'cli_other' } },
      'begins later': { claims: { nbf: now + 60 } },
      'unknown key': { header: { kid: 'k2' } },
    };
    for (const [what, signing] of Object.entries(wrong)) {
      const answer = show(await sign(signing));
      expect(await errorOf(answer), what).toEqual([401, 'invalid_client']);
    }
    const id = { client_id: client.id };
    for (const assertion of [
      await stranger.sign({ claims: { iss: client.id, sub: client.id } }),
      'x',
      'x.y.z',
    ]) {
      expect(await errorOf(show(assertion, id))).toEqual([401, 'invalid_client']);
    }
    expect(await errorOf(show(await sign(), { client_id: stranger.client.id }))).toEqual([
      401,
      'invalid_client',
    ]);
    const type = {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    };
    expect(await errorOf(show(await sign(), type))).toEqual([400, 'invalid_request']);
    const secret = {
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: client.secret,
    };
    expect(await errorOf(post('/v1/auth/token', secret))).toEqual([401, 'invalid_client']);
  });

  it('finds the keys where the client publishes them, and no private key among them', async () => {
    const url = `https://keys.example.com/${crypto.randomUUID()}`;
    const { sign, show, keys } = await newAsserting('ES256', url);
    await publish(url, { body: JSON.stringify(keys) });
    expect((await show(await sign())).status).toBe(200);
    expect((await show(await sign())).status).toBe(200);
    // A key that is not there is looked for, but not at each request.
    const header = { kid: 'k2' };
    for (let turn = 0; turn < 3; turn++) {
      expect(await errorOf(show(await sign({ header })))).toEqual([401, 'invalid_client']);
    }
    expect(await visitsTo(url)).toHaveLength(1);
  });

  it.each([
    ['private hosts', 'https://127.0.0.1/jwks.json', '{"keys":[]}'],
    ['no JSON', 'https://keys.example.com/text', 'hello'],
    ['no list', 'https://keys.example.com/none', '{"keys":{}}'],
    [
      'nonsense',
      'https://keys.example.com/odd',
      '{"keys":[null,1,{"kid":"k1","kty":"oct","k":"AA"}]}',
    ],
  ])('keys that cannot be read prove nothing: %s', async (_what, url, body) => {
    await publish(url, { body });
    const { sign, show } = await newAsserting('ES256', url);
    expect(await errorOf(show(await sign()))).toEqual([401, 'invalid_client']);
  });
});
