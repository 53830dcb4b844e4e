// A key that is shown before a person is asked (RFC 9449 §10.1).

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { CALLBACK, CHALLENGE, newClient } from './authorize-world.ts';
import { oauthRefusalOf, postForm } from './client-doors-world.ts';
import { newProofKey, type ProofKey } from './dpop-proof.ts';
import './world.ts';

interface Door {
  readonly path: string;
  readonly fields: (clientId: string) => Readonly<Record<string, string>>;
  /** The key that the door has kept. */
  readonly kept: (clientId: string) => Promise<string | null>;
}

const DOORS: readonly Door[] = [
  {
    path: '/v1/auth/par',
    fields: (clientId) => ({
      client_id: clientId,
      redirect_uri: CALLBACK,
      response_type: 'code',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
    }),
    kept: async (clientId) => {
      const sql = 'SELECT params FROM pushed_requests WHERE client_id = ?';
      const params = await env.DB.prepare(sql).bind(clientId).first<string>('params');
      return new URLSearchParams(params ?? '').get('dpop_jkt');
    },
  },
  {
    path: '/v1/auth/device_authorization',
    fields: (clientId) => ({ client_id: clientId }),
    kept: (clientId) => {
      const sql = 'SELECT dpop_jkt FROM device_codes WHERE client_id = ?';
      return env.DB.prepare(sql).bind(clientId).first<string>('dpop_jkt');
    },
  },
];

async function nonceAt({ path, fields }: Door, clientId: string, key: ProofKey): Promise<string> {
  const answer = await postForm(path, fields(clientId), { DPoP: await key.prove(path) });
  const nonce = answer.headers.get('DPoP-Nonce') ?? '';
  expect(await oauthRefusalOf(answer)).toEqual([400, 'use_dpop_nonce']);
  return nonce;
}

describe.each(DOORS)('a proof at $path', (door) => {
  const { path, fields, kept } = door;

  it('binds what follows to its key, with dpop_jkt or without', async () => {
    for (const isNamed of [false, true]) {
      const clientId = await newClient();
      const key = await newProofKey();
      const nonce = await nonceAt(door, clientId, key);
      const form = { ...fields(clientId), ...(isNamed ? { dpop_jkt: key.jkt } : {}) };
      const answer = await postForm(path, form, { DPoP: await key.prove(path, { nonce }) });
      expect(answer.ok).toBe(true);
      expect(await kept(clientId)).toBe(key.jkt);
    }
  });

  it('of another key than dpop_jkt names is refused, and so is a bad one', async () => {
    const clientId = await newClient();
    const [key, other] = [await newProofKey(), await newProofKey()];
    const nonce = await nonceAt(door, clientId, key);
    const named = { ...fields(clientId), dpop_jkt: other.jkt };
    const proofs = [
      await key.prove(path, { nonce }),
      await key.prove('/elsewhere', { nonce }),
      'x',
    ];
    for (const proof of proofs) {
      const answer = await postForm(path, named, { DPoP: proof });
      expect(await oauthRefusalOf(answer)).toEqual([400, 'invalid_dpop_proof']);
    }
    expect(await kept(clientId)).toBeNull();
  });
});
