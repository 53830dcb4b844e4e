import type { Actor } from '../contract/principal.ts';

/** What moves a task into the trash or the archive, and out of them. */
interface Asked {
  readonly now: number;
  readonly actor: Actor;
}

export interface Trash extends Asked {
  readonly type: 'trash';
}
export interface Restore extends Asked {
  readonly type: 'restore';
}
export interface Archive extends Asked {
  readonly type: 'archive';
}
export interface Unarchive extends Asked {
  readonly type: 'unarchive';
}

/** The task is about to be deleted for ever, with these others. */
export interface EmptyTrash extends Asked {
  readonly type: 'empty-trash';
  readonly deletedCount: number;
  readonly deletedTaskIds: readonly string[];
}

export type ShelfCommand = Trash | Restore | Archive | Unarchive | EmptyTrash;
