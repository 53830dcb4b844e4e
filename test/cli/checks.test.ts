// The checks before a merge, by the real command in a real repository.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isGroupGone } from '../../cli/run/process-group.ts';
import type { Next } from '../../src/contract/work.ts';
import { mergeWork } from './action-works.ts';
import { mergeScene } from './run-scene.ts';
import { stageWork } from './scripted-server.ts';
import { git } from './temp-repo.ts';

const FAILED: Next = { do: 'stop', status: 'failed', released: true };
const PAUSED: Next = { do: 'stop', status: 'paused', released: true };
/** Only the check that a test is about. */
const TRUE = { lintCommand: 'true', buildCommand: 'true', testCommand: 'true' };
const manifest = (scripts: Record<string, string>): string => JSON.stringify({ scripts });
const pidIn = (scratch: string): number => Number(readFileSync(path.join(scratch, 'pid'), 'utf8'));

describe('the checks before a merge', () => {
  it('are the configured commands, in order, in the work tree, in the words of the log', async () => {
    const scripts = { lint: 'cat login.txt', build: 'echo built >&2', test: 'pwd' };
    const files = { 'login.txt': 'login\n', 'package.json': manifest(scripts) };
    const { server, stateDir, run, isMerged } = await mergeScene(files, {
      lintCommand: 'npm run -s lint',
      buildCommand: 'npm -s run-script build',
      testCommand: 'npm --silent test',
    });
    expect((await run('exit 1', '--once').ended).code).toBe(0);
    expect(isMerged()).toBe(true);
    const said = server.events.map(({ data }) => [data['level'], data['message']]);
    expect(said).toEqual([
      ['info', 'Check begins: npm run -s lint'],
      ['info', 'login'],
      ['info', expect.stringMatching(/^Check passed: npm run -s lint \(\d+\.\d s\)$/)],
      ['info', 'Check begins: npm -s run-script build'],
      ['warn', 'built'],
      ['info', expect.stringMatching(/^Check passed: /)],
      ['info', 'Check begins: npm --silent test'],
      ['info', expect.stringMatching(`^${stateDir}/sluice/worktrees/`)],
      ['info', expect.stringMatching(/^Check passed: /)],
    ]);
    for (const { type, data } of server.events) {
      expect({ type, ...data }).toMatchObject({
        type: 'log:entry',
        agent: 'check',
        stage: 'merge',
      });
    }
  });

  it.each([
    [`sh -c 'exit 3'`, 'exited with code 3', 3],
    [`sh -c 'kill -9 $$'`, 'was ended by SIGKILL', null],
    ['/no/such', 'could not be started: spawn /no/such ENOENT', null],
    ['echo a\0b', expect.stringMatching(/^could not be started: /), null],
    ['true && true', 'no shell reads it: & must be quoted', null],
    ['npm run lint', 'exited with code 1', 1],
  ])(
    'that fail as %j does fail the task, and nothing is merged',
    async (command, how, exitCode) => {
      const files = { 'package.json': manifest({ lint: 'exit 1' }) };
      const project = { ...TRUE, buildCommand: command, testCommand: 'echo never' };
      const { server, run, isMerged } = await mergeScene(files, project);
      server.next = [() => FAILED];
      expect((await run('exit 0', '--once').ended).code).toBe(3);
      expect(isMerged()).toBe(false);
      const { error, ...result } = server.results[0] ?? {};
      expect(result).toMatchObject({ outcome: 'failed', exitCode });
      expect(error).toMatchObject({ code: 'check_failed', retryable: false });
      const [, said = ''] = /^Check failed: .*? \((.*)\)$/s.exec(error?.message ?? '') ?? [];
      expect(said).toEqual(how);
      expect(server.messages()).toContain(error?.message);
      expect(server.messages()).not.toContain('never');
    },
  );

  it('are skipped, and said to be, where the project has no such npm script', async () => {
    const placeholder = { test: 'echo "Error: no test specified" && exit 1' };
    const { server, run, isMerged } = await mergeScene({ 'package.json': manifest(placeholder) });
    await run('exit 1', '--once').ended;
    expect(isMerged()).toBe(true);
    expect(server.messages()).toEqual([
      'Check skipped: npm run lint (package.json has no script lint)',
      'Check skipped: npm run build (package.json has no script build)',
      'Check skipped: npm test (package.json has no script test)',
    ]);
  });

  it('meet no shell', async () => {
    const { server, scratch, run } = await mergeScene({}, TRUE);
    const file = path.join(scratch, 'F');
    server.grant = { project: { ...TRUE, testCommand: `echo $(touch ${file}) \`touch ${file}\`` } };
    await run('exit 1', '--once').ended;
    expect(server.messages()).toContain(`$(touch ${file}) \`touch ${file}\``);
    expect(existsSync(file)).toBe(false);
  });

  it('have an environment that tells of the work, and no way to the server', async () => {
    const project = { ...TRUE, testCommand: 'env' };
    const { server, run } = await mergeScene({ 'a.txt': 'a' }, project);
    await run('exit 1', '--once').ended;
    expect(server.messages()).toEqual(
      expect.arrayContaining(['SLUICE_BRANCH=apex/add-login', 'SLUICE_WORK_ID=wrk_3']),
    );
    const secret = /^(?:APEX_API|SLUICE_URL|SLUICE_TOKEN|SLUICE_LINE_KEY)=|agent-secret/;
    expect(server.messages().filter((line) => secret.test(String(line)))).toEqual([]);
  });

  it('ask nothing of the task, whatever they print', async () => {
    const line = '::sluice {"type":"output","key":"a","value":"b"}';
    const { server, run } = await mergeScene({}, { ...TRUE, testCommand: `echo '${line}'` });
    await run('exit 1', '--once').ended;
    expect(server.messages()).toContain(line);
    expect(server.results[0]).toMatchObject({ outcome: 'completed', outputs: {} });
  });

  it('are not run again for a merge that was made before its answer was lost', async () => {
    const project = { ...TRUE, lintCommand: 'false' };
    const { server, repo, run } = await mergeScene({ 'a.txt': 'a' }, project);
    const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
    git(repo, ...identity, 'merge', '-q', '--no-ff', '--no-edit', 'apex/add-login');
    await run('exit 1', '--once').ended;
    expect(server.results[0]?.summary).toMatch(/was merged before/);
    expect(server.messages()).toEqual([]);
  });
});

