// The real command against a scripted server: real processes, a real repository.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isGroupGone } from '../../cli/run/process-group.ts';
import { commitWork, mergeWork } from './action-works.ts';
import { runScene } from './run-scene.ts';
import { stageWork, TASK } from './scripted-server.ts';
import { git } from './temp-repo.ts';

describe('sluice run', () => {
  it('runs a stage, commits, merges and cleans up', async () => {
    const prompt = 'write $(touch F) and `touch F`';
    const { server, repo, run } = await runScene(prompt);
    server.next = [
      (result) => ({ do: 'work', work: commitWork(result) }),
      () => ({ do: 'work', work: mergeWork() }),
    ];
    const ran = await run('cat > prompt.txt; echo done', '--once').ended;
    expect(ran).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(path.join(repo, 'prompt.txt'), 'utf8')).toBe(prompt);
    expect(existsSync(path.join(repo, 'F'))).toBe(false);
    expect(server.results.map(({ outcome }) => outcome)).toEqual(Array(3).fill('completed'));
    expect(server.results[0]).toMatchObject({
      summary: 'done',
      exitCode: 0,
      changes: { files: 1 },
    });
    expect(git(repo, 'log', '-1', '--format=%s')).toBe('Merge apex/add-login: Add login');
    expect(git(repo, 'worktree', 'list').split('\n')).toHaveLength(1);
    expect(git(repo, 'branch', '--list', 'apex/*')).toContain('apex/add-login');
  });

  it('logs both streams in order, reads ::sluice lines and hides nothing it does not understand', async () => {
    const { server, run } = await runScene();
    const script = [
      'printf "one\\n\\033[31mred\\033[0m\\n\\n"',
      'echo \'::sluice {"type":"output","key":"plan","value":"x"}\'',
      'echo \'::sluice {"type":"gate","name":"push"}\'',
      'echo "::sluice:$SLUICE_LINE_KEY {\\"type\\":\\"message\\",\\"message\\":\\"hi\\"}"',
      'printf "no newline"',
    ].join('; ');
    const ran = await run(script, '--once', '--verbose').ended;
    expect(server.events.map(({ n }) => n)).toEqual(server.events.map((_, index) => index + 1));
    const entries = server.events.map(({ type, data }) => [type, data['message'] ?? data['key']]);
    expect(entries).toEqual([
      ['log:entry', 'one'],
      ['log:entry', '\u001b[31mred\u001b[0m'],
      ['output:set', 'plan'],
      ['log:entry', expect.stringMatching(/^This ::sluice line was not understood/)],
      ['agent:message', 'hi'],
      ['log:entry', 'no newline'],
    ]);
    expect(server.results[0]).toMatchObject({
      outputs: { plan: 'x' },
      producers: { main: 6 },
      summary: 'no newline',
    });
    expect(ran.stderr).toContain('red');
    expect(ran.stderr).not.toContain('\u001b');
  });

  it('gives the agent its environment, a way to report, and no secret', async () => {
    const { server, scratch, run } = await runScene();
    const script = [
      'env > "$1/env"; cp "$SLUICE_TASK_JSON" "$1/task"; ls -l "$SLUICE_TASK_JSON" > "$1/mode"',
      'curl -s -X POST "$APEX_API/tasks/$APEX_TASK_ID/status" -d \'{"status":"planning"}\'',
    ].join('; ');
    await run(script, '--once').ended;
    const env = readFileSync(path.join(scratch, 'env'), 'utf8');
    expect(env).toMatch(/^APEX_STAGE=implementation$/m);
    expect(env).toMatch(/^SLUICE_EPOCH=7$/m);
    expect(env).toMatch(/^FORCE_COLOR=1$/m);
    const task = readFileSync(path.join(scratch, 'task'), 'utf8');
    for (const text of [env, task]) expect(text).not.toMatch(/owner-secret|agent-secret|slc_run_/);
    expect(JSON.parse(task)).toMatchObject({ task: { id: TASK } });
    expect(readFileSync(path.join(scratch, 'mode'), 'utf8')).toMatch(/^-rw-------/);
    expect(server.messages()).toContain('{"ok":true}');
  });

  it('fails with the words of the command, and exits 3', async () => {
    const { server, run } = await runScene();
    server.next = [() => ({ do: 'stop', status: 'failed', released: true })];
    expect((await run('echo broken >&2; exit 7', '--once').ended).code).toBe(3);
    expect(server.results[0]).toMatchObject({
      outcome: 'failed',
      exitCode: 7,
      error: {
        code: 'agent_exit',
        message: 'The command exited with code 7: broken',
        retryable: true,
      },
    });
  });

  it('goes on through a crash of the server, with every line once', async () => {
    const { server, run } = await runScene();
    const running = run('for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 0.1; done', '--once');
    await server.until(() => server.events.length >= 3);
    server.down();
    await server.up();
    expect((await running.ended).code).toBe(0);
    expect(server.messages()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
  });

  it('ends the agent and sends no result when the lease is lost', async () => {
    const { server, scratch, run } = await runScene();
    const running = run('echo $$ > "$1/pid"; echo up; sleep 600');
    await server.until(() => server.events.length === 1);
    server.isLeaseOver = true;
    server.wake();
    // The runner claims again once its agent is gone.
    await server.until(
      () => server.asked.filter(({ path: at }) => at.endsWith('/claim')).length === 2,
    );
    expect(await isGroupGone(Number(readFileSync(path.join(scratch, 'pid'), 'utf8')))).toBe(true);
    expect(server.results).toEqual([]);
    expect(running.stderr()).toContain('is no longer held by this runner (stale_epoch)');
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
  });

  it('pauses when it is told to, and acks the command', async () => {
    const { server, run } = await runScene();
    server.next = [() => ({ do: 'stop', status: 'paused', released: true })];
    const running = run('echo up; sleep 600');
    await server.until(() => server.events.length === 1);
    const data = { reason: 'manual', graceMs: 1_000 };
    server.commands = [{ id: 'cmd_1', type: 'pause', at: '', data }];
    server.wake();
    await server.until(() => server.results.length === 1);
    expect(server.results[0]).toMatchObject({ outcome: 'paused', pauseReason: 'manual' });
    running.child.kill('SIGINT');
    await running.ended;
    expect(server.acks).toContain('cmd_1');
  });

  it('holds at a gate, goes on with the work that comes, and gives back a hold that lasts', async () => {
    const { server, run } = await runScene();
    const gates = [{ id: 'gate_1', name: 'review' }];
    server.next = [
      () => ({ do: 'hold', for: 'gate', gates, holdMs: 60_000 }),
      () => ({ do: 'hold', for: 'gate', gates, holdMs: 1 }),
    ];
    const running = run('echo up');
    await server.until(() => server.results.length === 1);
    const work = stageWork('wrk_2');
    server.commands = [{ id: 'cmd_1', type: 'work', at: '', data: { work } }];
    server.wake();
    await server.until(() => server.asked.some(({ path: at }) => at.endsWith('/release')));
    expect(server.results).toHaveLength(2);
    expect(server.asked.find(({ path: at }) => at.endsWith('/release'))?.body).toMatchObject({
      reason: 'gate',
    });
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(0);
  });

  it('does a work once that comes by command and by the answer to a result', async () => {
    const { server, scratch, run } = await runScene();
    const work = stageWork('wrk_2');
    server.commands = [{ id: 'cmd_1', type: 'work', at: '', data: { work } }];
    server.next = [
      () => ({ do: 'work', work }),
      () => ({ do: 'hold', for: 'gate', gates: [{ id: 'gate_1', name: 'review' }], holdMs: 1 }),
    ];
    const running = run(
      'while [ "$SLUICE_WORK_ID" = wrk_1 ] && [ ! -f "$1/go" ]; do sleep 0.02; done',
    );
    await server.until(() => server.acks.includes('cmd_1'));
    writeFileSync(path.join(scratch, 'go'), '');
    await server.until(() => server.asked.some(({ path: at }) => at.endsWith('/release')));
    expect(server.results).toHaveLength(2);
    running.child.kill('SIGINT');
    await running.ended;
  });

  it('cuts a line of 1 MB, and no event is larger than 64 KiB', async () => {
    const { server, run } = await runScene();
    await run('head -c 1000000 /dev/zero | tr "\\0" "\\033"; echo; echo end', '--once').ended;
    expect(server.events).toHaveLength(2);
    expect(server.messages()[0]).toMatch(/ … \[cut: \d+ more characters\]$/);
    const sizes = server.events.map((event) => Buffer.byteLength(JSON.stringify(event)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536);
  });

  it('ends the agent that a killed runner left in the work tree', async () => {
    const { server, scratch, run } = await runScene();
    const running = run('echo $$ >> "$1/pids"; echo up; sleep 600');
    await server.until(() => server.events.length === 1);
    const [pid] = readFileSync(path.join(scratch, 'pids'), 'utf8').split('\n').map(Number);
    running.child.kill('SIGKILL');
    await running.ended;
    expect(await isGroupGone(pid ?? 0)).toBe(false);
    server.giveAgain();
    const next = run('exit 0', '--once');
    expect((await next.ended).code).toBe(0);
    expect(await isGroupGone(pid ?? 0)).toBe(true);
  });

  it('drains at the first signal and ends the agents at the second', async () => {
    const { server, scratch, run } = await runScene();
    const running = run('echo $$ > "$1/pid"; echo up; sleep 600');
    await server.until(() => server.events.length === 1);
    running.child.kill('SIGINT');
    while (!running.stderr().includes('waiting for')) await new Promise(setImmediate);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(server.asked.at(-1)).toMatchObject({ path: '/runners/run_1' });
    expect(server.asked.at(-2)).toMatchObject({ body: { reason: 'drain', epoch: 7 } });
    expect(await isGroupGone(Number(readFileSync(path.join(scratch, 'pid'), 'utf8')))).toBe(true);
  });
});
