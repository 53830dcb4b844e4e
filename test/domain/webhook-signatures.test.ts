// Signatures are made here and checked by others: by the libraries that receivers use, and by Node.

import { createPublicKey, verify as verifyByNode } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Webhook as Standard } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';
import { expect, it } from 'vitest';
import {
  importPrivateKey,
  importSecret,
  newKeyPair,
  newSecret,
  publicKeyBytes,
  secretBytes,
  secretHint,
} from '../../src/webhooks/secret.ts';
import { type SigningKeys, sign } from '../../src/webhooks/sign.ts';

/** Published with Standard Webhooks. */
const PUBLISHED = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1_614_265_330,
  body: new TextEncoder().encode('{"test": 2432232314}'),
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  v1: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  privateKey:
    'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
  publicKey: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
  v1a: 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
};

async function keysOf(
  secret: string,
  privateKey: string,
  previous: string | null = null,
): Promise<SigningKeys> {
  const [current, ed25519] = [await importSecret(secret), await importPrivateKey(privateKey)];
  if (current === null || ed25519 === null) throw new Error('These are no keys.');
  return { current, ed25519, previous: previous === null ? null : await importSecret(previous) };
}

/** Ed25519 as Node knows it, from the raw public key. */
function isSignedBy(publicKey: string, signed: Buffer, signature: string): boolean {
  const head = Buffer.from('302a300506032b6570032100', 'hex');
  const raw = publicKeyBytes(publicKey);
  if (raw === null) throw new Error('This is no public key.');
  const der = Buffer.concat([head, raw]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return verifyByNode(null, signed, key, Buffer.from(signature.replace('v1a,', ''), 'base64'));
}

it('gives the published signatures of both schemes, current before previous before Ed25519', async () => {
  const { secret, privateKey, v1, v1a } = PUBLISHED;
  expect(await sign(PUBLISHED, await keysOf(secret, privateKey))).toBe(`${v1} ${v1a}`);
  const other = newSecret();
  const both = await sign(PUBLISHED, await keysOf(other, privateKey, secret));
  expect(both.split(' ')).toEqual([expect.stringMatching(/^v1,/), v1, v1a]);
  const signed = Buffer.from(`${PUBLISHED.id}.${PUBLISHED.timestamp}.{"test": 2432232314}`);
  expect(isSignedBy(PUBLISHED.publicKey, signed, v1a)).toBe(true);
});

it('signs what Node finds signed by the key that is shown, and nothing else', async () => {
  const { publicKey, privateKey } = await newKeyPair();
  const body = new TextEncoder().encode('{"title":"Ünïcødé ✓ 日本語"}');
  const signed = { id: 'evt_1', timestamp: 1_795_280_000, body };
  const header = await sign(signed, await keysOf(newSecret(), privateKey));
  const text = Buffer.concat([Buffer.from('evt_1.1795280000.'), body]);
  const [, v1a = ''] = header.split(' ');
  expect(isSignedBy(publicKey, text, v1a)).toBe(true);
  expect(isSignedBy(publicKey, Buffer.concat([text, Buffer.from('\n')]), v1a)).toBe(false);
  expect(isSignedBy((await newKeyPair()).publicKey, text, v1a)).toBe(false);
});

it.each([
  ['standardwebhooks', Standard],
  ['svix', Svix],
])('is verified by %s with either secret of a rotation', async (_, Library) => {
  const [current, previous, stranger] = [newSecret(), newSecret(), newSecret()];
  const body = new TextEncoder().encode('{"type":"deployment.failed","text":"✓"}');
  const timestamp = Math.floor(Date.now() / 1_000);
  const { privateKey } = await newKeyPair();
  const keys = await keysOf(current, privateKey, previous);
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': await sign({ id: 'evt_1', timestamp, body }, keys),
  };
  const raw = new TextDecoder().decode(body);
  for (const secret of [current, previous]) {
    expect(() => new Library(secret).verify(raw, headers)).not.toThrow();
    expect(() => new Library(secret).verify(`${raw}\n`, headers)).toThrow();
  }
  expect(() => new Library(stranger).verify(raw, headers)).toThrow();
});

it('gives the v1 signature of every vector that is whole', async () => {
  const [, ...lines] = readFileSync(new URL('../vectors/webhooks.tsv', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const { privateKey } = PUBLISHED;
  const whole = lines.map((line) => line.split('\t')).filter((line) => line[6] === 'ok');
  expect(whole.length).toBeGreaterThan(5);
  for (const [, secret = '', id = '', timestamp = '', body = '', signature = ''] of whole) {
    const keys = await keysOf(secret.replace(/^(whsec_)?/, 'whsec_'), privateKey);
    const bytes = new Uint8Array(Buffer.from(body, 'base64'));
    const [v1 = ''] = (await sign({ id, timestamp: Number(timestamp), body: bytes }, keys)).split(
      ' ',
    );
    expect(signature.split(' ')).toContain(v1);
  }
});

it('takes secrets of 24 to 64 bytes in base64 behind their prefix, and nothing else', () => {
  const of = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
  expect([24, 32, 64].map((bytes) => secretBytes(of(bytes))?.byteLength)).toEqual([24, 32, 64]);
  const wrong = [
    of(23),
    of(65),
    of(32).slice(6),
    'whsec_',
    'whsec_@@@@',
    `${of(32)}=`,
    ` ${of(32)}`,
  ];
  expect(wrong.map(secretBytes)).toEqual(wrong.map(() => null));
  expect(secretBytes(newSecret())?.byteLength).toBe(32);
  expect(secretHint(PUBLISHED.secret)).toBe('whsec_MfKQ…LaSw');
});
