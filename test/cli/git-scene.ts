// One task, its work tree and its repository, without a server.
import type { ActionOutcome } from '../../cli/run/action-outcome.ts';
import { changesOf } from '../../cli/run/changes.ts';
import { commitAction } from '../../cli/run/commit.ts';
import { openRepository, type Repository } from '../../cli/run/repository.ts';
import { type TreeRequest, Worktrees } from '../../cli/run/worktree.ts';
import type { GateAction } from '../../src/contract/gate.ts';
import { temporaryDir, temporaryRepo, write } from './temp-repo.ts';

export const BRANCH = 'apex/add-login';
export const TASK = 'task_1_aaaaaaaaaaaaaaaaaaaa';

interface GitScene {
  readonly repo: string;
  readonly repository: Repository;
  readonly worktrees: Worktrees;
  readonly notices: string[];
  openTree(request?: Partial<TreeRequest>): Promise<string>;
  /** The action that commits the tree as it is. */
  actionOf(message?: string): Promise<GateAction>;
  commit(action: GateAction): Promise<ActionOutcome>;
  /** Commits a file as the task does; gives the commit. */
  commitFile(file: string, text: string): Promise<string>;
}

export const gitScene = async (repo = temporaryRepo()): Promise<GitScene> => {
  const stateDir = temporaryDir();
  const repository = await openRepository(repo, stateDir);
  if (typeof repository === 'string') throw new Error(repository);
  const worktrees = new Worktrees(repository, stateDir);
  const notices: string[] = [];
  const dir = worktrees.pathOf(TASK);
  const openTree = (request: Partial<TreeRequest> = {}): Promise<string> =>
    worktrees.open({ taskId: TASK, branch: BRANCH, baseRef: 'main', ...request }, (notice) =>
      notices.push(notice),
    );
  const actionOf = async (message = 'feat: add login'): Promise<GateAction> => {
    const { base, tree, paths } = await changesOf(repository, dir);
    const params = { base, tree, message, files: paths };
    return { type: 'git.commit', target: { branch: BRANCH }, params };
  };
  const commit = (action: GateAction) => commitAction({ repository, dir, action });
  const commitFile = async (file: string, text: string): Promise<string> => {
    write(await openTree(), file, text);
    const { outputs, error } = await commit(await actionOf());
    if (error !== undefined) throw new Error(error.message);
    return outputs?.['commit'] ?? '';
  };
  return { repo, repository, worktrees, notices, openTree, actionOf, commit, commitFile };
};
