// The git repository that the runners work on, and what their merges have made of it.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const IDENTITY = ['-c', 'user.name=Faults', '-c', 'user.email=faults@localhost'];
const RECORD = '\x1e';
const OUTPUT_BYTES_MAX = 64_000_000;

/** A commit that the main branch has, with what its message says of where it comes from. */
export interface Commit {
  readonly sha: string;
  readonly subject: string;
  readonly taskId?: string | undefined;
  readonly stage?: string | undefined;
}

const run = promisify(execFile);

const git = async (dir: string, ...args: readonly string[]): Promise<string> => {
  const { stdout } = await run('git', args, { cwd: dir, maxBuffer: OUTPUT_BYTES_MAX });
  return stdout;
};

/** A repository on `main` with one commit; its runners sign with what it says itself. */
export const makeRepository = async (dir: string): Promise<void> => {
  mkdirSync(dir, { recursive: true });
  await git(dir, 'init', '-q', '-b', 'main');
  await git(dir, 'config', 'user.name', 'Faults');
  await git(dir, 'config', 'user.email', 'faults@localhost');
  writeFileSync(join(dir, 'readme.md'), 'A place for work that is disturbed.\n');
  await git(dir, 'add', '--all');
  await git(dir, ...IDENTITY, 'commit', '-qm', 'start');
};

const trailer = (message: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.+)$`, 'm').exec(message)?.[1];

const read = async (dir: string, ...args: readonly string[]): Promise<readonly Commit[]> => {
  const listing = await git(dir, 'log', `--format=%H%n%B${RECORD}`, ...args, 'main');
  return listing
    .split(RECORD)
    .map((record) => record.trim())
    .filter((record) => record !== '')
    .map((record) => {
      const [sha = '', subject = ''] = record.split('\n');
      return { sha, subject, taskId: trailer(record, 'Task'), stage: trailer(record, 'Stage') };
    });
};

/** Every commit of the main branch, by whatever merge, but the merges. */
export const commitsOf = (dir: string): Promise<readonly Commit[]> => read(dir, '--no-merges');

/** The merges that the main branch itself has made. */
export const mergesOf = (dir: string): Promise<readonly Commit[]> =>
  read(dir, '--first-parent', '--merges');

/** What git itself finds wrong. */
export const complaintsOf = (dir: string): Promise<string> =>
  git(dir, 'fsck', '--no-dangling', '--no-progress').then(
    () => '',
    (error: unknown) => String(error),
  );
