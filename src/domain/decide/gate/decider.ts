import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate, GateVote } from '../../../contract/gate.ts';
import type { Actor } from '../../../contract/principal.ts';
import { bindingHash } from '../../gate-binding.ts';
import type { DecideGate } from '../../gate-command.ts';
import type { TaskState } from '../../task.ts';
import { handedTo } from './delegations.ts';

/** Only a person decides: never an agent, a service or a runner, in any mode. */
export function mayDecide(actor: Actor): Result<null> {
  if (actor.kind === 'agent') return refuse('agent_forbidden', 'Agents may not decide gates.');
  if (actor.kind !== 'person') return refuse('human_required', 'Only a person may decide a gate.');
  return ok(null);
}

/** Who decides, as the events say it. */
export interface Decider {
  readonly name: string;
  readonly id: string;
  readonly claimed?: string;
}

/** What nobody has decided, and time has. */
export const CLOCK: Decider = { name: 'clock', id: 'clock' };

/** Without a credential in open mode the body's `approver` is believed; else it is only a claim. */
export function deciderOf({ actor, approver }: Pick<DecideGate, 'actor' | 'approver'>): Decider {
  if (actor.open) return { name: approver ?? actor.name, id: actor.id };
  return approver === undefined
    ? { name: actor.name, id: actor.id }
    : { name: actor.name, id: actor.id, claimed: approver };
}

/** Two people are two votes. Without credentials in open mode people are told apart by the names they give. */
export const isSameVoter = (vote: GateVote, decider: Decider, open: boolean): boolean =>
  vote.approverId === decider.id && (!open || vote.approver === decider.name);

/** One person's voice, with what they have seen and how they have shown who they are. */
export function voteOf(gate: Gate, command: DecideGate): GateVote {
  const { comment, decision, signin, now } = command;
  const { name, id } = deciderOf(command);
  const { authTimeMs, amr, via } = signin ?? {};
  const from = handedTo(gate, id, now)?.from;
  return {
    approver: name,
    approverId: id,
    decision,
    at: new Date(now).toISOString(),
    actionHash: gate.actionHash,
    ...(from === undefined ? {} : { delegatedBy: from }),
    ...(comment === undefined ? {} : { comment }),
    ...(amr === undefined ? {} : { amr: [...amr] }),
    ...(authTimeMs === undefined ? {} : { authTime: new Date(authTimeMs).toISOString() }),
    ...(via === undefined ? {} : { via }),
  };
}

/** What every event of a decision says. An instance that is decided before it is reached is bound here. */
export function decisionFacts(
  state: TaskState,
  gate: Gate,
  { decider, comment }: { readonly decider: Decider; readonly comment?: string | undefined },
) {
  return {
    gateId: gate.id,
    gateName: gate.name,
    instance: gate.instance,
    approverId: decider.id,
    actionHash: gate.actionHash,
    ...(gate.bindingHash === undefined ? { bindingHash: bindingHash(state, gate) } : {}),
    ...(comment === undefined ? {} : { comment }),
    ...(decider.claimed === undefined ? {} : { claimedApprover: decider.claimed }),
  };
}
