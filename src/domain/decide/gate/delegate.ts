import { approvingRoles } from '../../../contract/approval.ts';
import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate, GateDelegation } from '../../../contract/gate.ts';
import { Course } from '../../course.ts';
import type { Decision } from '../../draft.ts';
import type { DelegateGate } from '../../gate-command.ts';
import { policyOf } from '../../gate-policy.ts';
import { gateNamed } from '../../gates.ts';
import { isEnded, type TaskState } from '../../task.ts';
import { deciderOf, isSameVoter } from './decider.ts';
import { chainFrom, handsTo, isAlive } from './delegations.ts';
import { askersOf, checkAsked } from './who-may.ts';

/** A say is handed on so often: from one to another, and from them to a third. */
const CHAIN_MAX = 2;
const DELEGATIONS_MAX = 20;

/** Somebody who could decide gates here, and does not ask for this one. */
function mayTake(state: TaskState, gate: Gate, { to }: DelegateGate): Result<null> {
  const isAble = to.role !== undefined && approvingRoles(null).includes(to.role);
  const isBanned = policyOf(gate).preventSelfApproval !== false && askersOf(state, gate).has(to.id);
  return isAble && !isBanned
    ? ok(null)
    : refuse('delegate_not_eligible', 'They could not decide this gate.');
}

interface HandingOn {
  readonly alive: readonly GateDelegation[];
  /** All that there ever were: each stands in the record. */
  readonly known: number;
  readonly from: string;
  readonly to: string;
}

function mayHandOn({ alive, known, from, to }: HandingOn): Result<null> {
  if (to === from || chainFrom(alive, to).includes(from)) {
    return refuse('delegation_loop', 'The say would come back to who has handed it on.');
  }
  if (handsTo(alive, from) >= CHAIN_MAX) {
    return refuse('delegate_not_eligible', 'It has been handed on twice already.');
  }
  return known < DELEGATIONS_MAX
    ? ok(null)
    : refuse('limit_reached', `A gate is handed on ${DELEGATIONS_MAX} times at most.`);
}

/** Hands one's say at a gate to somebody else. A vote of one's own is taken back by that. */
export function decideDelegate(state: TaskState, command: DelegateGate): Result<Decision> {
  const gate = gateNamed(state, command.gate);
  if (gate === undefined) {
    return refuse('gate_not_required', `The task has no gate named ${command.gate}.`);
  }
  const { to, reason, expiresAt, now } = command;
  const { votes = [], delegations = [], state: stands = gate.status } = gate;
  const decider = deciderOf(command);
  const alive = delegations.filter((one) => isAlive(one, now));
  if (alive.some((one) => one.from === decider.id && one.to === to.id)) return ok({ drafts: [] });
  const asked = checkAsked(state, gate, { ...command, type: 'decide-gate', decision: 'approve' });
  if (!asked.ok) return asked;
  if (stands !== 'pending') {
    return refuse('gate_decided', `The gate has been decided: ${stands}.`, { state: stands });
  }
  if (isEnded(state.status)) {
    return refuse('invalid_transition', `The task has ended (current status: ${state.status}).`);
  }
  if (policyOf(gate).preventSelfApproval === true && askersOf(state, gate).has(decider.id)) {
    return refuse('self_approval', 'It is your own: you have no say in it to hand on.');
  }
  const may = mayHandOn({ alive, known: delegations.length, from: decider.id, to: to.id });
  if (!may.ok) return may;
  const takes = mayTake(state, gate, command);
  if (!takes.ok) return takes;
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now) {
    const message = 'ExpiresAt must be in the future';
    return refuse('invalid_request', message, { errors: [{ path: 'expiresAt', message }] });
  }
  const handed: GateDelegation = {
    from: decider.id,
    to: to.id,
    at: new Date(now).toISOString(),
    ...(reason === undefined ? {} : { reason }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  const rest = votes.filter((vote) => !isSameVoter(vote, decider, command.actor.open));
  return ok(
    new Course(state, now).add({
      type: 'gate:delegated',
      data: {
        ...{ gateId: gate.id, gateName: gate.name, instance: gate.instance },
        ...{ status: state.status, by: decider.name, byId: decider.id },
        ...(reason === undefined ? {} : { reason }),
        changed: {
          delegations: [...delegations, handed],
          ...(rest.length === votes.length ? {} : { votes: rest }),
        },
      },
    }).decision,
  );
}
