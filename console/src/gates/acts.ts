// What can be done at a gate beside deciding it, as far as the gate itself says. Pure.

import type { Gate } from '../../../src/contract/gate.ts';
import { isOpen, stateOf } from './gate-words.ts';

export type GateAct = 'edit' | 'delegate' | 'withdraw' | 'waive';

/** What the task does by itself is what it is. */
const FIXED: ReadonlySet<string> = new Set(['stage.continue', 'gate.default']);

export const ACT_NAMES: Readonly<Record<GateAct, string>> = {
  edit: 'Edit the action',
  delegate: 'Hand it on',
  withdraw: 'Take your vote back',
  waive: 'Waive it',
};

/** What there is to do. Whether the reader may is for the server to say. */
export function actsAt(gate: Gate): readonly GateAct[] {
  const { policy, votes = [], action, source } = gate;
  const canWithdraw = votes.length > 0 && (isOpen(gate) || stateOf(gate) === 'approved');
  const canWaive = source !== 'budget' && source !== 'environment';
  return [
    ...(isOpen(gate) && policy?.allowEdit === true && !FIXED.has(action.type)
      ? (['edit'] as const)
      : []),
    ...(isOpen(gate) ? (['delegate'] as const) : []),
    ...(canWithdraw ? (['withdraw'] as const) : []),
    ...(isOpen(gate) && canWaive ? (['waive'] as const) : []),
  ];
}
