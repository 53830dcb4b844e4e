// What a stage has changed on one machine is put onto another: the very same tree, or none.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesOf, treeOf } from '../../cli/run/changes.ts';
import { applyPatch, isUntouched, makePatch } from '../../cli/run/patch.ts';
import { gitScene } from './git-scene.ts';
import { commitFile, git, temporaryDir, temporaryRepo, write } from './temp-repo.ts';

const BYTES_MAX = 1_000_000;

/** Two clones with the same commits, and the change that was made in the tree of the first. */
async function twoMachines(change: (dir: string) => void) {
  const repo = temporaryRepo();
  commitFile(repo, 'kept.txt', 'one\ntwo\n');
  commitFile(repo, 'gone.txt', 'soon\n');
  const other = temporaryDir();
  git(other, 'clone', '-q', repo, '.');
  const [first, second] = [await gitScene(repo), await gitScene(other)];
  const from = await first.openTree();
  change(from);
  const { base, tree } = await changesOf(first.repository, from);
  const patch = await makePatch(first.repository, { base, tree }, BYTES_MAX);
  return { from, to: await second.openTree(), repository: second.repository, base, tree, patch };
}

/** Every way in which a tree can differ. */
const changeAll = (dir: string): void => {
  writeFileSync(path.join(dir, 'kept.txt'), 'one\r\nthree');
  rmSync(path.join(dir, 'gone.txt'));
  writeFileSync(path.join(dir, 'bytes.bin'), Buffer.from([0, 255, 10, 13, 0, 128]));
  writeFileSync(path.join(dir, 'latin.txt'), Buffer.from('caf\xe9 \xa3\n', 'latin1'));
  writeFileSync(path.join(dir, 'a "b"\t☃.txt'), '$(touch F)\n');
  mkdirSync(path.join(dir, 'deep/er'), { recursive: true });
  write(dir, 'deep/er/new.sh', 'echo\n');
  chmodSync(path.join(dir, 'deep/er/new.sh'), 0o755);
  symlinkSync('kept.txt', path.join(dir, 'link'));
};

describe('a patch', () => {
  it('makes the same tree on another machine, whatever the files hold', async () => {
    const { from, to, repository, base, tree, patch } = await twoMachines(changeAll);
    expect(await isUntouched(repository, to, base)).toBe(true);
    expect(await applyPatch(repository, to, { base, tree, patch: patch ?? Buffer.of() })).toBe(
      true,
    );
    expect(await treeOf(repository, to)).toBe(tree);
    expect(await isUntouched(repository, to, base)).toBe(false);
    for (const file of ['bytes.bin', 'latin.txt']) {
      expect(readFileSync(path.join(to, file))).toEqual(readFileSync(path.join(from, file)));
    }
  });

  it('that is not for this base, is cut off, or makes another tree leaves the tree as it was', async () => {
    const { to, repository, base, tree, patch = Buffer.of() } = await twoMachines(changeAll);
    const wrong = [
      { base, tree: '0'.repeat(40), patch },
      { base, tree, patch: patch.subarray(0, patch.length - 40) },
      { base, tree, patch: Buffer.from('no patch') },
    ];
    for (const one of wrong) {
      expect(await applyPatch(repository, to, one)).toBe(false);
      expect(await isUntouched(repository, to, base)).toBe(true);
    }
  });

  it('that leads out of the tree is refused', async () => {
    const { to, repository, base, tree } = await twoMachines(changeAll);
    const leading = (file: string) =>
      Buffer.from(
        `diff --git a/${file} b/${file}\nnew file mode 100644\n--- /dev/null\n+++ b/${file}\n@@ -0,0 +1 @@\n+x\n`,
      );
    for (const file of ['../outside.txt', '.git/hooks/post-commit']) {
      expect(await applyPatch(repository, to, { base, tree, patch: leading(file) })).toBe(false);
    }
    expect(existsSync(path.join(to, '../outside.txt'))).toBe(false);
  });

  it('larger than it may be is none', async () => {
    const { repository, base, tree } = await twoMachines(() => undefined);
    expect(await makePatch(repository, { base, tree }, BYTES_MAX)).toEqual(Buffer.of());
    const grown = await gitScene();
    write(await grown.openTree(), 'much.txt', 'x\n'.repeat(BYTES_MAX));
    const changes = await changesOf(grown.repository, await grown.openTree());
    expect(await makePatch(grown.repository, changes, BYTES_MAX)).toBe(undefined);
  });

  it('does not depend on what the user has configured', async () => {
    const repo = temporaryRepo();
    for (const [key, value] of [
      ['diff.noprefix', 'true'],
      ['diff.external', '/bin/false'],
      ['color.ui', 'always'],
      ['apply.whitespace', 'error'],
    ] as const) {
      git(repo, 'config', key, value);
    }
    const scene = await gitScene(repo);
    const dir = await scene.openTree();
    write(dir, 'new.txt', 'trailing  \n');
    const { base, tree } = await changesOf(scene.repository, dir);
    const patch = (await makePatch(scene.repository, { base, tree }, BYTES_MAX)) ?? Buffer.of();
    rmSync(path.join(dir, 'new.txt'));
    expect(await applyPatch(scene.repository, dir, { base, tree, patch })).toBe(true);
  });
});
