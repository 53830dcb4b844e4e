import type { Gate } from '../contract/gate.ts';

/** Of all that a task was asked about: every event that carries a task carries it, and an event is one row. */
const REQUESTED_CHARS_MAX = 262_144;

const charsOf = (said: readonly unknown[]): number => JSON.stringify(said).length;

/** Whether the gates that were asked for have room for more words, whatever kind they are of. */
export function hasRoomFor(gates: readonly Gate[], more: readonly unknown[]): boolean {
  const chars = gates
    .filter(({ source }) => source === 'request')
    .reduce((sum, { action, proposed, advisory, policy }) => {
      return sum + charsOf([action, proposed, advisory, policy]);
    }, charsOf(more));
  return chars <= REQUESTED_CHARS_MAX;
}
