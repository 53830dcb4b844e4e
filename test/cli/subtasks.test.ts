// Subtasks: each on a branch of its own, begun at a branch of their parent and merged into it.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { mergeAction } from '../../cli/run/merge.ts';
import { openRepository, type Repository } from '../../cli/run/repository.ts';
import { ensureSubtaskBase } from '../../cli/run/subtask-base.ts';
import { commitWork, mergeWork } from './action-works.ts';
import { gitScene, BRANCH as PARENT } from './git-scene.ts';
import { runScene } from './run-scene.ts';
import { NODE_24, startSluice } from './run-sluice.ts';
import { ScriptedServer, stageWork } from './scripted-server.ts';
import { commitFile, git, temporaryDir, temporaryRepo } from './temp-repo.ts';

const childOf = (number: number) => ({
  id: `task_child_${number}`,
  branchName: PARENT,
  workBranch: `${PARENT}--${number}`,
  baseRef: PARENT,
  parentTaskId: 'task_parent',
});
const target = (number: number) => ({ into: PARENT, branch: `${PARENT}--${number}` });

/** A server with one subtask: its stage, its commit, its merge. */
const serverOf = async (number: number): Promise<ScriptedServer> => {
  const server = new ScriptedServer(stageWork('wrk_1'));
  await server.up();
  // No check of a subtask may run: this one would fail.
  server.grant = { task: childOf(number), project: { lintCommand: 'false' } };
  server.next = [
    (result) => ({ do: 'work', work: commitWork(result, `${PARENT}--${number}`) }),
    () => ({ do: 'work', work: mergeWork(target(number)) }),
  ];
  return server;
};

/** One commit on the branch of a subtask, made as its runner leaves it. */
const commitOn = (repo: string, number: number): void => {
  git(repo, 'worktree', 'add', '-q', '-b', `${PARENT}--${number}`, `${repo}-${number}`, PARENT);
  commitFile(`${repo}-${number}`, `${number}.txt`, String(number));
  git(repo, 'worktree', 'remove', '--force', `${repo}-${number}`);
};

const opened = async (repo: string): Promise<Repository> => {
  const repository = await openRepository(repo, temporaryDir());
  if (typeof repository === 'string') throw new Error(repository);
  return repository;
};

const merge = (repository: Repository, number: number) =>
  repository.alone(() => {
    const { action } = mergeWork(target(number));
    return mergeAction({ repository, action, description: 'Add', tell: () => undefined });
  });

describe('a subtask', () => {
  it('works on its own branch, merges into that of its parent, and is checked with it', async () => {
    const { repo, scratch, stateDir } = await runScene();
    const server = await serverOf(1);
    const script =
      'echo $SLUICE_BRANCH $APEX_BRANCH > "$1/branch"; git branch > "$1/all"; echo x > x.txt';
    const args = ['run', '--url', server.url, '--repo', repo, '--once', '--', 'sh', '-c', script];
    const { ended } = startSluice([...args, 'sh', scratch], { node: NODE_24, stateDir });
    expect((await ended).code).toBe(0);
    expect(server.results).toMatchObject(Array(3).fill({ outcome: 'completed' }));
    const told = readFileSync(path.join(scratch, 'branch'), 'utf8');
    expect(told).toBe(`${PARENT}--1 ${PARENT}--1\n`);
    // `+` marks what is checked out elsewhere: the base is not.
    expect(readFileSync(path.join(scratch, 'all'), 'utf8')).toBe(
      `  ${PARENT}\n* ${PARENT}--1\n+ main\n`,
    );
    expect(git(repo, 'show', `${PARENT}:x.txt`)).toBe('x');
    expect(git(repo, 'rev-list', '--count', 'main')).toBe('1');
    expect(git(repo, 'branch', '--show-current')).toBe('main');
  });

  it('takes its parent along: a tree that is on the parent branch follows the merge', async () => {
    const one = await gitScene();
    await one.commitFile('plan.txt', 'plan');
    const tree = await one.openTree();
    commitOn(one.repo, 1);
    expect(await merge(one.repository, 1)).toMatchObject({ outcome: 'completed', moved: PARENT });
    expect(existsSync(path.join(tree, '1.txt'))).toBe(true);
    expect(git(tree, 'status', '--porcelain')).toBe('');
    expect(git(tree, 'branch', '--show-current')).toBe(PARENT);
  });
});

