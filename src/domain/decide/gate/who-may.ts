// Who of the people may decide a gate, and which of them approve nothing that is their own.

import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate } from '../../../contract/gate.ts';
import { type Role, roleIn } from '../../../contract/principal.ts';
import { isAsked } from '../../approval.ts';
import type { DecideGate } from '../../gate-command.ts';
import { policyOf } from '../../gate-policy.ts';
import type { TaskState } from '../../task.ts';
import { deciderOf } from './decider.ts';
import { handedOnBy, handedTo } from './delegations.ts';

/** What of the task a decision is judged by. */
type Whose = Pick<TaskState, 'createdBy' | 'projectId'>;

interface Who {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Whether this person is one of those who decide this gate, themselves or for another, and has not handed that on. */
export const decides = (gate: Gate, who: Who, nowMs: number): boolean =>
  handedOnBy(gate, who.id, nowMs) === undefined &&
  (isAsked(policyOf(gate), who) || handedTo(gate, who.id, nowMs) !== undefined);

/** Everybody who asks for an approval: who made the task, the agent, its runner and whose that is. */
export function askersOf({ createdBy }: Whose, { requester }: Gate): ReadonlySet<string> {
  const { sub, runnerId, runnerOwner, onBehalfOf } = requester ?? {};
  const all = [createdBy, sub, runnerId, runnerOwner, onBehalfOf];
  return new Set(all.filter((id) => id !== undefined));
}

/** Whether nobody approves their own here. Where that hangs on how many could, in open mode nobody else is known. */
export const isSelfBanned = (gate: Gate, { actor, facts }: DecideGate): boolean =>
  policyOf(gate).preventSelfApproval ?? (!actor.open && (facts?.eligible ?? 0) >= 2);

/** Whether this person is one of those who are asked. */
export function checkAsked(state: Whose, gate: Gate, command: DecideGate): Result<null> {
  const role = roleIn(command.actor, state.projectId);
  const { id, name } = deciderOf(command);
  if (role !== undefined && decides(gate, { id, name, role }, command.now)) return ok(null);
  const { from } = policyOf(gate);
  return refuse('not_an_approver', `The gate is decided by: ${(from ?? []).join(', ')}.`);
}

/** Whether this person may approve: not their own where that is banned, and signed in as lately as is asked. */
export function checkApprover(state: Whose, gate: Gate, command: DecideGate): Result<null> {
  const { actor, signin, now } = command;
  if (askersOf(state, gate).has(actor.id) && isSelfBanned(gate, command)) {
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
