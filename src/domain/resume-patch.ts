import type { Changes } from '../contract/work.ts';
import type { TaskState } from './task.ts';

type Patch = NonNullable<Changes['patch']>;

/** What another machine makes of its tree before it goes on: what was changed last and no commit holds yet. */
export function resumePatch({
  interrupted,
  uncommitted,
}: Pick<TaskState, 'interrupted' | 'uncommitted'>):
  | (Patch & { readonly base: string; readonly tree: string })
  | null {
  const { patch, base, tree } = interrupted ?? uncommitted ?? {};
  if (patch === undefined || base === undefined || tree === undefined) return null;
  return { ...patch, base, tree };
}
