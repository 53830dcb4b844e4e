// A task that changes machine: what was committed elsewhere is fetched, or missed in words.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bringEarlierWork } from '../../cli/run/earlier-work.ts';
import { BRANCH, gitScene, TASK } from './git-scene.ts';
import { git, temporaryDir, temporaryRepo } from './temp-repo.ts';

/** Two clones of one origin, as two machines have them. */
async function twoMachines() {
  const origin = temporaryDir();
  git(origin, 'init', '-q', '--bare', '-b', 'main');
  const first = temporaryRepo();
  git(first, 'remote', 'add', 'origin', origin);
  git(first, 'push', '-q', 'origin', 'main');
  const second = temporaryDir();
  git(second, 'clone', '-q', origin, '.');
  return { first: await gitScene(first), second: await gitScene(second) };
}

type Scene = Awaited<ReturnType<typeof gitScene>>;

/** Only these members of a grant are looked at. */
const bring = ({ repository, worktrees }: Scene, commit: string | null) => {
  const grant = { task: { id: TASK, workBranch: BRANCH }, resume: { commit } };
  return bringEarlierWork({ repository, worktrees, grant });
};

describe('the work of earlier stages', () => {
  it('that is here already is left as it is', async () => {
    const scene = await gitScene();
    const commit = await scene.commitFile('login.txt', 'one\n');
    expect(await bring(scene, commit)).toBe(true);
    expect(await bring(scene, null)).toBe(true);
    expect(existsSync(path.join(await scene.openTree(), 'login.txt'))).toBe(true);
  });

  it('that was pushed from another machine is fetched, and the tree begins with it', async () => {
    const { first, second } = await twoMachines();
    const commit = await first.commitFile('login.txt', 'one\n');
    git(first.repo, 'push', '-q', 'origin', BRANCH);
    expect(await bring(second, commit)).toBe(true);
    expect(existsSync(path.join(await second.openTree(), 'login.txt'))).toBe(true);
    expect(git(second.repo, 'rev-parse', BRANCH)).toBe(commit);
  });

  it('replaces a tree of this machine that is behind it', async () => {
    const { first, second } = await twoMachines();
    await second.openTree();
    const commit = await first.commitFile('login.txt', 'one\n');
    git(first.repo, 'push', '-q', 'origin', BRANCH);
    expect(await bring(second, commit)).toBe(true);
    expect(existsSync(path.join(await second.openTree(), 'login.txt'))).toBe(true);
  });

  it('that nobody pushed is missed, with an origin and without one', async () => {
    const { first, second } = await twoMachines();
    const commit = await first.commitFile('login.txt', 'one\n');
    expect(await bring(second, commit)).toBe(false);
    expect(await bring(await gitScene(), commit)).toBe(false);
  });
});
