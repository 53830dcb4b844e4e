import type { InboxGate } from '../../../../src/contract/inbox.ts';
import { sealOf } from '../../gates/own-hash.ts';
import type { Call } from '../../parts/samples.ts';

/** What the inbox does, as requests: with the ids of the gate that is open. */
export function callsOf(gate: InboxGate | null): readonly Call[] {
  const list: Call = {
    does: 'List what waits for you',
    method: 'GET',
    path: '/gates?mine=true',
  };
  if (gate === null) return [list];
  const { id, taskId, actionHash } = gate;
  const read: Call = { does: 'Read this gate', method: 'GET', path: `/gates/${id}` };
  // A command would approve the action of the hash, which is not the one that is seen.
  if (sealOf(gate) !== 'same') return [list, read];
  return [
    list,
    read,
    {
      does: 'Approve it, for exactly this action',
      method: 'POST',
      path: `/tasks/${taskId}/gates/${id}/approve`,
      body: { actionHash },
    },
    {
      does: 'Decide several at once',
      method: 'POST',
      path: '/gates/decisions',
      body: { decisions: [{ taskId, gateId: id, decision: 'approve', actionHash }] },
    },
  ];
}
