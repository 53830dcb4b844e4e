// An agent that asks people before it pushes, under a real runner of a real server.
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Client } from './world/client.ts';
import { type DevServer, serve } from './world/dev-server.ts';
import { messagesOf } from './world/log.ts';
import { ROOT } from './world/place.ts';
import { addRemote, git, makeRepo } from './world/repo.ts';
import { startRunner } from './world/runner-process.ts';

const SLUICE = path.join(ROOT, 'cli', 'sluice.js');
const PUSH =
  '{"type":"git.push","target":{"remote":"origin","branch":"shipped"},"params":{"head":"HEAD"}}';

/** In one stage it asks, and pushes only once that was approved. */
const ASKS = `cat > /dev/null
if [ "$APEX_STAGE" = fix ]; then
  echo '${PUSH}' > "\${TMPDIR:-/tmp}/push.$$.json"
  node '${SLUICE}' gate request --action "@\${TMPDIR:-/tmp}/push.$$.json" --name push --wait
  code=$?
  echo "asked: $code"
  if [ $code = 0 ]; then git push -q origin HEAD:refs/heads/shipped; fi
fi`;

let server: DevServer;
let client: Client;

beforeAll(async () => {
  server = await serve();
  client = new Client(server.url);
  return () => server.stop();
});

describe('an agent that asks before it pushes', () => {
  it.each([
    ['approve', 'pushes once it is approved', 'asked: 0', 'consumed'],
    ['reject', 'does not push where it is refused, and its stage goes on', 'asked: 5', 'rejected'],
  ])('%s: %s', async (verb, _, said, state) => {
    const repo = makeRepo();
    const bare = addRemote(repo);
    const fields = { description: 'Ship it', workflow: 'bugfix', autonomy: 'full' };
    const taskId = await client.create(fields);
    const runner = startRunner({ url: server.url, repo, agent: ASKS, flags: ['--once'] });
    await client.reaches(taskId, 'waiting-approval');
    expect(await client.get(`/tasks/${taskId}/gates/push`)).toMatchObject({ state: 'pending' });
    expect(git(bare, 'branch', '--list', 'shipped')).toBe('');
    await client.post(`/tasks/${taskId}/gates/push/${verb}`, { comment: 'so be it' });
    expect(await runner.ended).toMatchObject({ code: 0 });
    expect(messagesOf(await client.events(taskId))).toContain(said);
    expect(await client.get(`/tasks/${taskId}/gates/push`)).toMatchObject({ state });
    const isPushed = git(bare, 'branch', '--list', 'shipped') !== '';
    expect(isPushed).toBe(verb === 'approve');
  });

  it('is committed under an approval that is used for that very commit', async () => {
    const repo = makeRepo();
    const taskId = await client.create({
      ...{ description: 'Mend it', workflow: 'bugfix', autonomy: 'review-before-commit' },
    });
    const agent = 'cat > /dev/null; if [ "$APEX_STAGE" = fix ]; then echo a > a.txt; fi';
    const runner = startRunner({ url: server.url, repo, agent, flags: ['--once'] });
    await client.reaches(taskId, 'waiting-approval');
    await client.post(`/tasks/${taskId}/gates/commit/approve`);
    expect(await runner.ended).toMatchObject({ code: 0 });
    const gate = await client.get(`/tasks/${taskId}/gates/commit`);
    const { actionHash } = gate as { actionHash: string };
    expect(gate).toMatchObject({ state: 'consumed', consume: { effectiveHash: actionHash } });
  });
});
