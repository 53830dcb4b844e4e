// A gate that is passed or dropped without a decision on what it asks.

import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate } from '../../../contract/gate.ts';
import { rankOf, roleIn } from '../../../contract/principal.ts';
import { Course } from '../../course.ts';
import type { Decision } from '../../draft.ts';
import type { CancelGate, WaiveGate } from '../../gate-command.ts';
import { policyOf } from '../../gate-policy.ts';
import { gateNamed } from '../../gates.ts';
import { isEnded, type TaskState } from '../../task.ts';
import { goOn, holdOf, statusBehind } from './go-on.ts';
import { askersOf } from './who-may.ts';

const UNCHANGED: Decision = { drafts: [] };

/** The gate, if it can still be settled. */
function openGateNamed(state: TaskState, command: WaiveGate | CancelGate): Result<Gate> {
  const gate = gateNamed(state, command.gate);
  if (gate === undefined) {
    return refuse('gate_not_required', `The task has no gate named ${command.gate}.`);
  }
  const settled = command.type === 'waive-gate' ? 'waived' : 'cancelled';
  const isOpen = gate.status === 'pending' || gate.state === 'approved' || gate.state === settled;
  if (!isOpen) {
    const state_ = gate.state ?? gate.status;
    return refuse('gate_decided', `The gate has been decided: ${state_}.`, { state: state_ });
  }
  if (isEnded(state.status) && gate.state !== settled) {
    return refuse('invalid_transition', `The task has ended (current status: ${state.status}).`);
  }
  return ok(gate);
}

/** Everything that the events of both say. */
const said = (gate: Gate, { actor, reason }: WaiveGate | CancelGate) => ({
  gateId: gate.id,
  gateName: gate.name,
  instance: gate.instance,
  by: actor.name,
  byId: actor.id,
  reason,
});

function mayWaive(state: TaskState, gate: Gate, { actor }: WaiveGate): Result<null> {
  if (gate.source === 'budget' || gate.source === 'environment') {
    return refuse('not_an_approver', `A gate of the source ${gate.source} is decided, not waived.`);
  }
  const role = roleIn(actor, state.projectId);
  if (role === undefined || rankOf(role) < rankOf('project-admin')) {
    return refuse('role_too_low', 'Only a project admin waives a gate.');
  }
  const isOwn = askersOf(state, gate).has(actor.id);
  // In open mode everybody is the one owner; there, only what is banned outright is.
  if (isOwn && (!actor.open || policyOf(gate).preventSelfApproval === true)) {
    return refuse('self_approval', 'Somebody else has to waive it: it is your own.');
  }
  return ok(null);
}

/** Lets the task pass as if the gate had never been asked for, and says who did so and why. */
export function decideWaive(state: TaskState, command: WaiveGate): Result<Decision> {
  const found = openGateNamed(state, command);
  if (!found.ok) return found;
  const gate = found.value;
  const may = mayWaive(state, gate, command);
  if (!may.ok) return may;
  if (gate.state === 'waived') return ok(UNCHANGED);
  const course = new Course(state, command.now);
  const hold = holdOf(state, gate.id);
  course.add({
    type: 'gate:waived',
    data: {
      ...said(gate, command),
      status: statusBehind(state, gate.id),
      changed: {
        state: 'waived',
        status: 'not-required',
        reason: 'skipped',
        respondedAt: course.nowIso,
        approver: command.actor.name,
        approverId: command.actor.id,
        comment: command.reason,
      },
    },
  });
  return ok(goOn(course, hold).decision);
}

/** Takes a question back. What nobody had to ask for, nobody takes back. */
export function decideCancelGate(state: TaskState, command: CancelGate): Result<Decision> {
  const found = openGateNamed(state, command);
  if (!found.ok) return found;
  const gate = found.value;
  const { sub, runnerId } = gate.requester ?? {};
  const { id } = command.actor;
  if (gate.source !== 'request' || (id !== sub && id !== runnerId)) {
    return refuse('not_lease_holder', 'Only who has asked for a gate takes it back.');
  }
  if (gate.state === 'cancelled') return ok(UNCHANGED);
  const hold = holdOf(state, gate.id);
  const course = new Course(state, command.now).add({
    type: 'gate:cancelled',
    data: {
      ...said(gate, command),
      status: statusBehind(state, gate.id),
      changed: { state: 'cancelled', status: 'not-required', reason: 'cancelled' },
    },
  });
  // Its lease may have ended meanwhile: somebody else has to take the work up.
  return ok(goOn(course, hold).decision);
}
