import type { Gate } from '../contract/gate.ts';
import { gateNonce } from './gate-binding.ts';
import { isUsable } from './gate-live.ts';
import type { TaskState } from './task.ts';

/** A gate with what only the lease holder learns, and only once people have approved it. */
export type HeldGate = Gate & { readonly nonce?: string; readonly acceptanceCriteria?: string };

/** The three records of what was asked for, what people have agreed to and what was done. */
export function gateRecords(gate: Gate): Gate {
  const { action, proposed = action, approved = action, status } = gate;
  if (gate.reachedAt === undefined) return gate;
  return status === 'approved' ? { ...gate, proposed, approved } : { ...gate, proposed };
}

/** The gate as the lease holder sees it. */
export function heldGate(state: TaskState, gate: Gate): HeldGate {
  const records = gateRecords(gate);
  return isUsable(gate) ? { ...records, nonce: gateNonce(state, gate.id) } : records;
}

/** What a heartbeat says of the gates that matter to the work at hand. */
export function holderGates(state: TaskState) {
  const { gates, hold, work, lease, attempt } = state;
  const since = lease?.grantedAt ?? '';
  const matters = (gate: Gate): boolean =>
    gate.id === hold?.gateId ||
    gate.id === work?.gateId ||
    (gate.source === 'request' &&
      gate.attempt === attempt &&
      (gate.requiredAt >= since || isUsable(gate)));
  return gates.filter(matters).map((gate) => {
    const { id, name, actionHash, status, state: stands = status } = gate;
    const nonce = isUsable(gate) ? { nonce: gateNonce(state, id) } : {};
    return { id, name, state: stands, actionHash, ...nonce };
  });
}
