// The check of a delivery against signatures that others have made: the vectors, and two libraries.

import { createPrivateKey, sign as signByNode } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';
import { describe, expect, it } from 'vitest';
import { bytesOf, type Received, type VerifyKeys, verify } from '../../src/webhooks/verify.ts';
import { hintFor } from '../../src/webhooks/verify-hint.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PUBLIC = '1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const PRIVATE =
  '6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
const keysOf = (secret: string, previous: string | null = null): VerifyKeys => ({
  current: bytes(secret.replace('whsec_', '')),
  previous: previous === null ? null : bytes(previous.replace('whsec_', '')),
  publicKey: bytes(PUBLIC),
});
const utf8 = (text: string) => new TextEncoder().encode(text);

/** As a sender that we did not write would sign it. */
function signedBy(secret: string, text: string, seconds = 1_795_280_000): Received {
  const signature = new Webhook(secret).sign('evt_1', new Date(seconds * 1_000), text);
  return { id: 'evt_1', timestamp: `${seconds}`, signature, body: utf8(text) };
}

const file = path.join(import.meta.dirname, '../vectors/webhooks.tsv');
const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
const CASES = lines.map((line) => line.split('\t'));

describe('a delivery', () => {
  it('there are twenty vectors', () => expect(CASES).toHaveLength(20));

  it.each(CASES)('%s', async (_name, secret, id, timestamp, body, signature, expected, now) => {
    const received = {
      ...{ id: id ?? '', timestamp: timestamp ?? '', signature: signature ?? '' },
      body: bytes(body ?? ''),
    };
    const verdict = await verify(received, keysOf(secret ?? ''), Number(now));
    expect(verdict.reason ?? 'ok').toBe(expected);
  });

  it('the published vectors of v1 and v1a fit, each by itself', async () => {
    const published = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: '1614265330',
      body: utf8('{"test": 2432232314}'),
    };
    const v1 = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
    const v1a =
      'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
    for (const [signature, signatureVersion] of [
      [v1, 'v1'],
      [v1a, 'v1a'],
      [`v2,x ${v1a}`, 'v1a'],
    ] as const) {
      expect(await verify({ ...published, signature }, keysOf(SECRET), 1_614_265_330)).toEqual({
        ...{ reason: null, signatureVersion, key: 'current', ageSeconds: 0 },
      });
    }
    const broken = { ...published, signature: v1a.replace('hnO3', 'hnO4') };
    expect((await verify(broken, keysOf(SECRET), 1_614_265_330)).reason).toBe('no_match');
  });

  it('signed by libraries of others holds, and as any of its bytes changes it does not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.nat(),
        async (text, key, at) => {
          const secret = `whsec_${Buffer.from(key).toString('base64')}`;
          const body = text.toWellFormed();
          const received = signedBy(secret, body);
          const date = new Date(1_795_280_000_000);
          expect(new Svix(secret).sign('evt_1', date, body)).toBe(received.signature);
          const good = await verify(received, keysOf(secret), 1_795_280_010);
          expect(good).toMatchObject({ reason: null, key: 'current', ageSeconds: 10 });
          if (received.body.byteLength === 0) return;
          const changed = received.body.slice();
          changed[at % changed.byteLength] = (changed[at % changed.byteLength] ?? 0) ^ 1;
          const bad = await verify({ ...received, body: changed }, keysOf(secret), 1_795_280_010);
          expect(bad.reason).toBe('no_match');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('signed by Ed25519 of Node holds', async () => {
    const seed = bytes(PRIVATE).subarray(0, 32);
    const head = Buffer.from('302e020100300506032b657004220420', 'hex');
    const der = Buffer.concat([head, seed]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const signature = `v1a,${signByNode(null, Buffer.from('evt_1.100.{}'), key).toString('base64')}`;
    const received = { id: 'evt_1', timestamp: '100', signature, body: utf8('{}') };
    expect((await verify(received, keysOf(SECRET), 100)).signatureVersion).toBe('v1a');
  });

  it('by the secret before the last rotation says so', async () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const received = signedBy(other, '{}');
    expect(await verify(received, keysOf(SECRET, other), 1_795_280_000)).toMatchObject({
      ...{ reason: null, key: 'previous' },
    });
    expect((await verify(received, keysOf(SECRET), 1_795_280_000)).reason).toBe('no_match');
  });

  it.each([
    ['1795280000.5', 'bad_timestamp'],
    ['1e9', 'bad_timestamp'],
    ['0x10', 'bad_timestamp'],
    ['-5', 'timestamp_too_old'],
    ['9'.repeat(400), 'timestamp_too_new'],
  ])('with the timestamp %.20s has the reason %s', async (timestamp, reason) => {
    const received = { ...signedBy(SECRET, '{}'), timestamp };
    const verdict = await verify(received, keysOf(SECRET), 1_795_280_000);
    expect(verdict.reason).toBe(reason);
    expect(verdict.ageSeconds === null || Number.isSafeInteger(verdict.ageSeconds)).toBe(true);
  });

  it('law: nothing that a header may hold makes the check fall over, or holds by chance', async () => {
    const word = fc.oneof(
      fc.constantFrom('v1,', 'v1a,', ' ', ',', 'v1', 'AAAA', '=', 'v1a,AAAA', 'v1,=='),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    const header = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
    await fc.assert(
      fc.asyncProperty(header, header, async (id, signature) => {
        const received = { id, timestamp: '100', signature, body: utf8('{}') };
        const { reason } = await verify(received, keysOf(SECRET), 100);
        expect(['missing_header', 'no_match']).toContain(reason);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what has happened to a body', () => {
  const sent = '{"a":"x","b":[1,2]}';
  const none = { others: [], expired: null };
  const seen = (received: string, signed = sent) =>
    hintFor({ ...signedBy(SECRET, signed), body: utf8(received) }, keysOf(SECRET), none);

  it.each([
    ['a newline was added', `${sent}\n`, sent, 'trailing_newline'],
    ['a Windows newline was added', `${sent}\r\n`, sent, 'trailing_newline'],
    ['the newline was lost', sent, `${sent}\n`, 'trailing_newline'],
    ['line ends were turned', '{\r\n}', '{\n}', 'crlf'],
    ['line ends were turned back', '{\n}', '{\r\n}', 'crlf'],
    ['a byte order mark was added', `\u{feff}${sent}`, sent, 'bom'],
    ['a byte order mark was lost', sent, `\u{feff}${sent}`, 'bom'],
    ['it was printed again', JSON.stringify(JSON.parse(sent), null, 2), sent, 'reserialized_json'],
    ['Python has printed it', '{"a": "x", "b": [1, 2]}', sent, 'reserialized_json'],
    ['somebody changed it', '{"a":"y","b":[1,2]}', sent, null],
  ])('%s', async (_name, received, signed, hint) => {
    expect(await seen(received, signed)).toBe(hint);
  });

  it('it is of another endpoint, or of a secret that is over', async () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const received = signedBy(other, sent);
    const keys = keysOf(SECRET);
    const others = [keysOf(`whsec_${Buffer.alloc(32, 8).toString('base64')}`), keysOf(other)];
    expect(await hintFor(received, keys, { others, expired: null })).toBe('wrong_endpoint');
    const expired = bytesOf(other.replace('whsec_', ''));
    expect(await hintFor(received, keys, { others: [], expired })).toBe('expired_secret');
  });

  it('what is no text is none of these', async () => {
    const received = { ...signedBy(SECRET, sent), body: new Uint8Array([0xff, 0xfe, 0x00]) };
    expect(await hintFor(received, keysOf(SECRET), none)).toBeNull();
  });
});
