// What an agent may leave behind, and how the next try fares.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Next, ResultBody } from '../../src/contract/work.ts';
import { runScene } from './run-scene.ts';
import { actionWork, stageWork } from './scripted-server.ts';
import { commitFile, git, temporaryDir, write } from './temp-repo.ts';

const again = (): Next => ({ do: 'work', work: stageWork('wrk_2') });

const commitOf = ({ changes }: ResultBody, message = 'feat: add login'): Next => ({
  do: 'work',
  work: actionWork('wrk_3', 'commit', {
    type: 'git.commit',
    target: { branch: 'apex/add-login' },
    params: { base: changes?.base, tree: changes?.tree, message, files: [] },
  }),
});

/** A first try that does harm, a second that behaves, and the commit of what the second did. */
const behaveAfter = async (harm: string) => {
  const scene = await runScene();
  scene.server.next = [again, (result) => commitOf(result)];
  const script = `if [ "$SLUICE_WORK_ID" = wrk_1 ]; then ${harm}; else echo good > good.txt; fi`;
  const ran = await scene.run(script, '--once').ended;
  return { ...scene, ran };
};

const hook = (repo: string, file: string): string => {
  mkdirSync(path.join(repo, '.git', 'hooks'), { recursive: true });
  const at = path.join(repo, '.git', 'hooks', 'pre-commit');
  writeFileSync(at, `#!/bin/sh\ntouch "${file}"\n`, { mode: 0o755 });
  return at;
};

describe('after an agent that', () => {
  it('removed its work tree, the try fails clearly and the next has a new tree', async () => {
    const { server, ran } = await behaveAfter('rm -rf "$PWD"');
    expect(ran.code).toBe(0);
    expect(server.results[0]?.error).toMatchObject({
      code: 'git_failed',
      message: expect.stringMatching(/^The work tree is gone: /),
      retryable: true,
    });
    expect(server.results.slice(1)).toMatchObject(Array(2).fill({ outcome: 'completed' }));
  });

  it.each([
    ['went to another branch', 'git checkout -q -b other'],
    ['detached HEAD', 'git checkout -q --detach'],
    ['renamed the branch', 'git branch -m other'],
    [
      'left locks',
      'touch "$(git rev-parse --git-path index.lock)" "$(git rev-parse --git-dir)/HEAD.lock"',
    ],
    ['removed .git', 'rm .git'],
    ['turned to another repository', 'rm .git; git init -q'],
    ['locked and removed its work tree', 'git worktree lock "$PWD"; rm -rf "$PWD"'],
  ])('%s, the next try works', async (_, harm) => {
    const { server, repo } = await behaveAfter(harm);
    expect(server.results.slice(1)).toMatchObject(Array(2).fill({ outcome: 'completed' }));
    expect(git(repo, 'show', 'apex/add-login:good.txt')).toBe('good');
  });

  it('removed .git, no repository around the state directory is touched', async () => {
    const { server, stateDir, run } = await runScene();
    git(stateDir, 'init', '-q');
    write(stateDir, '.gitignore', '/sluice/\n');
    commitFile(stateDir, 'outer.txt', 'outer');
    server.next = [() => ({ do: 'stop', status: 'failed', released: true })];
    await run('rm .git; echo mine > mine.txt', '--once').ended;
    expect(server.results[0]).toMatchObject({ outcome: 'failed', error: { code: 'git_failed' } });
  });

  it('wrote a hook, the hook is not run; one that was there before is', async () => {
    const { server, repo, scratch, stateDir, run } = await runScene();
    const before = path.join(scratch, 'before');
    const after = path.join(scratch, 'after');
    const at = hook(repo, before);
    server.next = [(result) => commitOf(result)];
    const script = [
      `printf '#!/bin/sh\\ntouch "${after}"\\n' > "${at}"`,
      `cp "${at}" "${path.dirname(at)}/post-commit"`,
      'echo good > good.txt',
    ];
    await run(script.join('; '), '--once').ended;
    expect(server.results).toMatchObject(Array(2).fill({ outcome: 'completed' }));
    expect([existsSync(before), existsSync(after)]).toEqual([true, false]);
    expect(readdirSync(path.join(stateDir, 'sluice', 'hooks'))).toEqual([]);
  });
});

describe('a configured core.hooksPath', () => {
  it('is respected as it was at the start', async () => {
    const { server, repo, scratch, run } = await runScene();
    const seen = path.join(scratch, 'seen');
    const other = temporaryDir();
    mkdirSync(path.join(repo, '.githooks'));
    const hook = path.join(repo, '.githooks', 'pre-commit');
    writeFileSync(hook, `#!/bin/sh\necho mine >> "${seen}"\n`, { mode: 0o755 });
    git(repo, 'config', 'core.hooksPath', '.githooks');
    server.next = [(result) => commitOf(result)];
    await run(`git config core.hooksPath "${other}"; echo good > good.txt`, '--once').ended;
    expect(server.results).toMatchObject(Array(2).fill({ outcome: 'completed' }));
    expect(readFileSync(seen, 'utf8')).toBe('mine\n');
  });
});
