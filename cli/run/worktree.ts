// One work tree a task, under the state directory, so that the user's own checkout is left alone.
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { commitOf, GitError, git, tryGit } from './git.ts';
import type { Repository } from './repository.ts';

const IDLE_TREES_MAX = 5;
const IDLE_MS_MAX = 7 * 86_400_000;

export interface TreeRequest {
  readonly taskId: string;
  readonly branch: string;
  readonly baseRef: string;
}

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

  /** The tree of a task as it was left, or a new one on its branch. */
  async open(request: TreeRequest, tell: (notice: string) => void): Promise<string> {
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
    await tryGit(this.#repository.gitDir, ['worktree', 'prune']);
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

  async #open(dir: string, request: TreeRequest, tell: (notice: string) => void): Promise<void> {
    const { gitDir } = this.#repository;
    const { branch } = request;
    const named = await tryGit(gitDir, ['check-ref-format', `refs/heads/${branch}`]);
    if (named.code !== 0 || branch.startsWith('-'))
      throw new GitError(`${branch} is no branch name`);
    await git(gitDir, ['worktree', 'prune']);
    const checkouts = await this.#repository.checkouts();
    if (checkouts.has(dir)) return;
    await rm(dir, { recursive: true, force: true });
    if ((await commitOf(gitDir, `refs/heads/${branch}`)) !== undefined) {
      await git(gitDir, ['worktree', 'add', dir, branch]);
      return;
    }
    const base = await this.#repository.base(request.baseRef);
    if (base.notice !== undefined) tell(base.notice);
    await git(gitDir, ['worktree', 'add', '--no-track', '-b', branch, dir, base.commit]);
  }

  async #remove(dir: string): Promise<void> {
    await tryGit(this.#repository.gitDir, ['worktree', 'remove', '--force', '--force', dir]);
    await rm(dir, { recursive: true, force: true });
    await tryGit(this.#repository.gitDir, ['worktree', 'prune']);
  }
}

const ownerFile = (dir: string): string => `${dir}.owner`;

/** In use while the runner that opened it lives, this one or another. */
const isInUse = async (dir: string): Promise<boolean> => {
  const pid = Number(await readFile(ownerFile(dir), 'utf8').catch(() => '0'));
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
