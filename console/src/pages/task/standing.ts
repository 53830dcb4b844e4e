// How a task stands, said once for the whole page. Pure.

import type { Gate } from '../../../../src/contract/gate.ts';
import type { TaskSnapshot } from '../../../../src/contract/task.ts';
import { WAITS } from '../board/waits.ts';

/** What the page shows: the task as it is now, or as it was at an event. */
export interface View {
  readonly task: TaskSnapshot;
  /** The event after which it was so; null: now. */
  readonly at: number | null;
  /** When that was. */
  readonly ms: number;
}

type Gated = Pick<TaskSnapshot, 'gates' | 'status'>;

/** Gates that people can decide now, the one that the task waits for first. */
export const openGates = ({ gates }: Pick<TaskSnapshot, 'gates'>): readonly Gate[] =>
  gates
    .filter(({ status, reachedAt }) => status === 'pending' && reachedAt !== undefined)
    .sort((one, other) => Number(one.blocking === false) - Number(other.blocking === false));

/** The gate that holds the task. */
export const heldAt = (task: Gated): Gate | undefined =>
  openGates(task).find(({ blocking }) => blocking !== false);

/** A gate is open, or it was stopped and somebody may have to say why it should go on. */
export const needsSomebody = (task: Gated): boolean =>
  task.status === 'paused' || openGates(task).length > 0;

const PAUSES: Readonly<Record<string, string>> = {
  input: 'the agent asks something',
  budget: 'a limit is reached',
  manual: 'paused by hand',
};

/** The one status of the page, and in words what it waits for. */
export function standingOf(
  task: Gated & Pick<TaskSnapshot, 'waitingFor' | 'pauseReason' | 'trashedAt' | 'archivedAt'>,
): { readonly status: string; readonly text: string } {
  const gate = heldAt(task);
  if (gate !== undefined)
    return { status: 'waiting-approval', text: `waits for the gate ${gate.name}` };
  const { status, waitingFor = '', pauseReason = '' } = task;
  const why = status === 'paused' ? (PAUSES[pauseReason] ?? pauseReason) : WAITS[waitingFor];
  const shelf = task.trashedAt === undefined ? task.archivedAt && 'archived' : 'in the trash';
  const text = [status, why, shelf].filter((part) => part !== undefined && part !== '').join(' · ');
  return { status, text };
}

/** Nothing follows by itself. */
export const isEnded = (status: string): boolean => /^(completed|failed|cancelled)$/.test(status);
