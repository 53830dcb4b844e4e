import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate } from '../../../contract/gate.ts';
import { Course } from '../../course.ts';
import type { Decision } from '../../draft.ts';
import type { DecideGate } from '../../gate-command.ts';
import { policyOf } from '../../gate-policy.ts';
import { gateNamed } from '../../gates.ts';
import { isEnded, type TaskState } from '../../task.ts';
import { approveOrVote } from './approve.ts';
import { deciderOf, isSameVoter } from './decider.ts';
import { isOnlyDenied, reject } from './reject.ts';
import { requestChanges } from './request-changes.ts';
import { checkAsked } from './who-may.ts';

/** Rounds of changes are many instances of one gate; somewhere a person should reject. */
const GATES_MAX = 200;

const VERBS = { approve: 'approved', reject: 'rejected', 'request-changes': undefined } as const;

function repeated(gate: Gate, command: DecideGate): boolean {
  const { votes = [] } = gate;
  const decider = deciderOf(command);
  const voted = votes.some((vote) => isSameVoter(vote, decider, command.actor.open));
  if (command.decision === 'approve' && gate.status === 'approved' && voted) return true;
  return gate.status === VERBS[command.decision] && gate.approverId === command.actor.id;
}

const ACTION_CHANGED = refuse('action_changed', 'The action is no longer the one that was seen.');

/** Whether what was seen is what is there; some gates want to hear it. */
function checkSeen(gate: Gate, { actionHash }: DecideGate): Result<null> {
  const isLater = gate.source === 'request' && gate.instance > 1;
  if (actionHash === undefined && (isLater || policyOf(gate).requireActionHash)) {
    return refuse('precondition_required', 'Say which action you decide on: actionHash.');
  }
  if (actionHash !== undefined && actionHash !== gate.actionHash) {
    return ACTION_CHANGED;
  }
  return ok(null);
}

/** Whether people are asked about another action in the place of the one of this instance. */
const isReplaced = ({ gates }: TaskState, { id, name, state }: Gate): boolean =>
  state === 'cancelled' && gates.findLast((gate) => gate.name === name)?.id !== id;

/** Whether there is anything left to decide. Null: it was decided so by this person before. */
function checkOpen(state: TaskState, gate: Gate, command: DecideGate): Result<true | null> {
  if (gate.status !== 'pending') {
    if (repeated(gate, command) && gate.reason === undefined) return ok(null);
    if (isReplaced(state, gate)) return ACTION_CHANGED;
    const was = gate.status === 'approved' ? gate.status : (gate.state ?? gate.status);
    return refuse('gate_decided', `The gate has been decided: ${was}.`, { state: was });
  }
  if (gate.expiresAt !== undefined && Date.parse(gate.expiresAt) <= command.now) {
    // The alarm has not rung yet; the deadline counts all the same.
    return refuse('gate_decided', 'The gate has expired.', { state: 'expired' });
  }
  if (isEnded(state.status)) {
    return refuse('invalid_transition', `The task has ended (current status: ${state.status}).`);
  }
  return ok(true);
}

/** One decision on one gate. The first counts; the same again by the same person changes nothing. */
export function decideGate(state: TaskState, command: DecideGate): Result<Decision> {
  const gate = gateNamed(state, command.gate);
  if (gate === undefined) {
    return refuse('gate_not_required', `The task has no gate named ${command.gate}.`);
  }
  const asked = checkAsked(state, gate, command);
  if (!asked.ok) return asked;
  const open = checkOpen(state, gate, command);
  if (!open.ok) return open;
  if (open.value === null) return ok({ drafts: [] });
  const seen = checkSeen(gate, command);
  if (!seen.ok) return seen;
  const course = new Course(state, command.now);
  const { decision, comment } = command;
  if (decision === 'approve') return approveOrVote(course, gate, command);
  if (decision === 'reject') {
    return ok(reject(course, gate, { decider: deciderOf(command), comment }).decision);
  }
  if (state.gates.length >= GATES_MAX) {
    return refuse('too_many_gates', `A task has at most ${GATES_MAX} gates.`);
  }
  if (state.hold?.gateId !== gate.id || isOnlyDenied(gate)) {
    return refuse('not_a_stage_gate', 'Changes can be requested once the task stands at the gate.');
  }
  return ok(requestChanges(course, gate, command).decision);
}
