import { calculateJwkThumbprint, decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { athOf, newProofKey, type ProofKey } from './dpop-proof.ts';
import {
  basic,
  bodyOf,
  codeForm,
  errorOf,
  newClient,
  newGrant,
  post,
  refreshForm,
  type TestClient,
} from './oauth-world.ts';

const PATH = '/v1/auth/token';
const CC = { grant_type: 'client_credentials' };

const ask = (client: TestClient, form: Readonly<Record<string, string>>, proof: string) =>
  post(PATH, form, { ...basic(client), DPoP: proof });

/** The nonce that the server tells to who has none. */
async function nonceFor(client: TestClient, key: ProofKey): Promise<string> {
  const answer = await ask(client, CC, await key.prove(PATH));
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  expect(await errorOf(answer)).toEqual([400, 'use_dpop_nonce']);
  return answer.headers.get('DPoP-Nonce') ?? '';
}

async function boundToken(client: TestClient, key: ProofKey) {
  const nonce = await nonceFor(client, key);
  const body = await bodyOf(ask(client, CC, await key.prove(PATH, { nonce })));
  return { nonce, token: body.access_token, body };
}

describe('the thumbprint of a key', () => {
  it('is that of the example in RFC 7638', async () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    const thumbprint = await calculateJwkThumbprint({ kty: 'RSA', e: 'AQAB', n });
    expect(thumbprint).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });
});

