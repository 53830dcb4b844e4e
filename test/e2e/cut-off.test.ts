// A runner whose cable is cut for longer than its lease, with an agent that does not want to end.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { TcpProxy } from '../../tools/faults/tcp-proxy.ts';
import { Client } from './world/client.ts';
import { serve } from './world/dev-server.ts';
import { dataOf, expectGapless, messagesOf } from './world/log.ts';
import { makeDir } from './world/place.ts';
import { isRunning } from './world/process-tree.ts';
import { makeRepo, readText } from './world/repo.ts';
import { startRunner } from './world/runner-process.ts';
import { said } from './world/started.ts';
import { until } from './world/until.ts';

/** The shortest that a config allows. */
const LEASE_TTL_S = 15;
const GRACE_S = 2;
/** What a busy machine may take to end a process that it was told to. */
const MARGIN_MS = 5_000;

/** Of the agent a child, which hears no SIGTERM. It says when it was asked, and talks on. */
const STUBBORN = `
cat > /dev/null
[ "$APEX_STAGE" = fix ] && mkdir "$1/first" 2>/dev/null || { echo x > x.txt; exit 0; }
trap 'date +%s%3N > "$1/asked"' TERM
echo $$ > "$1/pid"
n=0
while :; do n=$((n + 1)); echo "stubborn $n"; sleep 0.2; done
`;

it('A runner cut off for 2 TTL is told `stale_epoch` and ends its agent within the grace', async () => {
  const server = await serve();
  onTestFinished(() => server.stop());
  const client = new Client(server.url);
  const limits = { leaseTtlSeconds: LEASE_TTL_S, retryDelayMs: 50 };
  await client.call('PATCH', '/config', { limits });
  const cable = await TcpProxy.listen(server.port);
  onTestFinished(() => cable.close());
  const taskId = await client.create({
    ...{ description: 'Mend the fault', workflow: 'bugfix', autonomy: 'full' },
  });
  const scratch = makeDir();
  const pidFile = path.join(scratch, 'pid');
  const flags = ['--grace', String(GRACE_S)];
  const agent = STUBBORN;
  const runner = startRunner({ url: cable.url, repo: makeRepo(), agent, scratch, flags });
  await until(() => existsSync(pidFile) && readText(pidFile) !== '', { what: 'the agent works' });
  const pid = Number(readText(pidFile));

  cable.cut();
  await pass(2 * LEASE_TTL_S * 1_000);
  await until(async () => (await client.task(taskId)).lease === undefined, {
    what: 'the lease has ended',
    withinMs: 2 * LEASE_TTL_S * 1_000,
  });
  const before = await client.events(taskId);
  expect(isRunning(pid)).toBe(true);

  cable.mend();
  await said(runner, /is no longer held by this runner \(stale_epoch\)/);
  const toldAt = Date.now();
  await until(() => !isRunning(pid), {
    what: 'the agent is gone',
    withinMs: GRACE_S * 1_000 + MARGIN_MS,
  });
  // It was asked first, as anybody is, and had its grace.
  expect(existsSync(path.join(scratch, 'asked'))).toBe(true);
  expect(Date.now() - toldAt).toBeLessThan(GRACE_S * 1_000 + MARGIN_MS);

  // The same runner, its agent gone, may have the task anew; nothing of the old lease is in its log.
  await client.reaches(taskId, 'completed');
  const events = await client.events(taskId);
  expectGapless(events);
  expect(events.slice(0, before.length)).toEqual(before);
  const heard = messagesOf(before).filter((text) => text.startsWith('stubborn'));
  expect(messagesOf(events).filter((text) => text.startsWith('stubborn'))).toEqual(heard);
  expect(dataOf(events, 'lease:ended').map(({ reason }) => reason)).toEqual(['expired', 'done']);
}, 240_000);
