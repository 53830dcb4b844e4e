import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tryGit } from '../../cli/run/git.ts';
import { git, temporaryDir, temporaryRepo } from './temp-repo.ts';

const activeTimers = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

describe('git', () => {
  it('that cannot be started is an error that says why, and leaves no timer', async () => {
    const before = activeTimers();
    const gone = path.join(temporaryDir(), 'gone');
    await expect(tryGit(gone, ['status'])).rejects.toThrow(`The work tree is gone: ${gone}`);
    await expect(tryGit('/', ['a\0b'])).rejects.toThrow(/^git could not be started: /);
    const env = { PATH: gone };
    await expect(tryGit('/', [], { env })).rejects.toThrow(/^git could not be started: .*ENOENT/);
    expect(activeTimers()).toBe(before);
  });

  it('that takes too long is ended with all it started', async () => {
    // It answers once nobody holds its output any more.
    const repo = temporaryRepo();
    git(repo, 'config', 'alias.hang', `!sh -c "trap '' TERM; sleep 600"`);
    const asked = tryGit(repo, ['hang'], { timeoutMs: 200, graceMs: 0 });
    await expect(asked).rejects.toThrow('git did not end within 0.2 s');
  });
});
