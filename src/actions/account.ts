import { standingOf } from '../auth/memberships.ts';
import { ok, type Result } from '../contract/error.ts';
import type { PasskeyList, Signin } from '../contract/signin.ts';
import { listPasskeysOf } from './own-passkeys.ts';
import { accountOf, checkFresh, INVALID, listSigninsOf } from './signins.ts';
import type { Visit } from './visit.ts';

/** What a person sees of their own account. */
export interface Account {
  readonly name: string;
  readonly email: string | null;
  readonly passkeys: PasskeyList;
  readonly signins: readonly Signin[];
  /** Whether the sign-in is young enough to change the ways in. */
  readonly isFresh: boolean;
}

export async function readAccount(visit: Visit): Promise<Result<Account>> {
  const mine = accountOf(visit);
  if (!mine.ok) return mine;
  const standing = await standingOf(visit.env, mine.value.userId, { nowMs: visit.now });
  if (!standing.ok) return standing;
  if (standing.value === null) return INVALID;
  const passkeys = await listPasskeysOf(visit);
  if (!passkeys.ok) return passkeys;
  const signins = await listSigninsOf(visit);
  if (!signins.ok) return signins;
  const { name, email } = standing.value;
  const isFresh = checkFresh(visit, mine.value).ok;
  return ok({ name, email, passkeys: passkeys.value, signins: signins.value, isFresh });
}
