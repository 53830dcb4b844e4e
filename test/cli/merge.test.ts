import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { mergeAction } from '../../cli/run/merge.ts';
import type { Repository } from '../../cli/run/repository.ts';
import { BRANCH, gitScene } from './git-scene.ts';
import { commitFile, git, write } from './temp-repo.ts';

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

describe('a merge', () => {
  it('fast-forwards a clean checkout of the base', async () => {
    const one = await gitScene();
    const sha = await one.commitFile('a.txt', 'a');
    const outcome = await merge(one.repository);
    expect(outcome.outcome).toBe('completed');
    expect(git(one.repo, 'log', '-1', '--format=%s %P')).toBe(
      `Merge ${BRANCH}: Add login ${git(one.repo, 'rev-parse', 'HEAD^')} ${sha}`,
    );
    expect(readFileSync(path.join(one.repo, 'a.txt'), 'utf8')).toBe('a');
    expect(git(one.repo, 'status', '--porcelain')).toBe('');
  });

  it('is made whatever characters the description has', async () => {
    const one = await gitScene();
    await one.commitFile('a.txt', 'a');
    const { outcome } = await merge(one.repository, `Add \0\ud800\r${'x'.repeat(10_000)}`);
    expect(outcome).toBe('completed');
    expect(git(one.repo, 'log', '-1', '--format=%B')).toBe(`Merge ${BRANCH}: Add \ufffd`);
  });

  it('repeated is completed with the same commit', async () => {
    const one = await gitScene();
    await one.commitFile('a.txt', 'a');
    const first = await merge(one.repository);
    const head = git(one.repo, 'rev-parse', 'main');
    expect((await merge(one.repository)).outputs).toEqual(first.outputs);
    expect(git(one.repo, 'rev-parse', 'main')).toBe(head);
  });

  it('of a branch without commits says so', async () => {
    const one = await gitScene();
    await one.openTree();
    const { outcome, summary } = await merge(one.repository);
    expect(outcome).toBe('completed');
    expect(summary).toMatch(/^Nothing to merge/);
  });

  it('leaves a dirty checkout alone and fails, to be tried again', async () => {
    const one = await gitScene();
    await one.commitFile('a.txt', 'a');
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
    const one = await gitScene();
    await one.commitFile('a.txt', 'a');
    write(one.repo, 'a.txt', 'mine');
    expect((await merge(one.repository)).error).toMatchObject({
      code: 'base_moved',
      retryable: true,
    });
    expect(readFileSync(path.join(one.repo, 'a.txt'), 'utf8')).toBe('mine');
  });

  it('moves a base that is checked out nowhere', async () => {
    const one = await gitScene();
    await one.commitFile('a.txt', 'a');
    git(one.repo, 'checkout', '-q', '-b', 'elsewhere');
    const outcome = await merge(one.repository);
    expect(git(one.repo, 'rev-parse', 'main')).toBe(outcome.outputs?.['merge']);
    expect(existsSync(path.join(one.repo, 'a.txt'))).toBe(false);
  });

  it('that conflicts names the files, is final and leaves nothing behind', async () => {
    const one = await gitScene();
    await one.commitFile('readme.md', 'theirs\n');
    commitFile(one.repo, 'readme.md', 'ours\n');
    const outcome = await merge(one.repository);
    expect(outcome.error).toMatchObject({ code: 'merge_conflict', retryable: false });
    expect(outcome.error?.message).toContain('readme.md');
    expect(git(one.repo, 'worktree', 'list').split('\n')).toHaveLength(2);
    expect(git(one.repo, 'status', '--porcelain')).toBe('');
  });

  it('of a task whose text is a command runs nothing', async () => {
    const one = await gitScene();
    await one.commitFile('a.txt', 'a');
    const text = '$(touch F) `touch F`; touch F';
    await merge(one.repository, text);
    expect(git(one.repo, 'log', '-1', '--format=%s')).toBe(`Merge ${BRANCH}: ${text}`);
    expect(existsSync(path.join(one.repo, 'F'))).toBe(false);
  });
});
