import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate } from '../../../contract/gate.ts';
import { Course } from '../../course.ts';
import type { Decision } from '../../draft.ts';
import type { WithdrawVote } from '../../gate-command.ts';
import { policyOf } from '../../gate-policy.ts';
import { gateNamed } from '../../gates.ts';
import { isEnded, isWorking, type TaskState } from '../../task.ts';
import { deciderOf, isSameVoter } from './decider.ts';

/** Whether the task, which went on behind the approval, comes back to wait for another one. */
function comesBack(state: TaskState, { source, blocking }: Gate): boolean {
  if (state.hold !== undefined) return false;
  if (source === 'request') return blocking !== false && isWorking(state.status);
  return isWorking(state.status) || state.status === 'queued';
}

/** A vote is taken back, as long as nobody has done what it allowed. */
export function decideWithdraw(state: TaskState, command: WithdrawVote): Result<Decision> {
  const gate = gateNamed(state, command.gate);
  if (gate === undefined) {
    return refuse('gate_not_required', `The task has no gate named ${command.gate}.`);
  }
  if (isEnded(state.status)) {
    return refuse('invalid_transition', `The task has ended (current status: ${state.status}).`);
  }
  const { state: stands = gate.status } = gate;
  if (stands === 'consumed') return refuse('gate_consumed', 'The approval has been used.');
  if (stands !== 'pending' && stands !== 'approved') {
    return refuse('gate_decided', `The gate has been decided: ${stands}.`, { state: stands });
  }
  const decider = deciderOf(command);
  const { votes = [] } = gate;
  const rest = votes.filter((vote) => !isSameVoter(vote, decider, command.actor.open));
  if (rest.length === votes.length) return ok({ drafts: [] });
  const reopens = stands === 'approved' && rest.length < policyOf(gate).required;
  const { comment } = command;
  const decision = new Course(state, command.now).add({
    type: 'gate:withdrawn',
    data: {
      ...{ gateId: gate.id, gateName: gate.name, instance: gate.instance },
      ...{ by: decider.name, byId: decider.id },
      status: reopens && comesBack(state, gate) ? 'waiting-approval' : state.status,
      ...(comment === undefined ? {} : { reason: comment }),
      changed: { votes: rest, ...(reopens ? { status: 'pending', state: 'pending' } : {}) },
    },
  }).decision;
  return ok(decision);
}
