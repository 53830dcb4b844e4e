// What an export proves, taken from a real run, changed by somebody, and checked by `sluice verify` with public keys alone.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { rotateKeys } from '../../src/actions/rotate-keys.ts';
import { forgetReceiptKeys } from '../../src/auth/receipt-keys.ts';
import { CHECKPOINT_EVENTS } from '../../src/contract/receipt.ts';
import { END_EVENTS } from '../../src/domain/checkpoint.ts';
import { sha256Hex } from '../../src/domain/digest.ts';
import { PROVEN_EVENTS } from '../../src/domain/receipt.ts';
import { BadEntry } from '../../verify/bad-entry.ts';
import { ENDS, PROVEN, ROUND } from '../../verify/log-facts.ts';
import { verifyBundle } from '../../verify/verify-bundle.ts';
import { ask, bearer } from './ask.ts';
import { pushOnce } from './gate-world.ts';
import { publicKeys } from './receipt-world.ts';
import { claimOne, logBatch, newProject, newTask, newTestRunner, send, taskStub } from './world.ts';

type Keys = ReadonlyMap<string, JWK>;

const encoder = new TextEncoder();
let bundle = '';
let keys: Keys = new Map();

const keysNow = async (): Promise<Keys> =>
  new Map((await publicKeys()).keys.map((jwk) => [String(jwk.kid), jwk]));

async function exportOf(taskId: string): Promise<string> {
  const answer = await ask(`/tasks/${taskId}/export`);
  expect(answer.status).toBe(200);
  return new TextDecoder().decode(await answer.arrayBuffer());
}

/** A run with gates that were approved, used, sent back and rejected, agents' words in between, and an artifact. */
async function newRun(): Promise<string> {
  const projectId = await newProject({
    gates: [{ name: 'plan', trigger: 'after:planning', quorum: 1 }],
  });
  const taskId = await newTask({ projectId, autonomy: 'review-before-merge' });
  const runner = await newTestRunner(projectId);
  const holder = await claimOne(runner);
  await holder.beat({ workId: holder.grant.work.workId });
  await holder.events(logBatch(1, 3, 'agent'));
  await ask(`/tasks/${taskId}/artifacts/notes.txt`, {
    method: 'PUT',
    headers: { ...bearer(holder.grant.agentToken), 'Content-Type': 'text/plain' },
    body: 'What was found',
  });
  await pushOnce(runner, holder);
  await holder.result(holder.grant.work.workId, { summary: 'planned' });
  await send(`/tasks/${taskId}/gates/plan/request-changes`, { comment: 'too long' });
  await send(`/tasks/${taskId}/gates/plan/approve`, { comment: 'LGTM!' });
  await ask(`/tasks/${taskId}/log`, { json: { message: 'between' } });
  await send(`/tasks/${taskId}/gates/review/reject`, { comment: 'no' });
  return taskId;
}

beforeAll(async () => {
  bundle = await exportOf(await newRun());
  keys = await keysNow();
});

async function* source(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 1_000) yield bytes.subarray(at, at + 1_000);
}

/** The line that does not hold; 0: all of them do. */
async function badLine(bytes: Uint8Array | string, trusted: Keys | null = keys): Promise<number> {
  const given = typeof bytes === 'string' ? encoder.encode(bytes) : bytes;
  try {
    await verifyBundle(source(given), trusted);
    return 0;
  } catch (error) {
    if (error instanceof BadEntry) return error.line;
    throw error;
  }
}

const linesOf = (text: string): readonly string[] => text.split('\n').slice(0, -1);

/** The lines with an end that counts them, as somebody would write it who has no key. */
const ended = (lines: readonly string[]): string => {
  const text = lines
    .slice(0, -1)
    .map((line) => `${line}\n`)
    .join('');
  const end = { k: 'end', lines: lines.length - 1, sha256: sha256Hex(text) };
  return `${text}${JSON.stringify(end)}\n`;
};

/** Places in a line: its first and last bytes, and about forty between. */
const placesIn = (length: number): readonly number[] => {
  const step = Math.max(1, Math.floor(length / 40));
  const between = Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
  return [...new Set([...between, length - 1, length - 2, length - 3, length - 4, length - 5])];
};

async function flipped(text: string): Promise<readonly string[]> {
  const bytes = encoder.encode(text);
  const wrong: string[] = [];
  let begin = 0;
  for (const [index, line] of linesOf(text).entries()) {
    const length = encoder.encode(line).byteLength + 1;
    for (const place of placesIn(length)) {
      const at = begin + place;
      const byte = bytes[at] ?? 0;
      bytes[at] = byte ^ (1 << (at % 7));
      const named = await badLine(bytes);
      if (named !== index + 1)
        wrong.push(`line ${index + 1}, byte ${place}: ${named}, ${line.slice(0, 60)}`);
      bytes[at] = byte;
    }
    begin += length;
  }
  return wrong;
}

it('what the verifier takes for proven is what the server signs', () => {
  expect(PROVEN).toEqual(PROVEN_EVENTS);
  expect(ENDS).toEqual(END_EVENTS);
  expect(ROUND).toBe(CHECKPOINT_EVENTS);
});

