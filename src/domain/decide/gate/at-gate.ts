import type { Result } from '../../../contract/error.ts';
import type { Decision } from '../../draft.ts';
import type { GateDecision } from '../../gate-decision.ts';
import type { TaskState } from '../../task.ts';
import { decideGate } from './decide-gate.ts';
import { decideCancelGate, decideWaive } from './settle.ts';

/** Whatever is decided at a gate. */
export function decideAtGate(state: TaskState, command: GateDecision): Result<Decision> {
  switch (command.type) {
    case 'decide-gate':
      return decideGate(state, command);
    case 'waive-gate':
      return decideWaive(state, command);
    case 'cancel-gate':
      return decideCancelGate(state, command);
    default:
      return command satisfies never;
  }
}
