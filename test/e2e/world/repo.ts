// Git repositories of a tester who has never heard of us.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeDir } from './place.ts';
import { cleanEnv } from './started.ts';

export const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, {
    cwd,
    env: cleanEnv(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

/** A repository on `main` with one commit and the file `readme.md`. */
export const makeRepo = (): string => {
  const dir = makeDir();
  git(dir, 'init', '-q', '-b', 'main');
  writeFileSync(path.join(dir, 'readme.md'), 'one\n');
  git(dir, 'add', '--all');
  git(dir, '-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '-qm', 'start');
  return dir;
};

/** A bare repository that is the `origin` of this one. */
export const addRemote = (repo: string): string => {
  const bare = makeDir();
  git(bare, 'init', '-q', '--bare', '-b', 'main');
  git(repo, 'remote', 'add', 'origin', bare);
  git(repo, 'push', '-q', 'origin', 'main');
  return bare;
};

export const readText = (...parts: string[]): string => readFileSync(path.join(...parts), 'utf8');
