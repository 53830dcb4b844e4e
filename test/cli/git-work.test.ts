import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../cli/run/changes.ts';
import { commitAction } from '../../cli/run/commit.ts';
import { mergeAction } from '../../cli/run/merge.ts';
import { openRepository, type Repository } from '../../cli/run/repository.ts';
import { Worktrees } from '../../cli/run/worktree.ts';
import { commitFile, git, temporaryDir, temporaryRepo, write } from './temp-repo.ts';

const BRANCH = 'apex/add-login';
const TASK = 'task_1_aaaaaaaaaaaaaaaaaaaa';

interface Scene {
  readonly repo: string;
  readonly repository: Repository;
  readonly worktrees: Worktrees;
  readonly notices: string[];
  openTree(baseRef?: string): Promise<string>;
}

const scene = async (repo = temporaryRepo()): Promise<Scene> => {
  const repository = await openRepository(repo);
  if (typeof repository === 'string') throw new Error(repository);
  const worktrees = new Worktrees(repository, temporaryDir());
  const notices: string[] = [];
  const openTree = (baseRef = 'main'): Promise<string> =>
    worktrees.open({ taskId: TASK, branch: BRANCH, baseRef }, (notice) => notices.push(notice));
  return { repo, repository, worktrees, notices, openTree };
};

const commitOf = async (tree: string, message = 'feat: add login') => {
  const { base, tree: hash, paths } = await changesOf(tree);
  const params = { base, tree: hash, message, files: paths };
  return { type: 'git.commit', target: { branch: BRANCH }, params } as const;
};

const merge = (repository: Repository, description = 'Add login\nmore') =>
  mergeAction({
    repository,
    description,
    tell: () => undefined,
    action: {
      type: 'git.merge',
      target: { into: 'main', branch: BRANCH },
      params: { strategy: 'merge' },
    },
  });

const commitInTree = async (one: Scene, file: string, text: string): Promise<string> => {
  const tree = await one.openTree();
  write(tree, file, text);
  const outcome = await commitAction(tree, await commitOf(tree));
  expect(outcome.error).toBeUndefined();
  return outcome.outputs?.['commit'] ?? '';
};

describe('a repository', () => {
  it('is refused in one sentence where there is none, or no commit', async () => {
    const dir = temporaryDir();
    expect(await openRepository(dir)).toMatch(/is not in a git repository/);
    git(dir, 'init', '-q');
    expect(await openRepository(dir)).toMatch(/has no commit yet/);
    expect(await openRepository(path.join(dir, 'none'))).toMatch(/does not exist/);
  });
});

