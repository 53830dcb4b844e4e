// What receipts say of each other: steps that a server which signs honestly never fails.
import { describe, expect, it } from 'vitest';
import type { Receipt, ReceiptVote } from '../../src/contract/receipt.ts';
import { BadEntry } from '../../verify/bad-entry.ts';
import { checkUses, checkVotes, type SaidReceipt } from '../../verify/check-receipts.ts';
import { LogFacts } from '../../verify/log-facts.ts';

const AT = '2026-11-21T10:00:00.000Z';
const voteOf = (sub: string): ReceiptVote => ({
  ...{ sub, decision: 'approve', at: AT, amr: [], authTime: null, via: 'console' },
  ...{ commentHash: null, delegatedBy: null },
});
const DECIDED: Receipt = {
  ...{ v: 1, iss: 'https://sluice.example.com', jti: 'rcp_1', iat: 1, kind: 'gate.decision' },
  ...{ project: 'prj_1', task: 'task_1', attempt: 1, decision: 'approved', required: 1 },
  gate: { id: 'gate_1', name: 'push', instance: 1, source: 'request' },
  ...{ actionHash: 'sha256:a', bindingHash: 'sha256:b', nonce: 'n', policyHash: 'sha256:p' },
  requester: { sub: 'agt_1', runnerId: 'run_1', runnerOwner: 'usr_b', onBehalfOf: 'usr_a' },
  ...{ context: null, votes: [voteOf('usr_c')], consumed: null },
  ...{ log: { seq: 1, hash: 'h' }, assurance: 'verified' },
};
const USED: Receipt = {
  ...DECIDED,
  kind: 'gate.consumed',
  consumed: { sub: 'run_1', leaseId: 'lse_1', epoch: 1, at: AT, effectiveHash: null },
};
const linesOf = (...all: readonly Receipt[]): readonly SaidReceipt[] =>
  all.map((said, index) => ({ line: index + 1, said }));

/** The line that does not hold; 0: all of them do. */
function badLine(check: () => void): number {
  try {
    check();
    return 0;
  } catch (error) {
    if (error instanceof BadEntry) return error.line;
    throw error;
  }
}

describe('the uses in a bundle', () => {
  it.each([
    ['after its approval holds', [DECIDED, USED], 0],
    ['of what nobody had approved is found', [USED], 1],
    ['that comes a second time is found', [DECIDED, USED, USED], 3],
    ['under another nonce is found', [DECIDED, { ...USED, nonce: 'm' }], 2],
    ['of another action is found', [DECIDED, { ...USED, actionHash: 'sha256:c' }], 2],
    [
      'of what was refused since is found',
      [DECIDED, { ...DECIDED, decision: 'rejected' }, USED],
      3,
    ],
  ] as const)('one %s', (_, receipts, line) => {
    expect(badLine(() => checkUses(linesOf(...receipts)))).toBe(line);
  });
});

describe('the votes in a bundle', () => {
  const banned = new LogFacts();
  banned.createdBy = 'usr_a';
  banned.policies.set('sha256:p', { preventSelfApproval: true });
  const votedBy = (sub: string) => linesOf({ ...DECIDED, votes: [voteOf(sub)] });

  it.each(['usr_a', 'usr_b', 'agt_1', 'run_1'])('of %s, who asks for it, is found', (sub) => {
    expect(badLine(() => checkVotes(votedBy(sub), banned))).toBe(1);
    expect(badLine(() => checkVotes(votedBy(sub), new LogFacts()))).toBe(0);
  });

  it('are counted where one of them was given beforehand, too', () => {
    const standing = { ...DECIDED, kind: 'standing.use' } as const;
    const votes = (sub: string, required: number) =>
      linesOf({ ...standing, required, votes: [{ ...voteOf(sub), via: 'standing' }] });
    expect(badLine(() => checkVotes(votes('usr_c', 1), banned))).toBe(0);
    expect(badLine(() => checkVotes(votes('usr_c', 2), banned))).toBe(1);
    expect(badLine(() => checkVotes(votes('usr_a', 1), banned))).toBe(1);
  });

  it('of somebody else holds', () => {
    expect(badLine(() => checkVotes(votedBy('usr_c'), banned))).toBe(0);
  });
});
