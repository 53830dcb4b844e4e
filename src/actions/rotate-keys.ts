// The signing keys take their next step, if one is due. Called once a minute, by as many isolates as there may be.

import type { LookupEnv } from '../auth/lookup.ts';
import { newSigningKey } from '../auth/new-signing-key.ts';
import { forgetReceiptKeys } from '../auth/receipt-keys.ts';
import { forgetKeys } from '../auth/signing-keys.ts';
import { platformDb } from '../db/database.ts';
import { findLiveKeys, insertKey, type KeyPurpose, stepKey } from '../db/signing-keys.ts';
import { planKeys } from '../domain/signing-keys.ts';

export interface RotationEnv extends LookupEnv {
  /** An ISO time at which the key that is active then is replaced. */
  readonly ROTATE_KEYS_AT?: string;
}

/** Makes, activates, retires and forgets keys of each purpose as their plan says. */
export async function rotateKeys(env: RotationEnv, now: number): Promise<void> {
  if (await rotate(env, now, 'token')) forgetKeys();
  if (await rotate(env, now, 'receipt')) forgetReceiptKeys();
}

/** True if anything has changed. */
async function rotate(env: RotationEnv, now: number, purpose: KeyPurpose): Promise<boolean> {
  const db = platformDb(env);
  const plan = planKeys(await findLiveKeys(db, purpose), now, rotateAt(env));
  const life = plan.make && { ...plan.make, retireAt: null };
  const made = life && (await newSigningKey(env, life, purpose));
  const statements = [
    ...plan.changes.map((change) => stepKey(db, change)),
    ...(made === null ? [] : [insertKey(db, made)]),
  ];
  if (statements.length === 0) return false;
  await db.batch(statements);
  return true;
}

/** A time that cannot be read forces nothing. */
function rotateAt({ ROTATE_KEYS_AT }: RotationEnv): number | null {
  const at = Date.parse(ROTATE_KEYS_AT ?? '');
  return Number.isNaN(at) ? null : at;
}
