// Who of the people may decide a gate, and which of them approve nothing that is their own.

import { approvingRoles } from '../../../contract/approval.ts';
import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate } from '../../../contract/gate.ts';
import { type Role, roleIn } from '../../../contract/principal.ts';
import { isAsked } from '../../approval.ts';
import type { DecideGate } from '../../gate-command.ts';
import { policyOf } from '../../gate-policy.ts';
import type { TaskState } from '../../task.ts';
import { deciderOf } from './decider.ts';
import { chainTo, handedOnBy, handedTo, isAlive } from './delegations.ts';

/** What of the task a decision is judged by. */
type Whose = Pick<TaskState, 'createdBy' | 'projectId'>;

interface Who {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Whether somebody who may decide gates at all was handed this one by another. */
const isHanded = (gate: Gate, { id, role }: Who, nowMs: number): boolean =>
  approvingRoles(null).includes(role) && handedTo(gate, id, nowMs) !== undefined;

/** Whether this person is one of those who decide this gate, themselves or for another, and has not handed that on. */
export const decides = (gate: Gate, who: Who, nowMs: number): boolean =>
  handedOnBy(gate, who.id, nowMs) === undefined &&
  (isAsked(policyOf(gate), who) || isHanded(gate, who, nowMs));

/** Everybody who asks for an approval: who made the task, the agent, its runner and whose that is. */
export function askersOf({ createdBy }: Whose, { requester }: Gate): ReadonlySet<string> {
  const { sub, runnerId, runnerOwner, onBehalfOf } = requester ?? {};
  const all = [createdBy, sub, runnerId, runnerOwner, onBehalfOf];
  return new Set(all.filter((id) => id !== undefined));
}

/** Whether this voice is that of one who asks: their own, or one that they have handed on to somebody who has no other. */
export function isAskersVoice(state: Whose, gate: Gate, who: Who, nowMs: number): boolean {
  const askers = askersOf(state, gate);
  if (askers.has(who.id)) return true;
  if (isAsked(policyOf(gate), who)) return false;
  const alive = (gate.delegations ?? []).filter((one) => isAlive(one, nowMs));
  return chainTo(alive, who.id).some((id) => askers.has(id));
}

/** Who decides, as one of the project; undefined for who is none. */
function whoOf(state: Whose, command: DecideGate): Who | undefined {
  const role = roleIn(command.actor, state.projectId);
  const { id, name } = deciderOf(command);
  return role === undefined ? undefined : { id, name, role };
}

/** Whether it is their own that this person decides, or that of whom they stand for. */
export function decidesOwn(state: Whose, gate: Gate, command: DecideGate): boolean {
  const who = whoOf(state, command);
  return who !== undefined && isAskersVoice(state, gate, who, command.now);
}

/** Whether nobody approves their own here. Where that hangs on how many could, in open mode nobody else is known. */
export const isSelfBanned = (gate: Gate, { actor, facts }: DecideGate): boolean =>
  policyOf(gate).preventSelfApproval ?? (!actor.open && (facts?.eligible ?? 0) >= 2);

/** Whether this person is one of those who are asked. */
export function checkAsked(state: Whose, gate: Gate, command: DecideGate): Result<null> {
  const who = whoOf(state, command);
  if (who !== undefined && decides(gate, who, command.now)) return ok(null);
  const { from } = policyOf(gate);
  return refuse('not_an_approver', `The gate is decided by: ${(from ?? []).join(', ')}.`);
}

/** Whether this person may approve: not their own where that is banned, and signed in as lately as is asked. */
export function checkApprover(state: Whose, gate: Gate, command: DecideGate): Result<null> {
  const { actor, signin, now } = command;
  if (decidesOwn(state, gate, command) && isSelfBanned(gate, command)) {
    return refuse('self_approval', 'Somebody else has to approve it: it is your own.');
  }
  const { stepUpSeconds } = policyOf(gate);
  // Without credentials in open mode there is no sign-in that could be fresh.
  if (stepUpSeconds === 0 || actor.open) return ok(null);
  const age = now - (signin?.authTimeMs ?? Number.NEGATIVE_INFINITY);
  if (age <= stepUpSeconds * 1_000) return ok(null);
  return refuse(
    'insufficient_user_authentication',
    `This needs a sign-in that is at most ${stepUpSeconds} seconds old.`,
    { max_age: stepUpSeconds },
  );
}
