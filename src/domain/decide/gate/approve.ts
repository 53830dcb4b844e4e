import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate, GateVote } from '../../../contract/gate.ts';
import type { Course } from '../../course.ts';
import type { Decision } from '../../draft.ts';
import type { DecideGate } from '../../gate-command.ts';
import { policyOf } from '../../gate-policy.ts';
import { extendByGate } from '../budget.ts';
import { mayComplete } from '../report.ts';
import { type Decider, deciderOf, decisionFacts, isSameVoter, voteOf } from './decider.ts';
import { goOn, holdOf, statusBehind } from './go-on.ts';
import { countedVotes, factsNeeded } from './weigh-votes.ts';
import { checkApprover } from './who-may.ts';

const UNCHANGED: Decision = { drafts: [] };

/** While a wait holds the approval back more may vote than it asks for; each vote stands in every later one. */
const VOTES_MAX = 50;

interface Said {
  readonly decider: Decider;
  readonly comment?: string | undefined;
  /** All that count. */
  readonly votes: readonly GateVote[];
}

/** Enough have approved: the task goes on. */
export function approve(course: Course, gate: Gate, said: Said): Course {
  const { state } = course;
  const hold = holdOf(state, gate.id);
  course.add({
    type: 'gate:approved',
    data: {
      ...decisionFacts(state, gate, said),
      status: statusBehind(state, gate.id),
      approver: said.decider.name,
      votes: [...said.votes],
    },
  });
  return gate.source === 'budget' ? extendByGate(course, gate, said.decider) : goOn(course, hold);
}

/** Nothing is approved before its wait is over, however many say yes; it begins when the gate is reached. */
const isTooEarly = (gate: Gate, nowMs: number): boolean =>
  policyOf(gate).waitSeconds > 0 &&
  (gate.notBefore === undefined || Date.parse(gate.notBefore) > nowMs);

/** Every approval but the last one of those that a gate asks for is a vote. */
export function approveOrVote(course: Course, gate: Gate, command: DecideGate): Result<Decision> {
  const { state } = course;
  if (factsNeeded(state, command) !== null && command.facts === undefined) {
    return refuse('unavailable', 'Who may decide cannot be looked up at the moment.');
  }
  const may = checkApprover(state, gate, command);
  if (!may.ok) return may;
  const decider = deciderOf(command);
  const { votes = [] } = gate;
  if (votes.some((vote) => isSameVoter(vote, decider, command.actor.open))) return ok(UNCHANGED);
  const hold = holdOf(state, gate.id);
  if (hold?.kind === 'report' && hold.report.status === 'completed') {
    const family = mayComplete(state);
    if (!family.ok) return family;
  }
  if (votes.length >= VOTES_MAX) {
    return refuse('limit_reached', `A gate takes ${VOTES_MAX} votes at most.`);
  }
  const { required: quorum } = policyOf(gate);
  const { comment, now } = command;
  const all = [...countedVotes(state, gate, command), voteOf(gate, command)];
  if (all.length >= quorum && !isTooEarly(gate, now)) {
    return ok(approve(course, gate, { decider, comment, votes: all }).decision);
  }
  const { id: gateId, name: gateName, instance } = gate;
  const { name: approver, id: approverId } = decider;
  const told = comment === undefined ? {} : { comment };
  const who = { gateId, gateName, instance, approver, approverId };
  const { status } = state;
  const data = { ...who, votes: all, quorum, status, ...told };
  return ok(course.add({ type: 'gate:vote', data }).decision);
}
