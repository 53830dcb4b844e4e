import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScene } from './run-scene.ts';
import { NODE_24, SLUICE, startSluice } from './run-sluice.ts';
import { temporaryDir } from './temp-repo.ts';

describe('the launcher', () => {
  it('passes arguments, exit codes and one signal as one', async () => {
    const { server, repo } = await runScene();
    const args = ['run', '--url', server.url, '--repo', repo, '--', 'sh', '-c', 'echo up; sleep 1'];
    const running = startSluice(args);
    await server.until(() => server.events.length === 1);
    running.child.kill('SIGTERM');
    const ran = await running.ended;
    expect(ran.code).toBe(0);
    expect(server.results[0]?.outcome).toBe('completed');
    expect((await startSluice(['run', '--lables', 'x', '--', 'y']).ended).code).toBe(64);
    expect((await startSluice(['--version']).ended).stdout).toBe('0.1.0\n');
  });

  it('does not mind a reader that has read enough', () => {
    // The writer starts only when the reader is gone, so that its first write finds a closed pipe.
    const script = '{ sleep 0.2; "$0" "$1" --help; echo "$?" >&2; } 2>"$2" | true; cat "$2"';
    const file = path.join(temporaryDir(), 'stderr');
    const args = ['-c', script, NODE_24, SLUICE, file];
    expect(execFileSync('sh', args, { encoding: 'utf8' })).toBe('0\n');
  });
});
