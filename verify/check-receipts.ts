// Steps 5 to 8: what receipts say, held against the log and against each other.

import type { Receipt } from '../src/contract/receipt.ts';
import { BadEntry } from './bad-entry.ts';
import { valueHash } from './digest.ts';
import type { Decided, LogFacts } from './log-facts.ts';

export interface SaidReceipt {
  readonly line: number;
  readonly said: Receipt;
}

const DECISIONS: Readonly<Record<string, readonly string[]>> = {
  'gate:approved': ['approved'],
  'gate:rejected': ['rejected', 'expired'],
  'gate:changes-requested': ['changes-requested'],
  'gate:waived': ['waived'],
  'gate:consumed': ['approved'],
};

/** Each is about an event of this log, in its order, and none is missing. */
export const checkPlaces = (receipts: readonly SaidReceipt[], facts: LogFacts): void => {
  let before = 0;
  for (const { line, said } of receipts) {
    const { seq, hash } = said.log;
    if (seq <= before) throw new BadEntry(line, 'it does not come after the receipt before it');
    before = seq;
    const event = facts.decided.get(seq);
    if (event === undefined)
      throw new BadEntry(line, `event ${seq} of the log is none that is proven`);
    if (event.blockHash !== hash) throw new BadEntry(line, `it is about another event ${seq}`);
    if (!isAbout(said, event)) throw new BadEntry(line, `it does not say what event ${seq} does`);
  }
  const proven = new Set(receipts.map(({ said }) => said.log.seq));
  for (const { seq, line } of facts.decided.values()) {
    if (!proven.has(seq)) throw new BadEntry(line, `its event ${seq} has no receipt`);
  }
};

const isAbout = (
  { gate, kind, decision, actionHash, consumed }: Receipt,
  { type, data }: Decided,
) =>
  data['gateId'] === gate.id &&
  (data['actionHash'] ?? actionHash) === actionHash &&
  (type === 'gate:consumed') === (kind === 'gate.consumed') &&
  (type !== 'gate:consumed' || data['byId'] === consumed?.sub) &&
  (DECISIONS[type]?.includes(decision) ?? true);

/** The digests, computed again from what the log says. */
export const checkDigests = async (
  receipts: readonly SaidReceipt[],
  facts: LogFacts,
): Promise<void> => {
  for (const { line, said } of receipts) {
    const { gate, task, attempt, nonce, actionHash, requester, context, policyHash } = said;
    const target = { taskId: task, gate: gate.name };
    const standard = await valueHash({ type: 'gate.default', target, params: { attempt } });
    if (actionHash !== standard && !facts.actionHashes.has(actionHash)) {
      throw new BadEntry(line, 'the action that it names is not in the log');
    }
    if (policyHash !== null && !facts.policies.has(policyHash)) {
      throw new BadEntry(line, 'the policy that it names is not in the log');
    }
    if (said.bindingHash === null || nonce === null) continue;
    const bound = { v: 1, gateId: gate.id, nonce, actionHash, requester, context, policyHash };
    if ((await valueHash(bound)) !== said.bindingHash) {
      throw new BadEntry(line, 'its binding is not made of what it says');
    }
  }
};

/** Enough people, each once, none of them the one who asked where that is banned. */
export const checkVotes = (receipts: readonly SaidReceipt[], facts: LogFacts): void => {
  for (const { line, said } of receipts) {
    // What was used is held against its approval; a voice that was given beforehand is one like any other.
    if (said.kind === 'gate.consumed') continue;
    const { decision, votes, required, assurance } = said;
    if (decision === 'rejected' && !votes.some((vote) => vote.decision === 'reject')) {
      throw new BadEntry(line, 'nobody has rejected it');
    }
    if (decision !== 'approved') continue;
    const voters = votes.filter((vote) => vote.decision === 'approve').map(({ sub }) => sub);
    // In open mode nobody shows who they are: people are told apart by the names they give.
    const count = assurance === 'open' ? voters.length : new Set(voters).size;
    if (count < required) {
      throw new BadEntry(line, `${count} of ${required} people have approved it`);
    }
    if (assurance === 'open') continue;
    if (count < voters.length) throw new BadEntry(line, 'one person has approved it twice');
    const self = selfOf(said, facts).find((sub) => voters.includes(sub));
    if (self !== undefined) throw new BadEntry(line, `${self} has approved what they asked for`);
  }
};

/** Whose approval does not count: everyone in the requester's chain, where the policy bans it. */
const selfOf = ({ policyHash, requester }: Receipt, facts: LogFacts): readonly string[] => {
  const policy = policyHash === null ? undefined : facts.policies.get(policyHash);
  if (policy?.['preventSelfApproval'] !== true) return [];
  const { sub, runnerId, runnerOwner, onBehalfOf } = requester ?? {};
  return [sub, runnerId, runnerOwner, onBehalfOf, facts.createdBy].filter(
    (one) => typeof one === 'string',
  );
};

/** What was used was approved before, with the same nonce, and never twice. */
export const checkUses = (receipts: readonly SaidReceipt[]): void => {
  const approved = new Map<string, Receipt>();
  const used = new Set<string>();
  for (const { line, said } of receipts) {
    const { kind, decision, gate } = said;
    if (kind !== 'gate.consumed') {
      if (decision === 'approved') approved.set(gate.id, said);
      else approved.delete(gate.id);
      continue;
    }
    const before = approved.get(gate.id);
    const isSame = before?.nonce === said.nonce && before?.actionHash === said.actionHash;
    if (before === undefined) throw new BadEntry(line, 'it was used, and nobody had approved it');
    if (!isSame) throw new BadEntry(line, 'another action was used than the one approved');
    if (used.has(gate.id)) throw new BadEntry(line, 'it was used twice');
    used.add(gate.id);
  }
};
