import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../cli/run/changes.ts';
import { gitScene } from './git-scene.ts';
import { commitFile, git, temporaryRepo, write } from './temp-repo.ts';

describe('a commit', () => {
  it('holds the tree that was reported, untracked and deleted files too', async () => {
    const one = await gitScene();
    const tree = await one.openTree();
    write(tree, 'a "quoted" $(touch F).txt', 'one\ntwo\n');
    git(tree, 'rm', '-q', 'readme.md');
    const changes = await changesOf(one.repository, tree);
    expect(changes).toMatchObject({ files: 2, insertions: 2, deletions: 1 });
    expect(changes.paths).toContain('a "quoted" $(touch F).txt');
    const message = 'feat: $(touch F) `touch F`\n\n# not a comment\n-m';
    const outcome = await one.commit(await one.actionOf(message));
    expect(outcome.outcome).toBe('completed');
    expect(git(tree, 'log', '-1', '--format=%B')).toBe(message);
    expect(git(tree, 'rev-parse', 'HEAD^{tree}')).toBe(changes.tree);
    expect(git(tree, 'status', '--porcelain')).toBe('');
    expect(existsSync(path.join(tree, 'F'))).toBe(false);
  });

  it('leaves the index as the agent left it while a tree is taken', async () => {
    const one = await gitScene();
    const tree = await one.openTree();
    write(tree, 'new.txt', 'x');
    await changesOf(one.repository, tree);
    expect(git(tree, 'status', '--porcelain')).toBe('?? new.txt');
  });

  it('sees a file that was written twice within a second, at the same size', async () => {
    const one = await gitScene();
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
    expect(await changesOf(one.repository, tree)).toMatchObject({ files: 1, paths: ['a.txt'] });
  });

  it('is refused when the tree or the base is another', async () => {
    const one = await gitScene();
    const tree = await one.openTree();
    write(tree, 'a.txt', 'a');
    const action = await one.actionOf();
    write(tree, 'a.txt', 'changed after the approval');
    expect((await one.commit(action)).error).toMatchObject({
      code: 'action_mismatch',
      retryable: true,
    });
    write(tree, 'a.txt', 'a');
    commitFile(tree, 'b.txt', 'b');
    expect((await one.commit(action)).error?.code).toBe('action_mismatch');
  });

  it('is not made twice', async () => {
    const one = await gitScene();
    const tree = await one.openTree();
    write(tree, 'a.txt', 'a');
    const action = await one.actionOf();
    const first = await one.commit(action);
    expect(await one.commit(action)).toEqual(first);
    expect(git(tree, 'rev-list', '--count', 'main..HEAD')).toBe('1');
  });

  it('is made whatever characters the message has', async () => {
    const one = await gitScene();
    const tree = await one.openTree();
    write(tree, 'a.txt', 'a');
    const outcome = await one.commit(await one.actionOf('feat: a\0b\ud800\r\n\r\nbody\rend'));
    expect(outcome.outcome).toBe('completed');
    expect(git(tree, 'log', '-1', '--format=%B')).toBe('feat: a\ufffdb\ufffd\n\nbody\nend');
  });

  it.each([
    ['fails', 'echo no >&2\nexit 1', { code: 'commit_failed', message: 'git commit: no' }],
    ['changes the tree', 'echo b > a.txt; git add a.txt', { code: 'action_mismatch' }],
  ])('fails with a hook of the user that %s', async (_, script, error) => {
    const repo = temporaryRepo();
    const hooks = path.join(repo, '.git', 'hooks');
    mkdirSync(hooks, { recursive: true });
    writeFileSync(path.join(hooks, 'pre-commit'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const one = await gitScene(repo);
    const tree = await one.openTree();
    write(tree, 'a.txt', 'a');
    expect((await one.commit(await one.actionOf())).error).toMatchObject(error);
    expect(git(tree, 'rev-list', '--count', 'main..HEAD')).toBe('0');
  });
});
