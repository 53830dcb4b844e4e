// Real repositories in temporary directories.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export const temporaryDir = (): string => {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'sluice-test-')));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

export const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

export const write = (dir: string, file: string, text: string): void =>
  writeFileSync(path.join(dir, file), text);

export const commitFile = (dir: string, file: string, text: string): string => {
  write(dir, file, text);
  git(dir, 'add', '--all');
  git(dir, '-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '-qm', `add ${file}`);
  return git(dir, 'rev-parse', 'HEAD');
};

/** A repository on `main` with one commit and no identity of its own. */
export const temporaryRepo = (): string => {
  const dir = temporaryDir();
  git(dir, 'init', '-q', '-b', 'main');
  commitFile(dir, 'readme.md', 'one\n');
  return dir;
};
