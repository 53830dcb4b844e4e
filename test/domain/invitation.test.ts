import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INVITATION_STATES } from '../../src/contract/invitation.ts';
import { type InvitationDeed, nextState, stateAt } from '../../src/domain/invitation.ts';

const DEEDS: readonly InvitationDeed[] = ['accept', 'revoke', 'resend'];
const anyState = fc.constantFrom(...INVITATION_STATES);
const WEEK_MS = 7 * 86_400_000;

describe('an invitation', () => {
  it('is accepted or revoked only while it waits, and sent again only while nobody has decided it', () => {
    const allowed = DEEDS.flatMap((deed) =>
      INVITATION_STATES.filter((state) => nextState(state, deed).ok).map((state) => [deed, state]),
    );
    expect(allowed).toEqual([
      ['accept', 'pending'],
      ['revoke', 'pending'],
      ['resend', 'pending'],
      ['resend', 'expired'],
    ]);
  });

  it('is accepted at most once, never after it was revoked, and never past its time', () => {
    const step = fc.record({ deed: fc.constantFrom(...DEEDS), waitMs: fc.nat(WEEK_MS) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let now = 0;
        let invitation: Parameters<typeof stateAt>[0] = { state: 'pending', expiresAt: WEEK_MS };
        let accepted = 0;
        for (const { deed, waitMs } of steps) {
          now += waitMs;
          const before = stateAt(invitation, now);
          const next = nextState(before, deed);
          if (!next.ok) continue;
          expect(before === 'accepted' || before === 'revoked').toBe(false);
          if (deed === 'accept') {
            accepted += 1;
            expect(now).toBeLessThan(invitation.expiresAt);
          }
          const expiresAt = deed === 'resend' ? now + WEEK_MS : invitation.expiresAt;
          invitation = { state: next.value, expiresAt };
        }
        expect(accepted).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2_000 },
    );
  });

  it('stays what it is once it is decided, however late it is', () => {
    fc.assert(
      fc.property(anyState, fc.nat(), fc.nat(), (state, expiresAt, now) => {
        const shown = stateAt({ state, expiresAt }, now);
        const expires = state === 'pending' && now >= expiresAt;
        expect(shown).toBe(expires ? 'expired' : state);
      }),
      { numRuns: 1_000 },
    );
  });
});
