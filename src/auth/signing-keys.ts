// The keys that tokens are signed and checked with, as this isolate knows them: for at most 60 s, and longer only while
// D1 is away.

import { logLine } from '../contract/log-line.ts';
import { KEY_RETIRES_MS, KEYS_KEPT_MS } from '../contract/token-timing.ts';
import { platformDb } from '../db/database.ts';
import { findLiveKeys, insertKey, type StoredKey, stepKey } from '../db/signing-keys.ts';
import { importSigner, importVerifier, type Signer } from './import-signing-key.ts';
import type { LookupEnv } from './lookup.ts';
import { newSigningKey } from './new-signing-key.ts';

export const ALGORITHMS = ['ES256', 'RS256'] as const;

export type { Signer } from './import-signing-key.ts';

export interface KeyRing {
  readonly signer: Signer;
  /** By `kid`: the only way in which the name of a key is ever looked up. */
  readonly verifiers: ReadonlyMap<string, Signer>;
  /** What is published: public members only. */
  readonly jwks: readonly Readonly<Record<string, unknown>>[];
}

/** An unknown `kid` may be a key that is younger than what we know; anybody can make one up. */
const RELOAD_MS = 5_000;

let known: { readonly ring: KeyRing; readonly readAt: number } | undefined;
let triedAt = 0;

/** The keys; null only where D1 is away and this isolate has never read them. */
export async function keyRing(env: LookupEnv, nowMs: number): Promise<KeyRing | null> {
  if (known !== undefined && Math.abs(nowMs - known.readAt) <= KEYS_KEPT_MS) return known.ring;
  return reload(env, nowMs);
}

/** The key of this name, or undefined; null where that cannot be known at the moment. */
export async function verifierOf(
  env: LookupEnv,
  kid: string,
  nowMs: number,
): Promise<Signer | undefined | null> {
  const ring = await keyRing(env, nowMs);
  const found = ring?.verifiers.get(kid);
  if (found !== undefined || ring === null) return found ?? null;
  if (Math.abs(nowMs - triedAt) < RELOAD_MS) return undefined;
  return (await reload(env, nowMs))?.verifiers.get(kid);
}

/** Reads the keys anew at the next use; for the isolate that has changed them. */
export function forgetKeys(): void {
  known = undefined;
}

async function reload(env: LookupEnv, nowMs: number): Promise<KeyRing | null> {
  const mayTry = known === undefined || Math.abs(nowMs - triedAt) >= RELOAD_MS;
  if (!mayTry) return known?.ring ?? null;
  triedAt = nowMs;
  try {
    const ring = await readRing(env, nowMs);
    known = { ring, readAt: nowMs };
    return ring;
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('D1_ERROR'))) throw error;
    console.error(logLine({ level: 'error', message: 'D1 is away', error: String(error) }));
    return known?.ring ?? null;
  }
}

async function readRing(env: LookupEnv, nowMs: number): Promise<KeyRing> {
  const db = platformDb(env);
  const stored = await findLiveKeys(db);
  const ring = await importRing(env, stored);
  if (ring !== null) return ring;
  const made = await newSigningKey(env, { state: 'active', notBefore: nowMs, retireAt: null });
  const lost = stored.filter(({ state }) => state === 'active');
  // A key that no ROOT_KEY opens can sign nothing; what it has signed is still good.
  const steps = lost.map(({ kid, notBefore }) =>
    stepKey(db, {
      ...{ kid, notBefore, from: 'active', to: 'retiring' },
      retireAt: nowMs + KEY_RETIRES_MS,
    }),
  );
  await db.batch([...steps, insertKey(db, made)]);
  const again = await importRing(env, await findLiveKeys(db));
  if (again === null) throw new Error('The signing key cannot be opened with ROOT_KEY.');
  return again;
}

/** Null where no key can sign. */
async function importRing(env: LookupEnv, stored: readonly StoredKey[]): Promise<KeyRing | null> {
  const active = stored.find(({ state }) => state === 'active');
  const signer = active === undefined ? null : await importSigner(env, active);
  if (signer === null) return null;
  const verifiers = new Map<string, Signer>();
  const jwks: Record<string, unknown>[] = [];
  for (const key of stored) {
    const { verifier, published } = await importVerifier(key);
    verifiers.set(key.kid, verifier);
    jwks.push(published);
  }
  return { signer, verifiers, jwks };
}
