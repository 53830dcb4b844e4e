import { ok, type Result, refuse } from '../contract/error.ts';
import type { InvitationState } from '../contract/invitation.ts';

export type InvitationDeed = 'accept' | 'revoke' | 'resend';

/** What may be done in which state, and what it comes to. All else is refused. */
const TRANSITIONS: Readonly<
  Record<InvitationState, Readonly<Partial<Record<InvitationDeed, InvitationState>>>>
> = {
  pending: { accept: 'accepted', revoke: 'revoked', resend: 'pending' },
  expired: { resend: 'pending' },
  accepted: {},
  revoked: {},
};

/** The state at a time: one that has waited too long has expired, whatever is written. */
export function stateAt(
  { state, expiresAt }: { readonly state: InvitationState; readonly expiresAt: number },
  nowMs: number,
): InvitationState {
  return state === 'pending' && expiresAt <= nowMs ? 'expired' : state;
}

/** The state after a deed, or why it cannot be done. */
export function nextState(state: InvitationState, deed: InvitationDeed): Result<InvitationState> {
  const next = TRANSITIONS[state][deed];
  if (next !== undefined) return ok(next);
  return refuse(
    'invalid_transition',
    `The invitation ${SINCE[state]}: it cannot ${WORDS[deed]} any more.`,
  );
}

const SINCE: Readonly<Record<InvitationState, string>> = {
  pending: 'waits',
  expired: 'has expired',
  accepted: 'was accepted before',
  revoked: 'was revoked',
};

const WORDS: Readonly<Record<InvitationDeed, string>> = {
  accept: 'be accepted',
  revoke: 'be revoked',
  resend: 'be sent again',
};
