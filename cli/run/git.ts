// Git as a process: argument lists, messages on stdin, no shell, no questions.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { inheritedEnv } from './inherited-env.ts';
import { endGroup } from './process-group.ts';

const GIT_MS_MAX = 600_000;
/** How long git, or a hook that hangs, may take to put its locks away. */
const GRACE_MS = 2_000;
const OUTPUT_BYTES_MAX = 67_108_864;

export interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GitOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  /** Looks above the directory too. A tree that lost its `.git` must not find another one there. */
  readonly looksAbove?: boolean;
}

/** A git command that had to work and did not; the message is git's own. */
export class GitError extends Error {
  /** Whether another try could go better. */
  readonly isRetryable: boolean;

  constructor(message: string, isRetryable = true) {
    super(message);
    this.isRetryable = isRetryable;
  }
}

/** Runs git and gives its answer, whatever the exit code. */
export const tryGit = async (
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitAnswer> => {
  const isThere = await stat(cwd).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isThere) throw new GitError(`The work tree is gone: ${cwd}`);
  return answerOf(start(cwd, args, options), options);
};

/** Runs git, which has to work, and gives its output without the last line end. */
export const git = async (
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> => outputOf(args, await tryGit(cwd, args, options));

/** The output of git without the last line end; throws what git complained of. */
export const outputOf = (args: readonly string[], answer: GitAnswer): string => {
  if (answer.code !== 0) {
    throw new GitError(`git ${args.find((arg) => !arg.startsWith('-'))}: ${complaintOf(answer)}`);
  }
  return answer.stdout.replace(/\n$/, '');
};

/** What git said, short enough for an error. */
export const complaintOf = ({ code, stdout, stderr }: GitAnswer): string =>
  (stderr || stdout.trim() || `exit code ${code}`).slice(0, 2_000);

/** The commit that a revision names, or undefined. */
export const commitOf = async (cwd: string, revision: string): Promise<string | undefined> => {
  const { code, stdout } = await tryGit(cwd, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  return code === 0 ? stdout.trim() : undefined;
};

/** Arguments that name a committer where nobody configured one. */
export const identityArgs = async (cwd: string): Promise<string[]> => {
  const { code } = await tryGit(cwd, ['config', '--get', 'user.email']);
  return code === 0 ? [] : ['-c', 'user.name=Sluice', '-c', 'user.email=sluice@localhost'];
};

const notStarted = (error: unknown): GitError =>
  new GitError(`git could not be started: ${error instanceof Error ? error.message : error}`);

const start = (
  cwd: string,
  args: readonly string[],
  { env, looksAbove = false }: GitOptions,
): ChildProcessWithoutNullStreams => {
  const ceiling = looksAbove ? {} : { GIT_CEILING_DIRECTORIES: path.dirname(cwd) };
  try {
    return spawn('git', args, {
      cwd,
      env: { ...inheritedEnv(), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', ...ceiling, ...env },
      // Not the runner's group: a Ctrl-C meant to drain must not end git in the middle of a merge.
      detached: true,
    });
  } catch (error) {
    // An argument that holds a NUL, for one.
    throw notStarted(error);
  }
};

const answerOf = (
  child: ChildProcessWithoutNullStreams,
  { input = '', timeoutMs = GIT_MS_MAX, graceMs = GRACE_MS }: GitOptions,
): Promise<GitAnswer> =>
  new Promise((resolve, reject) => {
    let isTooSlow = false;
    // Not the timer of `spawn`, which Node keeps running where git could not be started.
    const timer = setTimeout(() => {
      isTooSlow = true;
      if (child.pid !== undefined) void endGroup(child.pid, graceMs);
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(notStarted(error));
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let bytes = 0;
    const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= OUTPUT_BYTES_MAX) chunks.push(chunk);
    };
    child.stdout.on('data', keep(stdout));
    child.stderr.on('data', keep(stderr));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (isTooSlow) reject(new GitError(`git did not end within ${timeoutMs / 1_000} s`));
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8').trim(),
      });
    });
  });
