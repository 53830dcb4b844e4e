import { ok, type Result, refuse } from '../../../contract/error.ts';
import type { Gate, GateAction } from '../../../contract/gate.ts';
import { actionHash } from '../../action.ts';
import { editedRaise } from '../../budget/edited-raise.ts';
import { Course } from '../../course.ts';
import type { Decision } from '../../draft.ts';
import { readAction } from '../../gate-action.ts';
import { bindingHash } from '../../gate-binding.ts';
import type { DecideGate, EditGate } from '../../gate-command.ts';
import { policyOf } from '../../gate-policy.ts';
import { gateNamed } from '../../gates.ts';
import { hasRoomFor } from '../../requested-room.ts';
import type { TaskState } from '../../task.ts';
import { decideGate } from './decide-gate.ts';
import { deciderOf } from './decider.ts';

/** What the task does by itself is what it is. */
const FIXED: ReadonlySet<string> = new Set(['stage.continue', 'gate.default']);

/** Who edits an action approves what they have made of it. */
function approval(command: EditGate, gate: string, seen: string): DecideGate {
  const { action: _, baseActionHash: __, ...rest } = command;
  return { ...rest, type: 'decide-gate', decision: 'approve', gate, actionHash: seen };
}

function editedAction(gate: Gate, command: EditGate): Result<GateAction> {
  const { type } = gate.action;
  if (!policyOf(gate).allowEdit || FIXED.has(type)) {
    return refuse('edit_not_allowed', 'The action of this gate is approved or rejected as it is.');
  }
  const action = readAction(command.action);
  if (!action.ok) return action;
  if (action.value.type !== type) {
    return refuse('invalid_action', `The action stays one of the type ${type}.`);
  }
  return type === 'budget.extend' ? editedRaise(gate.action, action.value) : action;
}

/**
 * Another action in the place of the one that was asked for. Votes were given for that one, so none of them counts any
 * more but the editor's own, for the new one. What was proposed stays on record.
 */
export function decideEdit(state: TaskState, command: EditGate): Result<Decision> {
  const gate = gateNamed(state, command.gate);
  // Who else counts is of no account yet: the votes of all others are about to be void.
  const { facts = { standings: {}, eligible: 0 } } = command;
  const trial = approval({ ...command, facts }, command.gate, command.baseActionHash);
  const may = decideGate(state, trial);
  if (!may.ok || gate === undefined) return may;
  if (gate.status !== 'pending') {
    const stands = gate.state ?? gate.status;
    return refuse('gate_decided', `The gate has been decided: ${stands}.`, { state: stands });
  }
  const edited = editedAction(gate, command);
  if (!edited.ok) return edited;
  const action = edited.value;
  const others = state.gates.filter(({ id }) => id !== gate.id);
  if (gate.source === 'request' && !hasRoomFor(others, [action, gate.proposed ?? gate.action])) {
    return refuse('invalid_action', 'The gates of the task hold as much as they may.');
  }
  const hash = actionHash(action);
  const decider = deciderOf(command);
  const course = new Course(state, command.now);
  if (hash !== gate.actionHash) {
    course.add({
      type: 'gate:edited',
      data: {
        ...{ gateId: gate.id, gateName: gate.name, instance: gate.instance },
        ...{ status: state.status, by: decider.name, byId: decider.id },
        ...(command.comment === undefined ? {} : { reason: command.comment }),
        changed: {
          action,
          actionHash: hash,
          proposed: gate.proposed ?? gate.action,
          bindingHash: bindingHash(state, { ...gate, actionHash: hash }),
          votes: [],
        },
      },
    });
  }
  const approved = decideGate(course.state, approval(command, gate.id, hash));
  if (!approved.ok) return approved;
  return ok({ drafts: [...course.decision.drafts, ...approved.value.drafts] });
}
