// One work tree a task, under the state directory, so that the user's own checkout is left alone.
import { mkdir, readdir, readFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { requireBranchName } from './branch-name.ts';
import { commitOf, complaintOf, GitError, git, tryGit } from './git.ts';
import { isAlive } from './is-alive.ts';
import type { Repository } from './repository.ts';

/** What a git that was killed leaves in the tree's own part of the repository. */
const LOCKS = ['index.lock', 'HEAD.lock'];
const IDLE_TREES_MAX = 5;
const IDLE_MS_MAX = 7 * 86_400_000;

export interface TreeRequest {
  readonly taskId: string;
  readonly branch: string;
  readonly baseRef: string;
  /** A commit wants the approved files: a tree on another branch stays, and is refused by it. */
  readonly keepsFiles?: boolean;
}

type Tell = (notice: string) => void;

/** The work trees of one repository. */
export class Worktrees {
  readonly #repository: Repository;
  readonly #dir: string;

  constructor(repository: Repository, stateDir: string) {
    this.#repository = repository;
    this.#dir = path.join(stateDir, 'worktrees', repository.key);
  }

  pathOf(taskId: string): string {
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(taskId)) throw new GitError('The task id is no file name');
    return path.join(this.#dir, taskId);
  }

  /**
   * The tree of a task as it was left, or a new one on its branch. Nobody works in it by now, so
   * that nobody holds a lock which is in it.
   */
  async open(request: TreeRequest, tell: Tell): Promise<string> {
    const dir = this.pathOf(request.taskId);
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    await this.#repository.alone(() => this.#open(dir, request, tell));
    await writeFile(ownerFile(dir), String(process.pid), { mode: 0o600 });
    return dir;
  }

  /** Gives a tree back; it stays for the next work of the task until there are too many. */
  async close(taskId: string): Promise<void> {
    const dir = this.pathOf(taskId);
    await rm(ownerFile(dir), { force: true });
    const now = new Date();
    await utimes(dir, now, now).catch(() => undefined);
    await this.prune();
  }

  /** Removes the tree; the branch with its commits stays. */
  async remove(taskId: string): Promise<void> {
    const dir = this.pathOf(taskId);
    await this.#repository.alone(() => this.#remove(dir));
    await rm(ownerFile(dir), { force: true });
  }

  /** At most five idle trees, none older than a week, none that git knows and the disk does not. */
  async prune(): Promise<void> {
    const { gitDir } = this.#repository;
    await this.#repository.alone(() => tryGit(gitDir, ['worktree', 'prune']));
    const idle: { dir: string; usedAt: number }[] = [];
    for (const entry of await readdir(this.#dir, { withFileTypes: true }).catch(() => [])) {
      if (!entry.isDirectory()) continue;
      const dir = path.join(this.#dir, entry.name);
      if (!(await isInUse(dir))) idle.push({ dir, usedAt: (await stat(dir)).mtimeMs });
    }
    idle.sort((one, other) => other.usedAt - one.usedAt);
    for (const [rank, { dir, usedAt }] of idle.entries()) {
      if (rank < IDLE_TREES_MAX && Date.now() - usedAt < IDLE_MS_MAX) continue;
      await this.#repository.alone(() => this.#remove(dir));
    }
  }

  async #open(dir: string, request: TreeRequest, tell: Tell): Promise<void> {
    const { gitDir } = this.#repository;
    const { branch } = request;
    await requireBranchName(gitDir, branch);
    await git(gitDir, ['worktree', 'prune']);
    const on = (await this.#repository.checkouts()).get(dir);
    const ownDir = on === undefined ? undefined : await this.#ownGitDir(dir);
    if (ownDir !== undefined && (on === branch || request.keepsFiles === true)) {
      for (const lock of LOCKS) await rm(path.join(ownDir, lock), { force: true });
      return;
    }
    if (on !== undefined) tell(`The work tree was not left on ${branch}: it is made anew.`);
    await this.#remove(dir);
    await this.#add(dir, request, tell);
  }

  async #add(dir: string, { branch, baseRef }: TreeRequest, tell: Tell): Promise<void> {
    const { gitDir } = this.#repository;
    const add = async (...args: string[]): Promise<void> => {
      const answer = await this.#repository.tryWrite(gitDir, ['worktree', 'add', '-q', ...args]);
      if (answer.code === 0) return;
      throw new GitError(`git made no work tree on the branch ${branch}: ${complaintOf(answer)}`);
    };
    if ((await commitOf(gitDir, `refs/heads/${branch}`)) !== undefined) return add(dir, branch);
    const base = await this.#repository.base(baseRef);
    if (base.notice !== undefined) tell(base.notice);
    await add('--no-track', '-b', branch, dir, base.commit);
  }

  /** Where git keeps what is this tree's alone; undefined where it is no tree of the repository. */
  async #ownGitDir(dir: string): Promise<string | undefined> {
    const args = ['rev-parse', '--path-format=absolute', '--git-common-dir', '--git-dir'];
    const answer = await tryGit(dir, args).catch(() => undefined);
    const [common = '', own = ''] = answer?.code === 0 ? answer.stdout.split('\n') : [];
    const isOurs = (await realpath(common).catch(() => '')) === this.#repository.gitDir;
    return isOurs && own !== common ? own : undefined;
  }

  async #remove(dir: string): Promise<void> {
    const { gitDir } = this.#repository;
    await tryGit(gitDir, ['worktree', 'remove', '--force', '--force', dir]);
    await rm(dir, { recursive: true, force: true });
    // Git refuses to remove a tree whose .git was changed, and to prune one that was locked.
    await tryGit(gitDir, ['worktree', 'remove', '--force', '--force', dir]);
    await tryGit(gitDir, ['worktree', 'prune']);
  }
}

const ownerFile = (dir: string): string => `${dir}.owner`;

/** In use while the runner that opened it lives, this one or another. */
const isInUse = async (dir: string): Promise<boolean> =>
  isAlive(Number(await readFile(ownerFile(dir), 'utf8').catch(() => '0')));
