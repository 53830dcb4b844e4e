import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { treeOf } from './changes.ts';
import { commitOf, git } from './git.ts';
import type { Repository } from './repository.ts';

/** Exact for every file, whatever its bytes, and the same whatever the user has configured. */
const EXACT = ['--binary', '--full-index', '--no-renames', '--no-color', '--no-ext-diff'];

interface Span {
  /** The commit that the changes stand on. */
  readonly base: string;
  readonly tree: string;
}

/** The diff that makes the tree out of the base; undefined where it would be larger than `bytesMax`. */
export const makePatch = async (
  repository: Repository,
  { base, tree }: Span,
  bytesMax: number,
): Promise<Uint8Array | undefined> =>
  inTemporaryFile(async (file) => {
    const args = ['diff-tree', '-r', '-p', ...EXACT, '--no-textconv', `--output=${file}`];
    await git(repository.gitDir, [...args, base, tree]);
    return (await stat(file)).size > bytesMax ? undefined : readFile(file);
  });

/** Makes an untouched work tree on the base hold the tree. False where the patch does not come to exactly that one. */
export const applyPatch = async (
  repository: Repository,
  dir: string,
  { base, tree, patch }: Span & { readonly patch: Uint8Array },
): Promise<boolean> =>
  inTemporaryFile(async (file) => {
    await writeFile(file, patch, { mode: 0o600 });
    const args = ['apply', '--index', '--binary', '--whitespace=nowarn', file];
    const { code } = await repository.tryWrite(dir, args);
    if (code === 0 && (await treeOf(repository, dir)) === tree) return true;
    await repository.write(dir, ['reset', '-q', '--hard', base]);
    await repository.write(dir, ['clean', '-q', '-f', '-d']);
    return false;
  });

/** True for a work tree on the base that holds no changes. */
export const isUntouched = async (
  repository: Repository,
  dir: string,
  base: string,
): Promise<boolean> => {
  if ((await commitOf(dir, 'HEAD')) !== base) return false;
  return (await treeOf(repository, dir)) === (await git(dir, ['rev-parse', 'HEAD^{tree}']));
};

const inTemporaryFile = async <T>(use: (file: string) => Promise<T>): Promise<T> => {
  const temporary = await mkdtemp(path.join(tmpdir(), 'sluice-patch-'));
  try {
    return await use(path.join(temporary, 'patch'));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};
