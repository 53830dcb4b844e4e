// Votes count for those who could still give them when the last one comes.

import type { Gate, GateVote } from '../../../contract/gate.ts';
import type { DecideGate, EditGate } from '../../gate-command.ts';
import { policyOf } from '../../gate-policy.ts';
import { gateNamed } from '../../gates.ts';
import type { TaskState } from '../../task.ts';
import { deciderOf, isSameVoter } from './decider.ts';
import { decides, decidesOwn, isAskersVoice, isSelfBanned } from './who-may.ts';

/** Of whom the standing has to be known before a decision, and whom the gate asks, for how many those are. */
export interface FactsNeeded {
  readonly voters: readonly string[];
  readonly from: readonly string[] | null;
}

const votesOfOthers = ({ votes = [] }: Gate, command: DecideGate): readonly GateVote[] =>
  votes.filter((vote) => !isSameVoter(vote, deciderOf(command), command.actor.open));

/**
 * What the members of the project have to say before this decision: when it fills a quorum that others have voted in, and
 * when somebody approves their own where that hangs on how many could. Null: the decision needs nothing but itself.
 */
export function factsNeeded(state: TaskState, command: DecideGate): FactsNeeded | null {
  const gate = gateNamed(state, command.gate);
  const { actor, decision } = command;
  if (decision !== 'approve' || gate?.status !== 'pending' || actor.open) return null;
  const { required, preventSelfApproval, from } = policyOf(gate);
  const others = votesOfOthers(gate, command);
  if (others.length < (gate.votes ?? []).length) return null;
  const fills = others.length > 0 && others.length + 1 >= required;
  const asksWhether = preventSelfApproval === null && decidesOwn(state, gate, command);
  if (!fills && !asksWhether) return null;
  return { voters: others.map(({ approverId }) => approverId), from };
}

/** The same before an edit, by which its editor approves and all votes are void, their own too. */
export function factsNeededToEdit(state: TaskState, command: EditGate): FactsNeeded | null {
  const gates = state.gates.map(({ votes: _, ...gate }) => gate);
  const approval = { ...command, type: 'decide-gate', decision: 'approve' } as const;
  return factsNeeded({ ...state, gates }, approval);
}

/** The votes of others that still count: who has lost the role, or asks for it themselves, is left out. */
export function countedVotes(
  state: TaskState,
  gate: Gate,
  command: DecideGate,
): readonly GateVote[] {
  const others = votesOfOthers(gate, command);
  const { actor, facts, now } = command;
  // In open mode all are the one owner, under the names that they give.
  if (facts === undefined || actor.open) return others;
  const isBanned = isSelfBanned(gate, command);
  return others.filter(({ approver: name, approverId: id }) => {
    const role = Object.hasOwn(facts.standings, id) ? facts.standings[id] : undefined;
    if (role === undefined || !decides(gate, { id, name, role }, now)) return false;
    return !isBanned || !isAskersVoice(state, gate, { id, name, role }, now);
  });
}
