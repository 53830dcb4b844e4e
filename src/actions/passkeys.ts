// Passkeys: the browser is given a challenge, and what it answers makes a sign-in or a new passkey.

import { newId } from '../auth/id.ts';
import { standingOf } from '../auth/memberships.ts';
import { newSignin } from '../auth/new-signin.ts';
import { newRecoveryCode, RECOVERY_CODES, readRecoveryCode } from '../auth/recovery-code.ts';
import { hashSecret } from '../auth/secret-hash.ts';
import {
  creationOptions,
  requestOptions,
  userOf,
  verifyCreation,
  verifyUse,
} from '../auth/webauthn.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type {
  PasskeyCredential,
  PasskeyOptions,
  PasskeyPurpose,
  PasskeyVerifyBody,
  RecoveryCodes,
} from '../contract/signin.ts';
import { type CeremonyRow, keepCeremony, takeCeremony } from '../db/ceremonies.ts';
import { platformDb } from '../db/database.ts';
import {
  findPasskey,
  insertPasskey,
  listPasskeys,
  PASSKEYS_MAX,
  usePasskey,
} from '../db/passkeys.ts';
import { countRecoveryCodes, insertRecoveryCodesAfter } from '../db/recovery-codes.ts';
import type { SigninRow } from '../db/signins.ts';
import { admitBrowser, checkFresh, INVALID, UNKNOWN } from './signins.ts';
import type { Admitted, Visit } from './visit.ts';

const CEREMONY_MS = 5 * 60_000;
/** Possession of a key, and the authenticator has verified its user. */
const AMR = ['pop', 'user'];

/** A challenge for five minutes and one answer. It is the same for whoever asks, so it tells nothing of who is known. */
export async function startPasskey(
  visit: Visit,
  purpose: PasskeyPurpose,
): Promise<Result<PasskeyOptions>> {
  const { env, now } = visit;
  const signin = signinFor(visit, purpose);
  if (!signin.ok) return signin;
  const publicKey = await optionsFor(visit, purpose, signin.value);
  if (!publicKey.ok) return publicKey;
  const id = newId('cer', now);
  const { challenge } = publicKey.value;
  const userId = signin.value?.userId ?? null;
  const row = { id, purpose, challenge, userId, data: null, expiresAt: now + CEREMONY_MS };
  await keepCeremony(platformDb(env), row, now);
  return ok({ ceremonyId: id, publicKey: { ...publicKey.value } });
}

/** Whose sign-in a ceremony is for: nobody's, where it is to make one. */
function signinFor(visit: Visit, purpose: PasskeyPurpose): Result<SigninRow | null> {
  const { signin } = visit;
  if (purpose === 'signin') return ok(null);
  if (signin === null) return UNKNOWN;
  if (purpose === 'register' && signin.setup) return ok(signin);
  if (signin.setup) return INVALID;
  return purpose === 'register' ? checkFresh(visit, signin) : ok(signin);
}

async function optionsFor(visit: Visit, purpose: PasskeyPurpose, signin: SigninRow | null) {
  const { env, now, origin } = visit;
  if (signin === null) return ok(await requestOptions({ origin }));
  const passkeys = await listPasskeys(platformDb(env), signin.userId);
  if (purpose === 'stepUp') return ok(await requestOptions({ origin }, passkeys));
  const standing = await standingOf(env, signin.userId, { nowMs: now, fresh: true });
  if (!standing.ok) return standing;
  if (standing.value === null) return INVALID;
  const { id, name, email } = standing.value;
  return ok(await creationOptions({ origin }, { id, name, label: email ?? name }, passkeys));
}

/** Takes what the browser has answered: null, or the recovery codes that a first passkey comes with. */
export async function finishPasskey(
  visit: Visit,
  { ceremonyId, credential }: PasskeyVerifyBody,
): Promise<Result<Admitted<RecoveryCodes | null>>> {
  const ceremony = await takeCeremony(platformDb(visit.env), ceremonyId, visit.now);
  if (ceremony === null) return INVALID;
  return ceremony.purpose === 'register'
    ? register(visit, ceremony, credential)
    : signIn(visit, ceremony, credential);
}

async function signIn(
  visit: Visit,
  ceremony: CeremonyRow,
  credential: PasskeyCredential,
): Promise<Result<Admitted>> {
  const { env, now, origin, browser } = visit;
  const db = platformDb(env);
  const known = await findPasskey(db, credential.id);
  if (known === null) return INVALID;
  const { id, userId } = known;
  // Found by itself a passkey says of whom it is (WebAuthn §7.2); asked for by name it need not.
  const says = userOf(credential) ?? (ceremony.purpose === 'stepUp' ? userId : null);
  const bound = ceremony.purpose === 'stepUp' ? ceremony.userId === userId : true;
  if (says !== userId || !bound) return INVALID;
  if (ceremony.purpose === 'stepUp' && visit.signin?.userId !== userId) return INVALID;
  const use = await verifyUse({ origin }, ceremony.challenge, { credential, known });
  if (use === null) return INVALID;
  const signin = await newSignin(env, { userId, browser, amr: AMR }, now);
  return admitBrowser(visit, {
    signin,
    before: [usePasskey(db, id, { ...use, now })],
    action: ceremony.purpose === 'stepUp' ? 'signin.renewed' : 'signin.created',
    body: null,
  });
}

async function register(
  visit: Visit,
  ceremony: CeremonyRow,
  credential: PasskeyCredential,
): Promise<Result<Admitted<RecoveryCodes | null>>> {
  const { env, now, origin, browser } = visit;
  const db = platformDb(env);
  // That the sign-in was young enough was asked when the ceremony began.
  if (visit.signin === null || visit.signin.userId !== ceremony.userId) return INVALID;
  const { userId, setup, authTime, amr } = visit.signin;
  const made = await verifyCreation({ origin }, ceremony.challenge, credential);
  if (made === null) return INVALID;
  const id = newId('psk', now);
  const passkey = { ...made, id, userId, createdAt: now, lastUsedAt: null };
  const codes = (await countRecoveryCodes(db, userId)) === 0 ? newCodes() : [];
  const hashes = await Promise.all(
    codes.map((code) => hashSecret(env, readRecoveryCode(code) ?? code)),
  );
  // A passkey more proves nothing anew; the first one does.
  const proof = setup ? { amr: AMR } : { amr, authTimeMs: authTime };
  const admitted = await admitBrowser(visit, {
    signin: await newSignin(env, { userId, browser, ...proof }, now),
    before: [
      insertPasskey(db, passkey),
      ...(codes.length === 0 ? [] : [insertRecoveryCodesAfter(db, userId, hashes)]),
    ],
    action: 'passkey.created',
    target: { type: 'passkey', id },
    body: codes.length === 0 ? null : { recoveryCodes: codes },
  });
  if (admitted.ok) return admitted;
  const count = (await listPasskeys(db, userId)).length;
  return count >= PASSKEYS_MAX
    ? refuse('limit_reached', `A person has at most ${PASSKEYS_MAX} passkeys.`)
    : refuse('conflict', 'This passkey is registered already.');
}

const newCodes = (): string[] => Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
