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
  return <Status status={LIKE[state] ?? state} text={state} />;
}
