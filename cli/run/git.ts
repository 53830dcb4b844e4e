// Git as a process: argument lists, messages on stdin, no shell, no questions.
import { spawn } from 'node:child_process';
import { inheritedEnv } from './inherited-env.ts';

const GIT_MS_MAX = 600_000;
const OUTPUT_BYTES_MAX = 67_108_864;

export interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GitOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A git command that had to work and did not; the message is git's own. */
export class GitError extends Error {}

/** Runs git and gives its answer, whatever the exit code. */
export const tryGit = (
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitAnswer> =>
  new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd,
      env: { ...inheritedEnv(), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: GIT_MS_MAX,
      // Not the runner's group: a Ctrl-C meant to drain must not end git in the middle of a merge.
      detached: true,
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
    child.stdin.end(options.input ?? '');
    child.on('error', (error) =>
      reject(new GitError(`git could not be started: ${error.message}`)),
    );
    child.on('close', (code) =>
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8').trim(),
      }),
    );
  });

/** Runs git, which has to work, and gives its output without the last line end. */
export const git = async (
  cwd: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> => {
  const answer = await tryGit(cwd, args, options);
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