describe('a token bound to a key (RFC 9449)', () => {
  it.each(['ES256', 'EdDSA'] as const)('is given to a proof of %s', async (alg) => {
    const client = await newClient();
    const key = await newProofKey(alg);
    const { token, body } = await boundToken(client, key);
    expect(body.token_type).toBe('DPoP');
    expect(decodeJwt(token)['cnf']).toEqual({ jkt: key.jkt });
  });

  it('is used with a proof for this request, and never as a bearer token', async () => {
    const client = await newClient();
    const key = await newProofKey();
    const { token, nonce } = await boundToken(client, key);
    const path = `/tasks?projectId=${client.projectId}`;
    const over = { htm: 'GET', nonce, ath: await athOf(token) };
    const read = (proof: string, scheme = 'DPoP') =>
      askRequired(path, { headers: { Authorization: `${scheme} ${token}`, DPoP: proof } });
    expect((await read(await key.prove('/tasks', over))).status).toBe(200);
    expect((await read(await key.prove('/tasks?x=1#y', over), 'dpop')).status).toBe(200);
    const plain = await askRequired(path, { headers: bearer(token) });
    expect(await refusalOf(plain)).toEqual([401, 'invalid_token']);
    const downgraded = await read(await key.prove('/tasks', over), 'Bearer');
    expect(await refusalOf(downgraded)).toEqual([401, 'invalid_token']);
  });

  it('needs each part of its proof', async () => {
    const client = await newClient();
    const key = await newProofKey();
    const other = await newProofKey();
    const { token, nonce } = await boundToken(client, key);
    const now = Math.floor(Date.now() / 1000);
    const good = { htm: 'GET', nonce, ath: await athOf(token) };
    const read = (proof: string) =>
      askRequired(`/tasks?projectId=${client.projectId}`, {
        headers: { Authorization: `DPoP ${token}`, DPoP: proof },
      });
    const wrong = {
      'another method': await key.prove('/tasks', { ...good, htm: 'POST' }),
      'another place': await key.prove('/agents', good),
      'another host': await key.prove('', { ...good, htu: 'https://other.test/tasks' }),
      'no place': await key.prove('/tasks', { ...good, htu: 'x' }),
      'too old': await key.prove('/tasks', { ...good, iat: now - 130 }),
      'too new': await key.prove('/tasks', { ...good, iat: now + 60 }),
      'no token named': await key.prove('/tasks', { ...good, ath: undefined }),
      'another token named': await key.prove('/tasks', { ...good, ath: await athOf('x') }),
      'no name': await key.prove('/tasks', { ...good, jti: undefined }),
      'another type': await key.prove('/tasks', good, { typ: 'JWT' }),
      'no proof': '',
      'no JWT': 'x.y.z',
      'too long': await key.prove('/tasks', { ...good, pad: 'x'.repeat(5_000) }),
    };
    for (const [what, proof] of Object.entries(wrong)) {
      expect(await refusalOf(await read(proof)), what).toEqual([401, 'invalid_dpop_proof']);
    }
    const foreign = await other.prove('/tasks', good);
    expect(await refusalOf(await read(foreign))).toEqual([401, 'invalid_token']);
    const proof = await key.prove('/tasks', good);
    expect((await read(proof)).status).toBe(200);
    expect(await refusalOf(await read(proof))).toEqual([401, 'invalid_dpop_proof']);
  });

  it('needs our nonce, and is told it', async () => {
    const client = await newClient();
    const key = await newProofKey();
    const { token } = await boundToken(client, key);
    for (const nonce of [undefined, 'ours?', 7]) {
      const proof = await key.prove('/tasks', { htm: 'GET', nonce, ath: await athOf(token) });
      const headers = { Authorization: `DPoP ${token}`, DPoP: proof };
      const answer = await askRequired('/tasks', { headers });
      expect(answer.headers.get('DPoP-Nonce')).toMatch(/^[\w-]{22}$/);
      const challenge = answer.headers.get('WWW-Authenticate');
      expect(challenge).toContain('DPoP algs="ES256 EdDSA", error="use_dpop_nonce"');
      expect(await refusalOf(answer)).toEqual([401, 'use_dpop_nonce']);
    }
  });

  it('is looked at twice by a request that wants it fresh, with one proof', async () => {
    const client = await newClient({ scopes: ['gates:approve'] });
    const key = await newProofKey();
    const { token, nonce } = await boundToken(client, key);
    const path = '/tasks/task_x/gates/review/approve';
    const proof = await key.prove(path, { nonce, ath: await athOf(token) });
    const headers = { Authorization: `DPoP ${token}`, DPoP: proof };
    // A service may not decide, but it is known who asks.
    expect(await refusalOf(await askRequired(path, { json: {}, headers }))).toEqual([
      403,
      'human_required',
    ]);
  });

  it('an unbound token is no DPoP token', async () => {
    const client = await newClient();
    const key = await newProofKey();
    const { access_token: token } = await bodyOf(post(PATH, CC, basic(client)));
    const proof = await key.prove('/tasks', { htm: 'GET', ath: await athOf(token) });
    const headers = { Authorization: `DPoP ${token}`, DPoP: proof };
    expect(await refusalOf(await askRequired('/tasks', { headers }))).toEqual([
      401,
      'invalid_token',
    ]);
  });

  it('a client can be bound to proofs altogether', async () => {
    const client = await newClient({ dpopBound: true });
    expect(await errorOf(post(PATH, CC, basic(client)))).toEqual([400, 'invalid_dpop_proof']);
  });

  it('of a code or a refresh token stays with the key', async () => {
    const client = await newClient({ kind: 'web' });
    const [key, other] = [await newProofKey(), await newProofKey()];
    const nonce = await nonceForCode(client, key);
    const proofOf = (by: ProofKey) => by.prove(PATH, { nonce });
    const { code } = await newGrant(client, { dpopJkt: key.jkt });
    const invalid = [400, 'invalid_grant'];
    expect(await errorOf(ask(client, codeForm(code), await proofOf(other)))).toEqual(invalid);
    expect(await errorOf(post(PATH, codeForm(code), basic(client)))).toEqual(invalid);
    const first = await bodyOf(ask(client, codeForm(code), await proofOf(key)));
    const form = refreshForm(first.refresh_token);
    expect(await errorOf(ask(client, form, await proofOf(other)))).toEqual(invalid);
    expect(await errorOf(post(PATH, form, basic(client)))).toEqual(invalid);
    expect((await ask(client, form, await proofOf(key))).status).toBe(200);
    // A grant that was made without a key stays with the first that is shown.
    const late = await newGrant(client);
    const body = await bodyOf(ask(client, codeForm(late.code), await proofOf(key)));
    const plain = post(PATH, refreshForm(body.refresh_token), basic(client));
    expect(await errorOf(plain)).toEqual(invalid);
  });
});

async function nonceForCode(client: TestClient, key: ProofKey): Promise<string> {
  const form = codeForm('slc_ac_x');
  const answer = await ask(client, form, await key.prove(PATH));
  return answer.headers.get('DPoP-Nonce') ?? '';
}