describe('a work tree', () => {
  it('is on the branch of the task and leaves the checkout alone', async () => {
    const one = await scene();
    const tree = await one.openTree();
    write(tree, 'new.txt', 'x');
    expect(git(tree, 'branch', '--show-current')).toBe(BRANCH);
    expect(git(one.repo, 'status', '--porcelain')).toBe('');
    expect(git(one.repo, 'branch', '--show-current')).toBe('main');
  });

  it('is found as it was left, and again with its commits after it was removed', async () => {
    const one = await scene();
    const sha = await commitInTree(one, 'a.txt', 'a');
    const tree = await one.openTree();
    write(tree, 'rest.txt', 'uncommitted');
    expect(existsSync(path.join(await one.openTree(), 'rest.txt'))).toBe(true);
    await one.worktrees.remove(TASK);
    expect(existsSync(tree)).toBe(false);
    expect(git(await one.openTree(), 'rev-parse', 'HEAD')).toBe(sha);
  });

  it('starts from the branch of HEAD where the base does not exist, and says so', async () => {
    const one = await scene();
    await one.openTree('develop');
    expect(one.notices).toEqual(['There is no branch develop here; main is the base instead.']);
  });

  it('is made anew when its directory has vanished', async () => {
    const one = await scene();
    rmSync(await one.openTree(), { recursive: true });
    expect(existsSync(path.join(await one.openTree(), 'readme.md'))).toBe(true);
  });

  it.each(['-f', 'a..b', 'a b', '--detach'])('refuses the branch name %s', async (branch) => {
    const { worktrees } = await scene();
    const request = { taskId: TASK, branch, baseRef: 'main' };
    await expect(worktrees.open(request, () => undefined)).rejects.toThrow(/is no branch name/);
  });

  it('keeps five idle ones', async () => {
    const one = await scene();
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

describe('a commit', () => {
  it('holds the tree that was reported, untracked and deleted files too', async () => {
    const one = await scene();
    const tree = await one.openTree();
    write(tree, 'a "quoted" $(touch F).txt', 'one\ntwo\n');
    git(tree, 'rm', '-q', 'readme.md');
    const changes = await changesOf(tree);
    expect(changes).toMatchObject({ files: 2, insertions: 2, deletions: 1 });
    expect(changes.paths).toContain('a "quoted" $(touch F).txt');
    const message = 'feat: $(touch F) `touch F`\n\n# not a comment\n-m';
    const outcome = await commitAction(tree, await commitOf(tree, message));
    expect(outcome.outcome).toBe('completed');
    expect(git(tree, 'log', '-1', '--format=%B')).toBe(message);
    expect(git(tree, 'rev-parse', 'HEAD^{tree}')).toBe(changes.tree);
    expect(git(tree, 'status', '--porcelain')).toBe('');
    expect(existsSync(path.join(tree, 'F'))).toBe(false);
  });

  it('leaves the index as the agent left it while a tree is taken', async () => {
    const one = await scene();
    const tree = await one.openTree();
    write(tree, 'new.txt', 'x');
    await changesOf(tree);
    expect(git(tree, 'status', '--porcelain')).toBe('?? new.txt');
  });

  it('sees a file that was written twice within a second, at the same size', async () => {
    const one = await scene();
    const tree = await one.openTree();
    git(tree, 'config', 'core.trustCtime', 'false');
    commitFile(tree, 'a.txt', 'aaaa');
    const file = path.join(tree, 'a.txt');
    const index = git(tree, 'rev-parse', '--path-format=absolute', '--git-path', 'index');
    const sameSecond = new Date(1_700_000_000_000);
    utimesSync(file, sameSecond, sameSecond);
    git(tree, 'update-index', '--refresh');
    utimesSync(index, sameSecond, sameSecond);
    write(tree, 'a.txt', 'bbbb');
    utimesSync(file, sameSecond, sameSecond);
    expect(await changesOf(tree)).toMatchObject({ files: 1, paths: ['a.txt'] });
  });

  it('is refused when the tree or the base is another', async () => {
    const one = await scene();
    const tree = await one.openTree();
    write(tree, 'a.txt', 'a');
    const action = await commitOf(tree);
    write(tree, 'a.txt', 'changed after the approval');
    expect((await commitAction(tree, action)).error).toMatchObject({
      code: 'action_mismatch',
      retryable: true,
    });
    write(tree, 'a.txt', 'a');
    commitFile(tree, 'b.txt', 'b');
    expect((await commitAction(tree, action)).error?.code).toBe('action_mismatch');
  });

  it('is not made twice', async () => {
    const one = await scene();
    const tree = await one.openTree();
    write(tree, 'a.txt', 'a');
    const action = await commitOf(tree);
    const first = await commitAction(tree, action);
    expect(await commitAction(tree, action)).toEqual(first);
    expect(git(tree, 'rev-list', '--count', 'main..HEAD')).toBe('1');
  });

  it('fails with a failing hook, and with one that changes the tree', async () => {
    const one = await scene();
    const tree = await one.openTree();
    const hooks = path.join(one.repo, '.git', 'hooks');
    mkdirSync(hooks, { recursive: true });
    write(tree, 'a.txt', 'a');
    const hook = path.join(hooks, 'pre-commit');
    writeFileSync(hook, '#!/bin/sh\necho no >&2\nexit 1\n', { mode: 0o755 });
    expect((await commitAction(tree, await commitOf(tree))).error).toMatchObject({
      code: 'commit_failed',
      message: 'git commit: no',
    });
    writeFileSync(hook, '#!/bin/sh\necho b > a.txt; git add a.txt\n', { mode: 0o755 });
    expect((await commitAction(tree, await commitOf(tree))).error?.code).toBe('action_mismatch');
    expect(git(tree, 'rev-list', '--count', 'main..HEAD')).toBe('0');
  });
});

describe('a merge', () => {
  it('fast-forwards a clean checkout of the base', async () => {
    const one = await scene();
    const sha = await commitInTree(one, 'a.txt', 'a');
    const outcome = await merge(one.repository);
    expect(outcome.outcome).toBe('completed');
    expect(git(one.repo, 'log', '-1', '--format=%s %P')).toBe(
      `Merge ${BRANCH}: Add login ${git(one.repo, 'rev-parse', 'HEAD^')} ${sha}`,
    );
    expect(readFileSync(path.join(one.repo, 'a.txt'), 'utf8')).toBe('a');
    expect(git(one.repo, 'status', '--porcelain')).toBe('');
  });

  it('repeated is completed with the same commit', async () => {
    const one = await scene();
    await commitInTree(one, 'a.txt', 'a');
    const first = await merge(one.repository);
    const head = git(one.repo, 'rev-parse', 'main');
    expect((await merge(one.repository)).outputs).toEqual(first.outputs);
    expect(git(one.repo, 'rev-parse', 'main')).toBe(head);
  });

  it('of a branch without commits says so', async () => {
    const one = await scene();
    await one.openTree();
    const { outcome, summary } = await merge(one.repository);
    expect(outcome).toBe('completed');
    expect(summary).toMatch(/^Nothing to merge/);
  });

  it('leaves a dirty checkout alone and fails, to be tried again', async () => {
    const one = await scene();
    await commitInTree(one, 'a.txt', 'a');
    write(one.repo, 'readme.md', 'being edited\n');
    const head = git(one.repo, 'rev-parse', 'HEAD');
    expect((await merge(one.repository)).error).toMatchObject({
      code: 'checkout_dirty',
      retryable: true,
    });
    expect(git(one.repo, 'rev-parse', 'HEAD')).toBe(head);
    expect(readFileSync(path.join(one.repo, 'readme.md'), 'utf8')).toBe('being edited\n');
  });

  it('never overwrites an untracked file', async () => {
    const one = await scene();
    await commitInTree(one, 'a.txt', 'a');
    write(one.repo, 'a.txt', 'mine');
    expect((await merge(one.repository)).error).toMatchObject({
      code: 'base_moved',
      retryable: true,
    });
    expect(readFileSync(path.join(one.repo, 'a.txt'), 'utf8')).toBe('mine');
  });

  it('moves a base that is checked out nowhere', async () => {
    const one = await scene();
    await commitInTree(one, 'a.txt', 'a');
    git(one.repo, 'checkout', '-q', '-b', 'elsewhere');
    const outcome = await merge(one.repository);
    expect(git(one.repo, 'rev-parse', 'main')).toBe(outcome.outputs?.['merge']);
    expect(existsSync(path.join(one.repo, 'a.txt'))).toBe(false);
  });

  it('that conflicts names the files, is final and leaves nothing behind', async () => {
    const one = await scene();
    await commitInTree(one, 'readme.md', 'theirs\n');
    commitFile(one.repo, 'readme.md', 'ours\n');
    const outcome = await merge(one.repository);
    expect(outcome.error).toMatchObject({ code: 'merge_conflict', retryable: false });
    expect(outcome.error?.message).toContain('readme.md');
    expect(git(one.repo, 'worktree', 'list').split('\n')).toHaveLength(2);
    expect(git(one.repo, 'status', '--porcelain')).toBe('');
  });

  it('of a task whose text is a command runs nothing', async () => {
    const one = await scene();
    await commitInTree(one, 'a.txt', 'a');
    const text = '$(touch F) `touch F`; touch F';
    await merge(one.repository, text);
    expect(git(one.repo, 'log', '-1', '--format=%s')).toBe(`Merge ${BRANCH}: ${text}`);
    expect(existsSync(path.join(one.repo, 'F'))).toBe(false);
  });
});

describe('a push', () => {
  it('goes to a bare origin, is nothing without one and a sentence when it fails', async () => {
    const one = await scene();
    expect(await one.repository.push('main')).toBeUndefined();
    const origin = temporaryDir();
    git(origin, 'init', '-q', '--bare');
    git(one.repo, 'remote', 'add', 'origin', origin);
    expect(await one.repository.push('main')).toBeUndefined();
    expect(git(origin, 'rev-parse', 'refs/heads/main')).toBe(git(one.repo, 'rev-parse', 'main'));
    git(one.repo, 'remote', 'set-url', 'origin', path.join(origin, 'gone'));
    expect(await one.repository.push('main')).toMatch(/^Pushing main to origin failed/);
  });
});
