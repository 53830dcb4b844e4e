// What earlier stages of a task have committed may have been made on another machine. It is fetched, or missed in words:
// a task never goes on without it.
import type { Grant } from '../../src/contract/runner.ts';
import { commitOf, tryGit } from './git.ts';
import type { Repository } from './repository.ts';
import type { Worktrees } from './worktree.ts';

interface Place {
  readonly repository: Repository;
  readonly worktrees: Worktrees;
  readonly grant: {
    readonly task: Pick<Grant['task'], 'id' | 'workBranch'>;
    readonly resume: Pick<Grant['resume'], 'commit'>;
  };
}

const holds = async (repository: Repository, commit: string, ref: string): Promise<boolean> => {
  const { code } = await tryGit(repository.gitDir, ['merge-base', '--is-ancestor', commit, ref]);
  return code === 0;
};

/** True if the branch of the task holds the last commit that the server knows of, fetched from `origin` if need be. */
export const bringEarlierWork = async (place: Place): Promise<boolean> => {
  const { repository, worktrees, grant } = place;
  const { commit } = grant.resume;
  const { id, workBranch } = grant.task;
  const ref = `refs/heads/${workBranch}`;
  if (commit === null || (await holds(repository, commit, ref))) return true;
  const fetched = await repository.alone(() => repository.fetch(workBranch));
  if (fetched === undefined || !(await holds(repository, commit, fetched))) return false;
  const own = await commitOf(repository.gitDir, ref);
  if (own !== undefined && !(await holds(repository, own, fetched))) return false;
  // A tree that was left here stands on what the branch was before.
  await worktrees.remove(id);
  await repository.alone(() => repository.write(repository.gitDir, ['update-ref', ref, fetched]));
  return true;
};