describe('Any changed byte of an export fails at the named entry.', () => {
  it('as it was exported it holds, with entries of every kind in it', async () => {
    expect(await badLine(bundle)).toBe(0);
    const kinds = new Set(linesOf(bundle).map((line) => /^\{"k":"(\w+)"/.exec(line)?.[1]));
    expect([...kinds]).toEqual([
      ...['manifest', 'key', 'block', 'receipt', 'checkpoint', 'artifact', 'end'],
    ]);
  });

  it('a bit is turned in each entry, at its beginning, at its end and in between', async () => {
    expect(await flipped(bundle)).toEqual([]);
  }, 120_000);
});

describe('A dropped, swapped or repeated line fails.', () => {
  it.each([
    ['with the end as it was', (lines: readonly string[]) => `${lines.join('\n')}\n`],
    ['with an end that counts the lines anew', ended],
  ])(
    '%s',
    async (_, written) => {
      const lines = linesOf(bundle);
      const held: string[] = [];
      const look = async (what: string, changed: readonly string[]) => {
        if ((await badLine(written(changed))) === 0) held.push(what);
      };
      for (const [at, line] of lines.entries()) {
        if (at === lines.length - 1) continue;
        await look(`dropped ${line.slice(0, 40)}`, lines.toSpliced(at, 1));
        await look(`repeated ${line.slice(0, 40)}`, lines.toSpliced(at, 0, line));
        const next = lines[at + 1] ?? '';
        await look(`swapped ${line.slice(0, 40)}`, lines.toSpliced(at, 2, next, line));
      }
      expect(held).toEqual([]);
    },
    60_000,
  );

  it('a tail that was cut fails, wherever it is cut and however it is ended', async () => {
    const lines = linesOf(bundle);
    for (let length = 1; length < lines.length - 1; length += 1) {
      const cut = lines.slice(0, length);
      expect(await badLine(cut.map((line) => `${line}\n`).join(''))).not.toBe(0);
      expect(await badLine(ended([...cut, '']))).not.toBe(0);
    }
  });
});

describe('A receipt is no token, a token no receipt.', () => {
  it('a token, and a checkpoint, in the place of a receipt are found', async () => {
    const lines = linesOf(bundle);
    const at = lines.findIndex((line) => line.startsWith('{"k":"receipt"'));
    const checkpoint = lines.find((line) => line.startsWith('{"k":"checkpoint"')) ?? '';
    const projectId = await newProject();
    await newTask({ projectId });
    const { agentToken } = (await claimOne(await newTestRunner(projectId))).grant;
    const token = JSON.stringify({ k: 'receipt', jws: agentToken });
    for (const line of [token, checkpoint.replace('checkpoint', 'receipt')]) {
      expect(await badLine(ended(lines.with(at, line)))).toBe(at + 1);
    }
  });
});

describe('Pruned bodies still verify.', () => {
  it('the oldest are gone, the chain holds, and every changed byte is still found', async () => {
    const taskId = await newRun();
    await runInDurableObject(taskStub(taskId), (_, { storage: { sql } }) =>
      sql.exec(
        "UPDATE blocks SET body = NULL WHERE last = (SELECT min(last) FROM blocks WHERE kind = 'p')",
      ),
    );
    await evictDurableObject(taskStub(taskId));
    const text = await exportOf(taskId);
    expect(text).toContain('"body":null');
    expect(await badLine(text)).toBe(0);
    expect(await flipped(text)).toEqual([]);
  }, 120_000);

  it('a body that the manifest does not name is missed', async () => {
    const at = linesOf(bundle).findIndex((line) => line.includes('"kind":"p"'));
    const lines = linesOf(bundle).map((line, index) =>
      index === at ? line.replace(/"body":".*"\}$/, '"body":null}') : line,
    );
    expect(await badLine(ended(lines))).toBe(at + 1);
  });
});

describe('A bundle verifies after key rotation with the public keys alone.', () => {
  it('one from before the rotation, and one that was exported after it', async () => {
    const taskId = await newRun();
    const before = await exportOf(taskId);
    const now = Date.now();
    const forced = { ...env, ROTATE_KEYS_AT: new Date(now).toISOString() };
    for (const ms of [1, 700_000, 1_400_000, 86_400_000]) await rotateKeys(forced, now + ms);
    forgetReceiptKeys();
    const after = await exportOf(taskId);
    const all = await keysNow();
    expect(all.size).toBeGreaterThan(keys.size);
    expect(await badLine(before, all)).toBe(0);
    expect(await badLine(after, all)).toBe(0);
    expect(await badLine(bundle, all)).toBe(0);
  });

  it('under foreign keys nothing holds, and its own are not trusted', async () => {
    const foreign = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    expect(foreign).toBeTruthy();
    expect(await badLine(bundle, new Map())).not.toBe(0);
    // It agrees with itself; that this proves nothing is for the command to say.
    expect(await badLine(bundle, null)).toBe(0);
  });
});
