// Which of the waiting gates a view of the inbox shows. Pure.

import type { InboxGate } from '../../../../src/contract/inbox.ts';
import { isYours } from '../../live/yours.ts';

/** Views of the inbox, as the address names them. */
export const VIEWS = [
  { view: '', name: 'Yours' },
  { view: 'all', name: 'All' },
  { view: 'decided', name: 'Decided' },
  { view: 'standing', name: 'Standing' },
] as const;

interface Wish {
  readonly view: string;
  readonly text: string;
  /** Empty: of all projects. */
  readonly project: string;
}

/** Those that are shown, in the order in which they came: soonest expiry first. */
export function shownGates(gates: readonly InboxGate[], { view, text, project }: Wish) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return gates.filter((gate) => {
    if (view === '' && !isYours(gate)) return false;
    if (project !== '' && gate.task.projectId !== project) return false;
    const all = `${gate.name} ${gate.task.description} ${gate.id} ${gate.taskId}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** The one so many places further on, within the list; the first where none is chosen yet. */
export function neighbour<T extends { readonly id: string }>(
  list: readonly T[],
  id: string,
  step: number,
): T | undefined {
  const at = list.findIndex((one) => one.id === id);
  if (at < 0) return list[0];
  return list[Math.max(0, Math.min(list.length - 1, at + step))];
}
