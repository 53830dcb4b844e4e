// An approval is used once, by the holder of the lease, right before what it allows.
import type { Gate, GateAction } from '../../src/contract/gate.ts';
import type { GateConsumed } from '../../src/contract/gate-request.ts';
import type { Answer } from './api.ts';
import type { HolderCalls } from './holder-calls.ts';
import { pauseFor } from './pause-for.ts';

const WAIT_MS = 20_000;
/** Against a server that answers at once and has nothing new. */
const LOOK_MS_MIN = 1_000;

export type GateUse =
  | { readonly how: 'used'; readonly action: GateAction }
  | { readonly how: 'pending' }
  | { readonly how: 'refused'; readonly code: string; readonly message: string };

interface Use {
  readonly gateId: string;
  /** Repeated under the same id, a use is the same use. */
  readonly consumeId: string;
  readonly signal: AbortSignal;
}

type SeenGate = Partial<Gate> & { readonly nonce?: string };

/** Uses an approval if there is one by now. */
export const useGate = async (calls: HolderCalls, use: Use): Promise<GateUse> => {
  const { gateId, consumeId, signal } = use;
  const path = `/gates/${encodeURIComponent(gateId)}`;
  const seen = await calls.get<SeenGate>(path, { signal });
  if (!seen.ok) return refused(seen);
  const { status, nonce, actionHash, reason } = seen.body;
  if (status === 'pending') return { how: 'pending' };
  if (status !== 'approved') {
    const message = `The gate is not approved: ${reason ?? status ?? 'unknown'}`;
    return { how: 'refused', code: 'gate_not_approved', message };
  }
  const body = { gateId, nonce: nonce ?? 'none', actionHash, consumeId };
  const used = await calls.post<GateConsumed>(`${path}/consume`, { body, signal });
  if (used.ok) return { how: 'used', action: used.body.action };
  // A vote was taken back a moment ago: people are asked once more.
  if (used.code === 'gate_not_approved') return { how: 'pending' };
  return refused(used);
};

/** The same, but waits for people who have taken their vote back. */
export const useGateInTime = async (calls: HolderCalls, use: Use): Promise<GateUse> => {
  const path = `/gates/${encodeURIComponent(use.gateId)}/wait?state=pending&timeoutMs=${WAIT_MS}`;
  for (;;) {
    const found = await useGate(calls, use);
    if (found.how !== 'pending' || use.signal.aborted) return found;
    await pauseFor(LOOK_MS_MIN, use.signal);
    await calls.get(path, { signal: use.signal, waitMs: WAIT_MS });
  }
};

const refused = ({ code, message }: Extract<Answer<unknown>, { ok: false }>): GateUse => ({
  how: 'refused',
  code,
  message,
});
