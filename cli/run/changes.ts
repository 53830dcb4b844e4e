import { copyFile, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ResultBody } from '../../src/contract/work.ts';
import { git } from './git.ts';
import type { Repository } from './repository.ts';

type Changes = Required<Omit<NonNullable<ResultBody['changes']>, 'patch'>> & {
  readonly base: string;
  readonly tree: string;
};

const PATHS_MAX = 1_000;
const PATH_CHARS_MAX = 1_000;

/** The git tree of everything in a work tree that is not ignored; its own index stays as it is. */
export const treeOf = async (repository: Repository, dir: string): Promise<string> => {
  const temporary = await mkdtemp(path.join(tmpdir(), 'sluice-index-'));
  try {
    const index = path.join(temporary, 'index');
    const env = { GIT_INDEX_FILE: index };
    const own = await git(dir, ['rev-parse', '--path-format=absolute', '--git-path', 'index']);
    // A copy knows which files are unchanged, so that a large repository is not hashed anew.
    const isCopied = await copyAsOld(own, index);
    if (!isCopied) await repository.write(dir, ['read-tree', 'HEAD'], { env });
    await repository.write(dir, ['add', '--all'], { env });
    return await repository.write(dir, ['write-tree'], { env });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};

/**
 * Git distrusts an entry that is not older than the index itself, because its clock ticks in seconds. A
 * copy that looked newer would hide a file that was written twice within one second.
 */
const copyAsOld = async (from: string, to: string): Promise<boolean> => {
  try {
    const { atime, mtime } = await stat(from);
    await copyFile(from, to);
    await utimes(to, atime, mtime);
    return true;
  } catch {
    return false;
  }
};

/** What a stage left behind, against the commit that it stands on. */
export const changesOf = async (repository: Repository, dir: string): Promise<Changes> => {
  const base = await git(dir, ['rev-parse', '--verify', 'HEAD']);
  const tree = await treeOf(repository, dir);
  const listing = await git(dir, [
    'diff-tree',
    '-r',
    '-z',
    '--numstat',
    '--no-renames',
    base,
    tree,
  ]);
  const rows = listing.split('\0').filter((row) => row !== '');
  let insertions = 0;
  let deletions = 0;
  const paths: string[] = [];
  for (const row of rows) {
    const [added = '', removed = '', ...name] = row.split('\t');
    // A binary file counts as `-`.
    insertions += Number.parseInt(added, 10) || 0;
    deletions += Number.parseInt(removed, 10) || 0;
    if (paths.length < PATHS_MAX)
      paths.push(name.join('\t').slice(0, PATH_CHARS_MAX).toWellFormed());
  }
  return { files: rows.length, insertions, deletions, tree, base, paths };
};
