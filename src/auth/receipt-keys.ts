// The keys that receipts and checkpoints are signed with. Their public parts are published for ever, for what they have
// signed is to be checked years later, without this server.

import type { JWK } from 'jose';
import { KEYS_KEPT_MS } from '../contract/token-timing.ts';
import { platformDb } from '../db/database.ts';
import { findAllKeys, insertKey, type StoredKey, stepKey } from '../db/signing-keys.ts';
import { importSigner, publishedKey, type Signer } from './import-signing-key.ts';
import type { LookupEnv } from './lookup.ts';
import { newSigningKey } from './new-signing-key.ts';

interface TimedSigner extends Signer {
  readonly notBefore: number;
}

interface ReceiptRing {
  /** Those that can sign, newest first; one at least. */
  readonly signers: readonly TimedSigner[];
  readonly published: readonly Readonly<Record<string, unknown>>[];
}

let known: { readonly ring: ReceiptRing; readonly readAt: number } | undefined;

/**
 * The key for what happened at `atMs`: the same whoever asks and whenever, as long as it is not retired. A key signs only
 * what is younger than itself by as long as an isolate may not have heard of it.
 */
export async function receiptSigner(env: LookupEnv, atMs: number, nowMs: number): Promise<Signer> {
  const { signers } = await receiptRing(env, nowMs);
  const signer =
    signers.find(({ notBefore }) => notBefore + KEYS_KEPT_MS <= atMs) ?? signers.at(-1);
  if (signer === undefined) throw new Error('No receipt key can be opened with ROOT_KEY.');
  return signer;
}

/** All keys there ever were, newest first; public members alone. */
export async function publishedReceiptKeys(
  env: LookupEnv,
  nowMs: number,
): Promise<ReceiptRing['published']> {
  return (await receiptRing(env, nowMs)).published;
}

/** Reads the keys anew at the next use; for the isolate that has changed them. */
export function forgetReceiptKeys(): void {
  known = undefined;
}

async function receiptRing(env: LookupEnv, nowMs: number): Promise<ReceiptRing> {
  if (known !== undefined && Math.abs(nowMs - known.readAt) <= KEYS_KEPT_MS) return known.ring;
  const ring = await readRing(env, nowMs);
  known = { ring, readAt: nowMs };
  return ring;
}

async function readRing(env: LookupEnv, nowMs: number): Promise<ReceiptRing> {
  const db = platformDb(env);
  const stored = await findAllKeys(db, 'receipt');
  const ring = await openRing(env, stored);
  if (ring.signers.length > 0) return ring;
  const life = { state: 'active', notBefore: nowMs, retireAt: null } as const;
  const made = await newSigningKey(env, life, 'receipt');
  // A key that no ROOT_KEY opens can sign nothing; what it has signed is still proof.
  const lost = stored.filter(({ state }) => state === 'active');
  const steps = lost.map(({ kid, notBefore }) =>
    stepKey(db, { kid, notBefore, from: 'active', to: 'retired', retireAt: nowMs }),
  );
  await db.batch([...steps, insertKey(db, made)]);
  return openRing(env, await findAllKeys(db, 'receipt'));
}

async function openRing(env: LookupEnv, stored: readonly StoredKey[]): Promise<ReceiptRing> {
  const signers: TimedSigner[] = [];
  for (const key of stored) {
    if (key.state !== 'active' && key.state !== 'retiring') continue;
    const signer = await importSigner(env, key);
    if (signer !== null) signers.push({ ...signer, notBefore: key.notBefore });
  }
  const published = stored.map(({ kid, alg, publicJwk }) =>
    // Our own bytes: what `newSigningKey` wrote.
    publishedKey(kid, alg, JSON.parse(publicJwk) as JWK),
  );
  return { signers, published };
}
