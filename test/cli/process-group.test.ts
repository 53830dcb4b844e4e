import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { pauseFor } from '../../cli/run/pause-for.ts';
import { endGroup, isGroupGone, startGroup } from '../../cli/run/process-group.ts';
import { runScene } from './run-scene.ts';
import { temporaryDir } from './temp-repo.ts';

const start = (cwd: string, script: string) =>
  startGroup({ command: ['sh', '-c', script], cwd, env: process.env, input: '' });

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await pauseFor(10);
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie that nobody reaps does nothing any more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('a process group', () => {
  it('is gone with all its members, though they ignore SIGTERM', async () => {
    const dir = temporaryDir();
    const group = start(
      dir,
      `trap '' TERM; sh -c "trap '' TERM; echo \\$\\$ > pid; while :; do sleep 0.05; done" & wait`,
    );
    const file = path.join(dir, 'pid');
    await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
    const grandchild = Number(readFileSync(file, 'utf8'));
    expect(isAlive(grandchild)).toBe(true);
    expect(await endGroup(group.id ?? 0, 100)).toBe(true);
    expect(isAlive(grandchild)).toBe(false);
    expect((await group.exit).signal).toBe('SIGKILL');
  });

  it('that outlives its leader is found and ended', async () => {
    const group = start(temporaryDir(), 'sleep 600 & exit 0');
    expect((await group.exit).code).toBe(0);
    expect(await isGroupGone(group.id ?? 0)).toBe(false);
    expect(await endGroup(group.id ?? 0, 1_000)).toBe(true);
    expect(await isGroupGone(group.id ?? 0)).toBe(true);
  });

  it('may clean up within its grace', async () => {
    const dir = temporaryDir();
    const group = start(
      dir,
      "trap 'echo bye > left; exit 0' TERM; touch up; while :; do sleep 0.05; done",
    );
    await until(() => existsSync(path.join(dir, 'up')));
    expect(await endGroup(group.id ?? 0, 10_000)).toBe(true);
    expect(existsSync(path.join(dir, 'left'))).toBe(true);
  });

  it('that cannot start says why', async () => {
    const group = startGroup({ command: ['/no/such'], cwd: '/', env: process.env, input: 'x' });
    expect((await group.exit).startError).toMatch(/ENOENT/);
  });
});

it('The process group is dead before the result', async () => {
  const children = [
    'echo $$ > "$1/pids"',
    `sh -c 'echo $$ >> "$0"; sleep 600' "$1/pids" &`,
    `sh -c 'trap "" TERM HUP; echo $$ >> "$0"; while :; do sleep 1; done' "$1/pids" &`,
    'until [ "$(wc -l < "$1/pids")" -eq 3 ]; do sleep 0.02; done',
  ].join('\n');
  for (const [end = '', outcome] of [
    ['exit 0', 'completed'],
    ['exit 7', 'failed'],
    ['kill -9 $$', 'failed'],
  ]) {
    const { server, scratch, run } = await runScene();
    let living: readonly boolean[] = [];
    server.onResult = () => {
      const pids = readFileSync(path.join(scratch, 'pids'), 'utf8').trim().split('\n');
      living = pids.map((pid) => isAlive(Number(pid)));
    };
    await run(`${children}\n${end}`, '--once').ended;
    expect(server.results).toMatchObject([{ outcome }]);
    // The leader, a child, and one that does not listen.
    expect([end, ...living]).toEqual([end, false, false, false]);
  }
});
