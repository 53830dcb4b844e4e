// The branch that a subtask begins at and is merged into is one of its parent, not of the user: it is
// never replaced by the branch of HEAD, as the base of an ordinary task may be.
import { requireBranchName } from './branch-name.ts';
import { commitOf, complaintOf, GitError } from './git.ts';
import type { Repository } from './repository.ts';

interface SubtaskBase {
  readonly repository: Repository;
  readonly branch: string;
  /** Where it begins if nobody has made it, here or at `origin`. */
  readonly defaultBranch: string;
  readonly tell: (notice: string) => void;
}

/** Makes sure that the branch exists; it is checked out nowhere for that. Called while nothing else writes. */
export const ensureSubtaskBase = async (base: SubtaskBase): Promise<void> => {
  const { repository, branch } = base;
  const { gitDir } = repository;
  const ref = `refs/heads/${branch}`;
  if ((await commitOf(gitDir, ref)) !== undefined) return;
  await requireBranchName(gitDir, branch);
  const start = (await repository.fetch(branch)) ?? (await defaultCommit(base));
  // The empty old value means a ref that is new: another runner's branch is never moved.
  const made = await repository.tryWrite(gitDir, ['update-ref', ref, start, '']);
  if ((await commitOf(gitDir, ref)) !== undefined) return;
  throw new GitError(`git made no branch ${branch}: ${complaintOf(made)}`);
};

const defaultCommit = async ({ repository, defaultBranch, tell }: SubtaskBase): Promise<string> => {
  const { commit, notice } = await repository.base(defaultBranch);
  if (notice !== undefined) tell(notice);
  return commit;
};
