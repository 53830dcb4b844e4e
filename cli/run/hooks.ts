// The hooks that the runner's own git runs are those that the user had when the runner started. An
// agent can write the repository's hooks, and could else have its code run by an approved commit.
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { CommandError } from '../exit-code.ts';
import { git, tryGit } from './git.ts';
import { isAlive } from './is-alive.ts';

const FILES_MAX = 1_000;

/** Copies the hooks of the repository that a directory is in; gives the directory of the copy. */
export const keepHooks = async (dir: string, stateDir: string): Promise<string> => {
  const root = path.join(stateDir, 'hooks');
  await mkdir(root, { recursive: true, mode: 0o700 });
  for (const name of await readdir(root)) {
    const copy = path.join(root, name);
    if (!isAlive(Number.parseInt(name, 10))) await rm(copy, { recursive: true, force: true });
  }
  const copy = await mkdtemp(path.join(root, `${process.pid}-`));
  await copyHooks(await hooksOf(dir), copy, { files: 0 });
  return copy;
};

/** Where the user's hooks are; a relative core.hooksPath starts at the top of the checkout. */
const hooksOf = async (dir: string): Promise<string> => {
  const top = await tryGit(dir, ['rev-parse', '--show-toplevel'], { looksAbove: true });
  const cwd = top.code === 0 ? top.stdout.replace(/\n$/, '') : dir;
  const args = ['rev-parse', '--path-format=absolute', '--git-path', 'hooks'];
  return git(cwd, args, { looksAbove: true });
};

/** Files with their modes. A link to a directory stays one, for it may lead in a circle. */
const copyHooks = async (from: string, to: string, count: { files: number }): Promise<void> => {
  for (const entry of await readdir(from, { withFileTypes: true }).catch(() => [])) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    const stats = await stat(source).catch(() => undefined);
    if (stats?.isFile()) {
      count.files += 1;
      if (count.files > FILES_MAX)
        throw new CommandError(`${from} holds too many files to be hooks`);
      await copyFile(source, target);
    } else if (entry.isDirectory()) {
      await mkdir(target);
      await copyHooks(source, target, count);
    } else if (stats?.isDirectory()) {
      await symlink(await realpath(source), target);
    }
  }
};
