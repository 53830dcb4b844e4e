import type { Gate } from '../contract/gate.ts';
import type { Hold } from './task.ts';

const blocks = ({ source, status, blocking, reachedAt }: Gate): boolean =>
  source === 'request' && status === 'pending' && blocking !== false && reachedAt !== undefined;

interface Held {
  readonly hold?: Hold | undefined;
  readonly gates: readonly Gate[];
}

/**
 * What holds the task once this gate does not any more: another request that is waited for takes its place, and what
 * was held with it stays held.
 */
export function nextHold({ hold, gates }: Held, gateId: string): Hold | undefined {
  if (hold?.gateId !== gateId) return hold;
  const other = gates.find((gate) => gate.id !== gateId && blocks(gate));
  return other && { ...hold, gateId: other.id };
}
