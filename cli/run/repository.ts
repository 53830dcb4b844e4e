import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  commitOf,
  type GitAnswer,
  GitError,
  type GitOptions,
  git,
  outputOf,
  tryGit,
} from './git.ts';
import { keepHooks } from './hooks.ts';
import { RepositoryLock } from './repository-lock.ts';

/** Other runners wait for the end of it. */
const FETCH_MS_MAX = 120_000;

export interface Base {
  /** The local branch, or undefined where HEAD is detached. */
  readonly branch: string | undefined;
  readonly commit: string;
  /** What to tell a person when it is not the branch that was asked for. */
  readonly notice?: string;
}

/** The user's repository: where work trees come from and merges go. */
export class Repository {
  /** The git directory that all work trees share; every command of the runner runs there. */
  readonly gitDir: string;
  /** A short name that is the same for every work tree of this repository. */
  readonly key: string;
  readonly #hooksDir: string;
  readonly #lock: RepositoryLock;
  #last: Promise<unknown> = Promise.resolve();
  #lastPush: Promise<unknown> = Promise.resolve();

  constructor(gitDir: string, hooksDir: string) {
    this.gitDir = gitDir;
    this.#hooksDir = hooksDir;
    this.#lock = new RepositoryLock(gitDir);
    const digest = createHash('sha256').update(gitDir).digest('hex').slice(0, 12);
    const name =
      path.basename(gitDir) === '.git'
        ? path.basename(path.dirname(gitDir))
        : path.basename(gitDir);
    this.key = `${name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 40)}-${digest}`;
  }

  /** Runs git with the hooks that were there at the start: every command that writes comes here. */
  tryWrite(cwd: string, args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
    return tryGit(cwd, ['-c', `core.hooksPath=${this.#hooksDir}`, ...args], options);
  }

  /** The same where it has to work; gives its output. */
  async write(cwd: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
    return outputOf(args, await this.tryWrite(cwd, args, options));
  }

  /** Nothing writes after it. */
  async close(): Promise<void> {
    await rm(this.#hooksDir, { recursive: true, force: true });
  }

  /** One git operation at a time, of all runners here: work trees share refs, and refs have one lock each. */
  alone<T>(operation: () => Promise<T>): Promise<T> {
    const locked = (): Promise<T> => this.#lock.hold(operation);
    const run = this.#last.then(locked, locked);
    this.#last = run.catch(() => undefined);
    return run;
  }

  /** The branch of this name; where it does not exist, the one that HEAD is on. */
  async base(name: string): Promise<Base> {
    const commit = await commitOf(this.gitDir, `refs/heads/${name}`);
    if (commit !== undefined) return { branch: name, commit };
    const head = await commitOf(this.gitDir, 'HEAD');
    if (head === undefined) throw new GitError('The repository has no commit to start from');
    const { stdout } = await tryGit(this.gitDir, ['symbolic-ref', '--short', '--quiet', 'HEAD']);
    const branch = stdout.trim() === '' ? undefined : stdout.trim();
    const instead = branch === undefined ? `commit ${head.slice(0, 12)}` : branch;
    return {
      branch,
      commit: head,
      notice: `There is no branch ${name} here; ${instead} is the base instead.`,
    };
  }

  /** Checked out branches by the path of their work tree. */
  async checkouts(): Promise<Map<string, string>> {
    const listing = await git(this.gitDir, ['worktree', 'list', '--porcelain', '-z']);
    const found = new Map<string, string>();
    for (const record of listing.split('\0\0')) {
      const lines = record.split('\0');
      const dir = lines.find((line) => line.startsWith('worktree '))?.slice('worktree '.length);
      const branch = lines.find((line) => line.startsWith('branch refs/heads/'));
      if (dir !== undefined) found.set(dir, branch?.slice('branch refs/heads/'.length) ?? '');
    }
    return found;
  }

  /** The commit of a branch of `origin`, kept under a ref of our own; undefined where it cannot be had. */
  async fetch(branch: string): Promise<string | undefined> {
    const kept = `refs/sluice/${branch}`;
    const refspec = `+refs/heads/${branch}:${kept}`;
    const args = ['fetch', '-q', '--no-tags', 'origin', refspec];
    const { code } = await tryGit(this.gitDir, args, { timeoutMs: FETCH_MS_MAX });
    return code === 0 ? commitOf(this.gitDir, kept) : undefined;
  }

  async hasOrigin(): Promise<boolean> {
    const { code } = await tryGit(this.gitDir, ['remote', 'get-url', 'origin']);
    return code === 0;
  }

  /**
   * Undefined when it went well or there is no remote, else what git said. One at a time, so that an older
   * commit never comes second; but a remote that hangs holds up no other operation.
   */
  push(branch: string): Promise<string | undefined> {
    const run = this.#lastPush.then(() => this.#push(branch));
    this.#lastPush = run.catch(() => undefined);
    return run;
  }

  async #push(branch: string): Promise<string | undefined> {
    if (!(await this.hasOrigin())) return undefined;
    const ref = `refs/heads/${branch}`;
    const { code, stderr } = await this.tryWrite(this.gitDir, [
      'push',
      '--porcelain',
      'origin',
      `${ref}:${ref}`,
    ]);
    return code === 0 ? undefined : `Pushing ${branch} to origin failed: ${stderr.slice(0, 1_000)}`;
  }
}

/** The repository that a directory is in, or the sentence that says why there is none to work in. */
export const openRepository = async (
  dir: string,
  stateDir: string,
): Promise<Repository | string> => {
  const isThere = await realpath(dir).catch(() => undefined);
  if (isThere === undefined) return `${dir} does not exist.`;
  const args = ['rev-parse', '--path-format=absolute', '--git-common-dir'];
  const { code, stdout } = await tryGit(dir, args, { looksAbove: true });
  if (code !== 0)
    return `${dir} is not in a git repository: run git init and commit, or give --repo DIR.`;
  const head = await tryGit(dir, ['rev-parse', '--verify', 'HEAD'], { looksAbove: true });
  if (head.code !== 0) {
    return `The repository of ${dir} has no commit yet: a task needs one to branch from.`;
  }
  return new Repository(await realpath(stdout.replace(/\n$/, '')), await keepHooks(dir, stateDir));
};