describe('the base of a subtask', () => {
  const ensure = (repository: Repository, notices: string[], defaultBranch = 'main') =>
    ensureSubtaskBase({
      repository,
      branch: PARENT,
      defaultBranch,
      tell: (notice) => notices.push(notice),
    });

  it('is left where it is', async () => {
    const one = await gitScene();
    const commit = await one.commitFile('plan.txt', 'plan');
    await ensure(one.repository, one.notices);
    expect(git(one.repo, 'rev-parse', PARENT)).toBe(commit);
  });

  it('begins at the default branch, or where HEAD is if there is none', async () => {
    const one = await gitScene();
    await ensure(one.repository, one.notices, 'trunk');
    expect(git(one.repo, 'rev-parse', PARENT)).toBe(git(one.repo, 'rev-parse', 'main'));
    expect(one.notices).toEqual(['There is no branch trunk here; main is the base instead.']);
  });

  it('is fetched where another machine has pushed it', async () => {
    const origin = temporaryDir();
    git(origin, 'init', '-q', '--bare');
    const repo = temporaryRepo();
    git(repo, 'remote', 'add', 'origin', origin);
    const one = await gitScene(repo);
    const commit = await one.commitFile('plan.txt', 'plan');
    git(repo, 'push', '-q', 'origin', PARENT);
    await one.worktrees.remove('task_1_aaaaaaaaaaaaaaaaaaaa');
    git(repo, 'branch', '-D', PARENT);
    await ensure(one.repository, one.notices);
    expect(git(repo, 'rev-parse', PARENT)).toBe(commit);
  });

  it('that no branch may be called is refused for good', async () => {
    const { repository } = await gitScene();
    const options = { repository, defaultBranch: 'main', tell: () => undefined };
    await expect(ensureSubtaskBase({ ...options, branch: 'a..b' })).rejects.toMatchObject({
      message: expect.stringMatching(/^git takes "a\.\.b" for no branch name/),
      isRetryable: false,
    });
  });
});

describe('subtasks that are merged at the same time', () => {
  it.each([
    ['a branch that is checked out nowhere', false],
    ['the tree of their parent', true],
  ])('by runners of their own all reach %s', { timeout: 30_000 }, async (_, hasTree) => {
    const one = await gitScene();
    const tree = await one.openTree();
    if (!hasTree) await one.worktrees.remove('task_1_aaaaaaaaaaaaaaaaaaaa');
    const numbers = [1, 2, 3, 4];
    for (const number of numbers) commitOn(one.repo, number);
    const repositories = await Promise.all(numbers.map(() => opened(one.repo)));
    const outcomes = await Promise.all(
      repositories.map((repository, index) => merge(repository, index + 1)),
    );
    expect(outcomes).toMatchObject(numbers.map(() => ({ outcome: 'completed' })));
    const files = numbers.map((number) => `${number}.txt`);
    expect(git(one.repo, 'ls-tree', '--name-only', PARENT).split('\n')).toEqual([
      ...files,
      'readme.md',
    ]);
    if (hasTree) expect(git(tree, 'status', '--porcelain')).toBe('');
    expect(git(one.repo, 'rev-list', '--count', '--merges', PARENT)).toBe('4');
  });

  it('in two slots of one runner both reach it', async () => {
    const one = await gitScene();
    git(one.repo, 'branch', PARENT);
    for (const number of [1, 2]) commitOn(one.repo, number);
    const merges = [merge(one.repository, 1), merge(one.repository, 2)];
    expect(await Promise.all(merges)).toMatchObject(Array(2).fill({ outcome: 'completed' }));
  });

  it('by two `sluice run` from their first stage on both reach it', async () => {
    const repo = temporaryRepo();
    const runs = [1, 2].map(async (number) => {
      const server = await serverOf(number);
      const args = ['run', '--url', server.url, '--repo', repo, '--once', '--'];
      const script = `echo ${number} > ${number}.txt`;
      const stateDir = temporaryDir();
      const { ended } = startSluice([...args, 'sh', '-c', script], { node: NODE_24, stateDir });
      return { code: (await ended).code, results: server.results };
    });
    for (const { code, results } of await Promise.all(runs)) {
      expect(results).toMatchObject(Array(3).fill({ outcome: 'completed' }));
      expect(code).toBe(0);
    }
    expect(git(repo, 'ls-tree', '--name-only', PARENT)).toBe('1.txt\n2.txt\nreadme.md');
  });
});
