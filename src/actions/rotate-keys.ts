// The signing keys take their next step, if one is due. Called once a minute, by as many isolates as there may be.

import type { LookupEnv } from '../auth/lookup.ts';
import { newSigningKey } from '../auth/new-signing-key.ts';
import { forgetKeys } from '../auth/signing-keys.ts';
import { platformDb } from '../db/database.ts';
import { findLiveKeys, insertKey, stepKey } from '../db/signing-keys.ts';
import { planKeys } from '../domain/signing-keys.ts';

export interface RotationEnv extends LookupEnv {
  /** An ISO time at which the key that is active then is replaced. */
  readonly ROTATE_KEYS_AT?: string;
}

/** Makes, activates, retires and forgets keys as their plan says. */
export async function rotateKeys(env: RotationEnv, now: number): Promise<void> {
  const db = platformDb(env);
  const plan = planKeys(await findLiveKeys(db), now, rotateAt(env));
  const made = plan.make && (await newSigningKey(env, { ...plan.make, retireAt: null }));
  const statements = [
    ...plan.changes.map((change) => stepKey(db, change)),
    ...(made === null ? [] : [insertKey(db, made)]),
  ];
  if (statements.length === 0) return;
  await db.batch(statements);
  forgetKeys();
}

/** A time that cannot be read forces nothing. */
function rotateAt({ ROTATE_KEYS_AT }: RotationEnv): number | null {
  const at = Date.parse(ROTATE_KEYS_AT ?? '');
  return Number.isNaN(at) ? null : at;
}
