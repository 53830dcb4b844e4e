import type { Gate } from '../../../src/contract/gate.ts';
import { Status } from '../parts/status.tsx';
import { stateOf } from './gate-words.ts';

/** Of which kind a state is that only gates have. */
const LIKE: Readonly<Record<string, string>> = {
  pending: 'waiting-approval',
  consumed: 'approved',
  expired: 'rejected',
  'changes-requested': 'paused',
};

/** Where a gate stands, by word, shape and colour. */
export function GateStatus({ gate }: { readonly gate: Gate }) {
  const state = stateOf(gate);
  // The approval has been drawn on: the work that it allowed has gone on.
  const text = state === 'consumed' ? 'approved, used' : state;
  return <Status status={LIKE[state] ?? state} text={text} />;
}
