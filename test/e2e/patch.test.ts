// A stage's result is on the server, and its runner dies with its machine: another one, with a clone of its own, goes on
// from the patch and does nothing again.
import { execFileSync } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { Client } from './world/client.ts';
import { serve } from './world/dev-server.ts';
import { dataOf, expectGapless, messagesOf } from './world/log.ts';
import { makeDir } from './world/place.ts';
import { git, makeRepo, readText } from './world/repo.ts';
import { startRunner } from './world/runner-process.ts';

const AGENT = [
  'cat > /dev/null; echo "$APEX_STAGE" >> "$1/stages"',
  'if [ "$APEX_STAGE" = fix ]; then',
  `  printf 'mended\\n' > mended.txt; printf '\\000\\377\\n' > mended.bin; rm readme.md`,
  `  echo '::sluice {"type":"artifact","path":"mended.txt","name":"what was mended","kind":"report"}'`,
  'fi',
].join('\n');

it('a second runner on another clone goes on where the first was killed', async () => {
  const server = await serve();
  onTestFinished(() => server.stop());
  const client = new Client(server.url);
  await client.call('PATCH', '/config', { limits: { leaseTtlSeconds: 15, retryDelayMs: 50 } });
  const scratch = makeDir();
  const repo = makeRepo();
  const clone = makeDir();
  execFileSync('git', ['clone', '-q', repo, clone]);
  const fields = { description: 'Mend the fault', workflow: 'bugfix' };
  const taskId = await client.create({ ...fields, autonomy: 'review-before-commit' });
  const run = (where: string) =>
    startRunner({ url: server.url, repo: where, agent: AGENT, scratch });

  const first = run(repo);
  await client.reaches(taskId, 'waiting-approval');
  const { artifacts } = await client.task(taskId);
  expect(artifacts).toMatchObject([
    { name: 'what was mended', type: 'report', bytes: 7, version: 1 },
    { name: 'fix.patch', type: 'diff', version: 1 },
  ]);
  await first.kill();
  await first.ended;
  await client.post(`/tasks/${taskId}/gates/commit/approve`, { approver: 'eve@example.com' });

  const second = run(clone);
  expect(await second.ended).toMatchObject({ code: 0 });
  const task = await client.task(taskId);
  expect(task.status).toBe('completed');
  expect(task.stages.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
  expect(readText(scratch, 'stages').trim().split('\n')).toEqual(
    task.stages.map(({ name }) => name),
  );
  expect(git(clone, 'show', 'main:mended.txt')).toBe('mended');
  expect(git(clone, 'ls-tree', '--name-only', 'main').split('\n')).toEqual([
    'mended.bin',
    'mended.txt',
  ]);
  const events = await client.events(taskId);
  expectGapless(events);
  expect(dataOf(events, 'gate:required')).toHaveLength(1);
  expect(messagesOf(events)).toContain(
    'The work tree goes on from fix.patch, which another runner left.',
  );
});
