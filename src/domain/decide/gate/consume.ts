import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate } from '../../../contract/gate.ts';
import { Course } from '../../course.ts';
import { approvalEndsAt } from '../../deadlines.ts';
import type { Decision } from '../../draft.ts';
import { gateNonce } from '../../gate-binding.ts';
import type { ConsumeGate } from '../../gate-command.ts';
import type { LeaseState, TaskState } from '../../task.ts';
import { fenceHolder } from '../fence.ts';

/** The one use of an approval, under this lease. */
export function consumeGate(
  course: Course,
  gate: Gate,
  use: { readonly lease: LeaseState; readonly consumeId: string },
): Course {
  const { id, name, instance } = gate;
  const { leaseId, epoch, runnerId, runnerName } = use.lease;
  const { status } = course.state;
  return course.add({
    type: 'gate:consumed',
    data: {
      ...{ gateId: id, gateName: name, instance, status, by: runnerName, byId: runnerId },
      changed: {
        state: 'consumed',
        consume: { consumeId: use.consumeId, by: runnerId, leaseId, epoch, at: course.nowIso },
      },
    },
  });
}

/** Whether the approval can be used now, for this. */
function mayUse(state: TaskState, gate: Gate, command: ConsumeGate): Result<null> {
  const { state: stands = gate.status } = gate;
  if (stands !== 'approved') {
    return refuse('gate_not_approved', `The gate is not approved: ${stands}.`, { state: stands });
  }
  const endsAt = approvalEndsAt(state, gate);
  if (endsAt !== null && endsAt <= command.now) {
    const message = 'The approval was not used in time.';
    return refuse('gate_not_approved', message, { state: 'expired' });
  }
  const isSame = command.actionHash === gate.actionHash;
  if (!isSame || command.nonce !== gateNonce(state, gate.id)) {
    return refuse('action_mismatch', 'This is not what was approved.');
  }
  return ok(null);
}

/** The lease holder uses an approval, once, right before what it allows. */
export function decideConsume(state: TaskState, command: ConsumeGate): Result<Decision> {
  const { gate: named, gateId, consumeId } = command;
  const fenced = fenceHolder(state, command);
  if (!fenced.ok) return fenced;
  const gate = state.gates.find(({ id }) => id === gateId);
  if (gate === undefined || (named !== gate.id && named !== gate.name)) {
    return refuse('gate_not_required', `The task has no gate named ${named} with this id.`);
  }
  const { consume } = gate;
  if (consume !== undefined) {
    const isSame = consume.consumeId === consumeId && consume.leaseId === fenced.value.leaseId;
    return isSame ? ok({ drafts: [] }) : refuse('gate_consumed', 'The approval has been used.');
  }
  const may = mayUse(state, gate, command);
  if (!may.ok) return may;
  const course = new Course(state, command.now);
  return ok(consumeGate(course, gate, { lease: fenced.value, consumeId }).decision);
}
