// What a person may ask of a task as it stands. The server decides; a button that would surely be refused is not shown. Pure.

import type { TaskSnapshot } from '../../../../../src/contract/task.ts';
import { isEnded, openGates } from '../standing.ts';

export type Control =
  | 'pause'
  | 'resume'
  | 'message'
  | 'retry'
  | 'extend'
  | 'release'
  | 'cancel'
  | 'archive'
  | 'unarchive'
  | 'trash'
  | 'restore';

export const CONTROL_NAMES: Readonly<Record<Control, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  message: 'Message',
  retry: 'Retry',
  extend: 'Raise a limit',
  release: 'Take from its runner',
  cancel: 'Cancel',
  archive: 'Archive',
  unarchive: 'Unarchive',
  trash: 'Move to the trash',
  restore: 'Restore',
};

/** Keys of those that are asked most. */
export const CONTROL_KEYS: Readonly<Partial<Record<Control, string>>> = {
  ...{ pause: 'p', resume: 'p', message: 'm', extend: 'b' },
};

type Asked = Pick<
  TaskSnapshot,
  'status' | 'lease' | 'gates' | 'trashedAt' | 'archivedAt' | 'pauseReason' | 'subtaskIds'
>;

export function controlsOf(task: Asked): readonly Control[] {
  const { status, lease } = task;
  if (task.trashedAt !== undefined) return ['restore'];
  if (task.archivedAt !== undefined) return ['unarchive', 'trash'];
  if (status === 'completed') return ['archive', 'trash'];
  if (isEnded(status)) return ['retry', 'trash'];
  const isAtWork = status === 'planning' || status === 'in-progress';
  // A limit that people are asked about is not passed by resuming.
  const isAsked = openGates(task).some(({ source }) => source === 'budget');
  const isStuck = isAtWork && lease === undefined && task.subtaskIds.length === 0;
  return [
    ...(status === 'paused' && !isAsked ? (['resume'] as const) : []),
    ...(isAtWork || status === 'queued' || status === 'pending' ? (['pause'] as const) : []),
    ...(isStuck ? (['retry'] as const) : []),
    ...(['message', 'extend'] as const),
    ...(lease === undefined ? [] : (['release'] as const)),
    ...(['cancel', 'trash'] as const),
  ];
}
