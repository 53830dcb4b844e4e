import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate, GateVote } from '../../../contract/gate.ts';
import type { Actor } from '../../../contract/principal.ts';
import type { DecideGate } from '../../command.ts';
import type { TaskState } from '../../task.ts';

/** Only a person decides: never an agent, a service or a runner, in any mode. */
export function mayDecide(actor: Actor): Result<null> {
  if (actor.kind === 'agent') return refuse('agent_forbidden', 'Agents may not decide gates.');
  if (actor.kind !== 'person') return refuse('human_required', 'Only a person may decide a gate.');
  return ok(null);
}

/** Without a credential in open mode the body's `approver` is believed; else it is only a claim. */
export function deciderOf(command: DecideGate) {
  const { actor, approver } = command;
  if (actor.open) return { name: approver ?? actor.name, id: actor.id };
  return approver === undefined
    ? { name: actor.name, id: actor.id }
    : { name: actor.name, id: actor.id, claimed: approver };
}

/** What every event of a decision says. */
export function facts(gate: Gate, command: DecideGate, status: TaskState['status']) {
  const decider = deciderOf(command);
  return {
    gateId: gate.id,
    gateName: gate.name,
    status,
    approverId: decider.id,
    actionHash: gate.actionHash,
    ...(command.comment === undefined ? {} : { comment: command.comment }),
    ...(decider.claimed === undefined ? {} : { claimedApprover: decider.claimed }),
  };
}

/** Whether this person is one of those who decide this gate. */
export function isAsked(gate: Gate, command: DecideGate): Result<null> {
  const { name, id } = deciderOf(command);
  const { approvers = [] } = gate;
  if (approvers.length > 0 && !approvers.includes(name) && !approvers.includes(id)) {
    return refuse('not_an_approver', `The gate is decided by: ${approvers.join(', ')}.`);
  }
  return ok(null);
}

/** Two people are two votes. Without credentials in open mode people are told apart by the names they give. */
export const isSameVoter = (vote: GateVote, decider: { name: string; id: string }, open: boolean) =>
  vote.approverId === decider.id && (!open || vote.approver === decider.name);
