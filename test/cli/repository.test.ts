import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../cli/run/repository.ts';
import { gitScene } from './git-scene.ts';
import { git, temporaryDir } from './temp-repo.ts';

describe('a repository', () => {
  it('is refused in one sentence where there is none, or no commit', async () => {
    const dir = temporaryDir();
    expect(await openRepository(dir, temporaryDir())).toMatch(/is not in a git repository/);
    git(dir, 'init', '-q');
    expect(await openRepository(dir, temporaryDir())).toMatch(/has no commit yet/);
    expect(await openRepository(path.join(dir, 'none'), temporaryDir())).toMatch(/does not exist/);
  });
});

describe('a push', () => {
  it('goes to a bare origin, is nothing without one and a sentence when it fails', async () => {
    const one = await gitScene();
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