describe('what is checked', () => {
  it('is what is on the branch: not what a stage left, not what a linter mends', async () => {
    const project = {
      lintCommand: `sh -c 'cat a.txt; ls; echo mended > a.txt; touch built'`,
      buildCommand: 'cat a.txt',
      testCommand: 'ls',
    };
    const { server, run, isMerged } = await mergeScene({ 'a.txt': 'a\n' }, project, stageWork('w'));
    server.next = [() => ({ do: 'work', work: mergeWork() })];
    await run('echo left > a.txt; touch left.txt', '--once').ended;
    expect(isMerged()).toBe(true);
    const notice =
      /^The work tree held changes of no commit; git keeps them for a while as \w{40}\.$/;
    expect(server.messages()).toContainEqual(expect.stringMatching(notice));
    const checks = server.events.filter(({ data }) => data['agent'] === 'check');
    const said = checks
      .map(({ data }) => String(data['message']))
      .filter((line) => !/^Check/.test(line));
    expect(said).toEqual(['a', 'a.txt', 'readme.md', 'a', 'a.txt', 'built', 'readme.md']);
  });

  it('is what is merged: a check that commits has another commit checked', async () => {
    const identity = '-c user.name=T -c user.email=t@example.com';
    const testCommand = `git ${identity} commit -q --allow-empty -m more`;
    const { server, run, isMerged } = await mergeScene({ 'a.txt': 'a' }, { ...TRUE, testCommand });
    server.next = [() => FAILED];
    await run('exit 1', '--once').ended;
    expect(isMerged()).toBe(false);
    expect(server.results[0]?.error).toMatchObject({ code: 'branch_moved', retryable: true });
  });
});

describe('a check that runs', () => {
  const scene = async (script: string, seconds = 600) => {
    const limits = { timeoutSeconds: seconds, maxTurns: 1, graceSeconds: 1 };
    const made = await mergeScene({ 'a.txt': 'a' }, TRUE, { ...mergeWork(), limits });
    const testCommand = `sh -c '${script}' sh ${made.scratch}`;
    made.server.grant = { project: { ...TRUE, testCommand } };
    return made;
  };
  const SLEEPS = 'echo $$ > "$1/pid"; echo up; sleep 600 & wait';

  it('is ended by a cancel, and nothing is merged', async () => {
    const { server, scratch, run, isMerged } = await scene(SLEEPS);
    const running = run('exit 1', '--once');
    await server.until(() => server.messages().includes('up'));
    const data = { reason: 'no longer needed', graceMs: 0 };
    server.commands = [{ id: 'cmd_1', type: 'cancel', at: '', data }];
    server.wake();
    expect((await running.ended).code).toBe(3);
    expect(await isGroupGone(pidIn(scratch))).toBe(true);
    expect([isMerged(), server.results]).toEqual([false, []]);
  });

  it('is ended by a pause, and nothing is merged', async () => {
    const { server, scratch, run, isMerged } = await scene(SLEEPS);
    server.next = [() => PAUSED];
    const running = run('exit 1');
    await server.until(() => server.messages().includes('up'));
    const data = { reason: 'manual', graceMs: 0 };
    server.commands = [{ id: 'cmd_1', type: 'pause', at: '', data }];
    server.wake();
    await server.until(() => server.results.length === 1);
    expect(await isGroupGone(pidIn(scratch))).toBe(true);
    expect(server.results[0]).toMatchObject({ outcome: 'paused', pauseReason: 'manual' });
    expect(isMerged()).toBe(false);
    running.child.kill('SIGINT');
    await running.ended;
  });

  it('fails at the time limit of the work', async () => {
    const { server, scratch, run, isMerged } = await scene(SLEEPS, 1);
    server.next = [() => FAILED];
    await run('exit 1', '--once').ended;
    expect(await isGroupGone(pidIn(scratch))).toBe(true);
    expect(server.results[0]?.error).toMatchObject({
      code: 'check_failed',
      message: expect.stringMatching(/\(did not end within 1 s\)$/),
    });
    expect(isMerged()).toBe(false);
  });

  it('holds up nobody by a process that left its group and writes on', {
    timeout: 30_000,
  }, async () => {
    const endless = 'while echo x; do sleep 0.1; done';
    const { run, isMerged } = await scene(`setsid sh -c "${endless}" & sleep 0.2`);
    expect((await run('exit 1', '--once').ended).code).toBe(0);
    expect(isMerged()).toBe(true);
  });
});

describe('a task without commits', () => {
  it('is checked all the same', async () => {
    const { server, run } = await mergeScene({}, { ...TRUE, testCommand: 'false' });
    server.next = [() => FAILED];
    await run('exit 1', '--once').ended;
    expect(server.results[0]?.error?.code).toBe('check_failed');
  });
});
