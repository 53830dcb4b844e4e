import { GitError, tryGit } from './git.ts';

/** A name that git takes for a branch and nothing else; another try would not change it. */
export const requireBranchName = async (gitDir: string, branch: string): Promise<void> => {
  const args = ['check-ref-format', '--branch', branch];
  // A NUL cannot even be an argument; `@`, `-` and `@{-1}` would mean another branch.
  const isSafe = !/\0|^-|^@$|@\{/.test(branch) && branch.isWellFormed();
  if (isSafe && (await tryGit(gitDir, args)).code === 0) return;
  const shown = JSON.stringify(branch.slice(0, 100));
  throw new GitError(`git takes ${shown} for no branch name: the task needs another one`, false);
};
