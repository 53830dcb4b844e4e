import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BRANCH, gitScene, TASK } from './git-scene.ts';
import { git, write } from './temp-repo.ts';

describe('a work tree', () => {
  it('is on the branch of the task and leaves the checkout alone', async () => {
    const one = await gitScene();
    const tree = await one.openTree();
    write(tree, 'new.txt', 'x');
    expect(git(tree, 'branch', '--show-current')).toBe(BRANCH);
    expect(git(one.repo, 'status', '--porcelain')).toBe('');
    expect(git(one.repo, 'branch', '--show-current')).toBe('main');
  });

  it('is found as it was left, and again with its commits after it was removed', async () => {
    const one = await gitScene();
    const sha = await one.commitFile('a.txt', 'a');
    const tree = await one.openTree();
    write(tree, 'rest.txt', 'uncommitted');
    expect(existsSync(path.join(await one.openTree(), 'rest.txt'))).toBe(true);
    await one.worktrees.remove(TASK);
    expect(existsSync(tree)).toBe(false);
    expect(git(await one.openTree(), 'rev-parse', 'HEAD')).toBe(sha);
  });

  it('starts from the branch of HEAD where the base does not exist, and says so', async () => {
    const one = await gitScene();
    await one.openTree({ baseRef: 'develop' });
    expect(one.notices).toEqual(['There is no branch develop here; main is the base instead.']);
  });

  it('is made anew when its directory has vanished', async () => {
    const one = await gitScene();
    rmSync(await one.openTree(), { recursive: true });
    expect(existsSync(path.join(await one.openTree(), 'readme.md'))).toBe(true);
  });

  it.each([
    ...['-f', 'a..b', 'a b', '--detach', '', 'HEAD', '@', '@{-1}', '-', 'a\0b', 'a\nb', 'a.lock'],
    ...['\ud800', `${'x'.repeat(300)}..`],
  ])('refuses the branch name %j in one sentence, for good', async (branch) => {
    const opened = (await gitScene()).openTree({ branch });
    await expect(opened).rejects.toMatchObject({
      message: expect.stringMatching(/^git takes ".{0,110}" for no branch name: [^\n]*$/),
      isRetryable: false,
    });
  });

  it.each(['main/x', 'x'.repeat(300)])('says that git could not make %s', async (branch) => {
    await expect((await gitScene()).openTree({ branch })).rejects.toThrow(
      `git made no work tree on the branch ${branch}: fatal: `,
    );
  });

  it('that was left on another branch is made anew for a stage, and kept for a commit', async () => {
    const one = await gitScene();
    const tree = await one.openTree();
    git(tree, 'checkout', '-q', '-b', 'other');
    write(tree, 'rest.txt', 'x');
    expect(existsSync(path.join(await one.openTree({ keepsFiles: true }), 'rest.txt'))).toBe(true);
    expect((await one.commit(await one.actionOf())).error).toMatchObject({
      code: 'action_mismatch',
      retryable: true,
    });
    await one.openTree();
    expect(existsSync(path.join(tree, 'rest.txt'))).toBe(false);
    expect(git(tree, 'branch', '--show-current')).toBe(BRANCH);
    expect(one.notices).toEqual([`The work tree was not left on ${BRANCH}: it is made anew.`]);
  });

  it('keeps five idle ones', async () => {
    const one = await gitScene();
    const dirs: string[] = [];
    for (let count = 1; count <= 7; count += 1) {
      const request = { taskId: `task_${count}`, branch: `apex/t${count}`, baseRef: 'main' };
      dirs.push(await one.worktrees.open(request, () => undefined));
    }
    await one.worktrees.prune();
    expect(dirs.filter((dir) => existsSync(dir))).toHaveLength(7);
    for (let count = 1; count <= 7; count += 1) await one.worktrees.close(`task_${count}`);
    expect(dirs.filter((dir) => existsSync(dir))).toHaveLength(5);
  });
});
