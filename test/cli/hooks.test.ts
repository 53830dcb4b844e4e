import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepHooks } from '../../cli/run/hooks.ts';
import { git, temporaryDir, temporaryRepo, write } from './temp-repo.ts';

const repoWithHooks = (): { repo: string; hooks: string } => {
  const repo = temporaryRepo();
  const hooks = temporaryDir();
  git(repo, 'config', 'core.hooksPath', hooks);
  return { repo, hooks };
};

describe('the copy of the hooks', () => {
  it('has files with their modes, helpers, and links that led to files as files', async () => {
    const { repo, hooks } = repoWithHooks();
    mkdirSync(path.join(hooks, 'lib'));
    write(hooks, 'lib/common.sh', 'helper');
    const shared = temporaryDir();
    writeFileSync(path.join(shared, 'check'), 'check', { mode: 0o755 });
    symlinkSync(path.join(shared, 'check'), path.join(hooks, 'pre-commit'));
    symlinkSync('nowhere', path.join(hooks, 'pre-push'));
    symlinkSync('.', path.join(hooks, 'circle'));
    const copy = await keepHooks(repo, temporaryDir());
    writeFileSync(path.join(shared, 'check'), 'changed');
    expect(readFileSync(path.join(copy, 'pre-commit'), 'utf8')).toBe('check');
    expect(statSync(path.join(copy, 'pre-commit')).mode & 0o111).toBe(0o111);
    expect(readFileSync(path.join(copy, 'lib', 'common.sh'), 'utf8')).toBe('helper');
    expect(existsSync(path.join(copy, 'pre-push'))).toBe(false);
  });

  it('of a runner that is gone is removed by the next, one of a living runner is not', async () => {
    const { repo } = repoWithHooks();
    const stateDir = temporaryDir();
    const dead = path.join(stateDir, 'hooks', '999999999-abc');
    mkdirSync(dead, { recursive: true });
    const first = await keepHooks(repo, stateDir);
    await keepHooks(repo, stateDir);
    expect([existsSync(dead), existsSync(first)]).toEqual([false, true]);
  });

  it('is refused for a directory that cannot be one of hooks', async () => {
    const { repo, hooks } = repoWithHooks();
    for (let count = 0; count <= 1_000; count += 1) write(hooks, `file-${count}`, '');
    await expect(keepHooks(repo, temporaryDir())).rejects.toThrow(/holds too many files/);
  });
});
