import type { Result } from '../../../contract/error.ts';
import type { Command } from '../../command.ts';
import type { Decision } from '../../draft.ts';
import type { ConsumeGate, GateCommand } from '../../gate-command.ts';
import type { TaskState } from '../../task.ts';
import { decideConsume } from './consume.ts';
import { decideGate } from './decide-gate.ts';
import { decideDelegate } from './delegate.ts';
import { decideEdit } from './edit.ts';
import { decideRequest } from './request.ts';
import { decideCancelGate, decideWaive } from './settle.ts';
import { decideWithdraw } from './withdraw.ts';

type AtGate = GateCommand | ConsumeGate;
/** What only a person may ask for. */
type Personal = Exclude<GateCommand, { readonly type: 'cancel-gate' | 'request-gate' }>;

/** Whether each is for a person alone; a new one does not compile until it answers here. */
const AT_GATES: Readonly<Record<AtGate['type'], boolean>> = {
  'decide-gate': true,
  'waive-gate': true,
  'edit-gate': true,
  'delegate-gate': true,
  'withdraw-vote': true,
  'cancel-gate': false,
  'request-gate': false,
  'consume-gate': false,
};

export const isAtGate = (command: Command): command is AtGate =>
  Object.hasOwn(AT_GATES, command.type);

/** Nobody but a person gets far enough to hear of the task's lease. */
export const isPersonal = (command: Command): command is Personal =>
  isAtGate(command) && AT_GATES[command.type];

/** Whatever is asked at a gate. */
export function decideAtGate(state: TaskState, command: AtGate): Result<Decision> {
  switch (command.type) {
    case 'decide-gate':
      return decideGate(state, command);
    case 'waive-gate':
      return decideWaive(state, command);
    case 'cancel-gate':
      return decideCancelGate(state, command);
    case 'request-gate':
      return decideRequest(state, command);
    case 'consume-gate':
      return decideConsume(state, command);
    case 'edit-gate':
      return decideEdit(state, command);
    case 'delegate-gate':
      return decideDelegate(state, command);
    case 'withdraw-vote':
      return decideWithdraw(state, command);
    default:
      return command satisfies never;
  }
}
