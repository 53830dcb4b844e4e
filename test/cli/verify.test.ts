import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { chainStart } from '../../verify/chain.ts';
import { startSluice } from './run-sluice.ts';
import { temporaryDir } from './temp-repo.ts';

vi.setConfig({ testTimeout: 30_000 });

const TASK = 'task_0_00000000000000000000';
const sha256 = (text: string, encoding: 'hex' | 'base64url' = 'base64url') =>
  createHash('sha256').update(text).digest(encoding);

/** A bundle with one event and the signature of it, and the key. */
async function newBundle(message = 'x') {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { kty = '', crv = '', x = '' } = publicKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  const jwk = { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' };
  const at = '2026-11-21T10:00:00.000Z';
  const body = JSON.stringify([{ type: 'task:created', seq: 1, data: { description: message } }]);
  const [prev, bodyHash] = [await chainStart(TASK), sha256(body)];
  const hash = sha256(['sluice-block-1', prev, 1, 1, at, 's', 0, '', bodyHash].join('\n'));
  const iss = 'https://sluice.example.com';
  const place = { project: 'prj_1', task: TASK };
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const said = [
    encode({ alg: 'EdDSA', kid, typ: 'sluice-checkpoint+jwt' }),
    encode({ v: 1, iss, ...place, seq: 1, hash, blocks: 1, at }),
  ].join('.');
  const signature = sign(null, Buffer.from(said), privateKey).toString('base64url');
  const lines = [
    {
      ...{ k: 'manifest', v: 1, iss, ...place },
      ...{ firstSeq: 1, lastSeq: 1, pruned: [], exportedAt: at },
    },
    { k: 'key', jwk },
    {
      ...{ k: 'block', first: 1, last: 1, at, kind: 's', epoch: 0, producer: null },
      ...{ prev, bodyHash, hash, body },
    },
    { k: 'checkpoint', jws: `${said}.${signature}` },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const end = { k: 'end', lines: lines.length, sha256: sha256(text, 'hex') };
  return { text: `${text}${JSON.stringify(end)}\n`, keys: JSON.stringify({ keys: [jwk] }) };
}

function written(name: string, text: string): string {
  const file = path.join(temporaryDir(), name);
  writeFileSync(file, text);
  return file;
}

const BAD_KEY = JSON.stringify({
  keys: [{ kty: 'OKP', crv: 'Ed25519', x: 5, kid: 'k', alg: 'EdDSA', use: 'sig' }],
});

const verify = (...args: readonly string[]) => startSluice(['verify', ...args]).ended;

describe('sluice verify', () => {
  it('says of a bundle under keys that are trusted what it holds, and exits 0', async () => {
    const { text, keys } = await newBundle();
    const ran = await verify(written('b.ndjson', text), '--keys', written('keys.json', keys));
    expect(ran.stdout).toContain(TASK);
    expect(ran.stdout).toContain('✓ Signed by the keys that you trust.');
    expect(ran.code).toBe(0);
  });

  it('names the first entry that was changed, and exits 1', async () => {
    const { text, keys } = await newBundle();
    const file = written('b.ndjson', text.replace('\\"x\\"', '\\"y\\"'));
    const ran = await verify(file, '--keys', written('keys.json', keys));
    expect(ran.stdout).toContain('✗ line 3: its body was changed');
    expect(ran.code).toBe(1);
  });

  it('does not trust the keys of the bundle itself: without --keys it exits 1 and says why', async () => {
    const { text } = await newBundle();
    const ran = await verify(written('b.ndjson', text));
    expect(ran.stdout).toContain('its own keys are not trusted');
    expect(ran.code).toBe(1);
  });

  it('finds a bundle that somebody has signed with keys of their own', async () => {
    const [{ text }, { keys }] = [await newBundle(), await newBundle()];
    const ran = await verify(written('b.ndjson', text), '--keys', written('keys.json', keys));
    expect(ran.stdout).toContain('✗ line 4: no trusted key has signed it');
    expect(ran.code).toBe(1);
  });

  it('a bundle steers no terminal', async () => {
    const hostile = JSON.stringify({ k: '\u001b]0;owned\u0007' });
    const ran = await verify(written('b.ndjson', `${hostile}\n`));
    expect(ran.stdout).not.toContain('\u001b');
    expect(ran.code).toBe(1);
  });

  it.each([
    ['a file that is not there', () => ['/nowhere/b.ndjson']],
    ['keys that are none', (file: string) => [file, '--keys', written('keys.json', '{}')]],
    [
      'a key that is null',
      (file: string) => [file, '--keys', written('k.json', '{"keys":[null]}')],
    ],
    [
      'a key whose members are none',
      (file: string) => [file, '--keys', written('k.json', BAD_KEY)],
    ],
    ['keys over http', (file: string) => [file, '--keys', 'http://keys.example.com/k.json']],
  ])('%s: wrong usage', async (_, args) => {
    const { text } = await newBundle();
    const ran = await verify(...args(written('b.ndjson', text)));
    expect(ran.stderr).not.toBe('');
    expect(ran.stderr).not.toMatch(/^ {4}at /m);
    expect(ran.code).toBe(64);
  });
});
