// Gates as a person meets them: found in the inbox, read whole, decided by keyboard, with a passkey where that is asked.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gate } from '../../../src/contract/gate.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { lookAt } from '../world/look-at.ts';
import { type OwnedServer, serveOwned } from '../world/owned-server.ts';
import { git, makeRepo } from '../world/repo.ts';
import { startRunner } from '../world/runner-process.ts';
import { until } from '../world/until.ts';

const WRITES = `cat > /dev/null
if [ "$APEX_STAGE" = fix ]; then date +%N >> mended.txt; fi
echo "done with $APEX_STAGE"`;
const TASK = { workflow: 'bugfix', autonomy: 'review-before-merge' };
/** An approval at this gate needs a passkey that is not older. */
const STEP_UP_S = 10;

let server: OwnedServer;
let client: Client;
let seen: Watched;
let signedInMs: number;

beforeAll(async () => {
  server = await serveOwned();
  signedInMs = Date.now();
  client = new Client(server.url, server.token);
  const gates = [{ name: 'review', trigger: 'before:merge', stepUpSeconds: STEP_UP_S }];
  await client.call('PATCH', '/config', { gates });
  // A refusal is answered with its status, which the browser writes down.
  seen = await watchPage(server.owner, server.url, { forgive: /status of (401|409)/ });
});
afterAll(() => server?.stop());

const gateOf = (taskId: string): Promise<Gate> => client.get<Gate>(`/tasks/${taskId}/gates/review`);

const run = (repo: string) =>
  startRunner({ url: server.url, repo, agent: WRITES, flags: ['--once'], token: server.token });

/** A task whose runner waits at its review. */
async function newWaiting(description: string) {
  const repo = makeRepo();
  const taskId = await client.create({ description, ...TASK });
  const runner = run(repo);
  await client.reaches(taskId, 'waiting-approval');
  return { taskId, repo, runner };
}

const row = (name: string) => seen.page.locator('.gates a', { hasText: name });
const sheet = () => seen.page.locator('dialog[open]');

describe('a gate', () => {
  it('is opened from the inbox and approved by keys, with a passkey where the sign-in is old', async () => {
    const { page } = seen;
    await seen.open('/console/inbox');
    await page.getByText('Nothing waits for you').waitFor();
    await lookAt(seen, 'inbox-empty');
    await seen.open('/console/');
    const { taskId, repo, runner } = await newWaiting('Mend the counter');
    await until(() => Date.now() > signedInMs + (STEP_UP_S + 1) * 1_000, { what: 'it is old' });

    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await row('Mend the counter').waitFor();
    await expect.poll(() => page.title()).toMatch(/^\(1\) Inbox/);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Mend the counter' }).waitFor();
    await page.getByText('this browser has made the same hash').waitFor();
    await page.getByText('+1', { exact: true }).waitFor();
    await lookAt(seen, 'inbox-gate');

    await page.keyboard.press('a');
    await sheet().waitFor();
    expect((await gateOf(taskId)).status).toBe('pending');
    await lookAt(seen, 'gate-sheet');
    const signed = (await server.owner.credentials())[0]?.signCount ?? 0;
    await page.keyboard.type('Fine.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('review is approved.').waitFor();
    await sheet().waitFor({ state: 'detached' });
    expect((await server.owner.credentials())[0]?.signCount).toBeGreaterThan(signed);

    expect(await runner.ended).toMatchObject({ code: 0 });
    expect(await client.task(taskId)).toMatchObject({ status: 'completed' });
    expect(await gateOf(taskId)).toMatchObject({ status: 'approved', comment: 'Fine.' });
    expect(git(repo, 'log', '-1', '--format=%s')).toContain('Mend the counter');
    await page.getByText('Nothing waits for you').waitFor();
    expect(seen.faults).toEqual([]);
  });

  it('is rejected, and what became of it is told with its receipt', async () => {
    const { page } = seen;
    await seen.open('/console/inbox');
    const { taskId } = await newWaiting('Drop the table');
    await row('Drop the table').click();
    await page.getByRole('button', { name: 'Reject R' }).click();
    await sheet().getByRole('textbox').fill('Not this.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('review is rejected.').waitFor();
    expect(await client.reaches(taskId, 'failed')).toMatchObject({ status: 'failed' });

    await page.getByRole('button', { name: 'Decided' }).click();
    await page.getByLabel('What became of it').selectOption('rejected');
    await row('Drop the table').waitFor();
    await page.getByText('Not this.').waitFor();
    await page.getByText(/gate\.decision · reject/).waitFor();
    await lookAt(seen, 'inbox-decided');
    const link = `/g/${(await gateOf(taskId)).id}`;
    await seen.open(link);
    expect(new URL(page.url()).pathname).toBe('/console/inbox');
    await page.getByRole('heading', { name: 'Drop the table' }).waitFor();
    expect(seen.faults).toEqual([]);
  });

  it('is sent back with a comment, and asked again', async () => {
    const { page } = seen;
    await seen.open('/console/inbox');
    const { taskId } = await newWaiting('Word the help');
    const first = await gateOf(taskId);
    await row('Word the help').click();
    await page.getByRole('button', { name: 'Request changes E' }).click();
    await sheet().getByText('what is to be changed').waitFor();
    await page.keyboard.press('Control+Enter');
    // Changes are asked for with words.
    expect(await sheet().count()).toBe(1);
    await page.keyboard.type('Shorter, please.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('review is sent back with your comment.').waitFor();
    await client.happens(taskId, 'it is asked again', ({ type, data }) => {
      const { gateId } = data as { gateId?: string };
      return type === 'gate:required' && gateId !== first.id;
    });
    expect((await client.task(taskId)).feedback).toMatchObject([{ comment: 'Shorter, please.' }]);
    const second = await gateOf(taskId);
    expect(second).toMatchObject({ status: 'pending', instance: 2 });
    await page.locator(`[data-gate="${second.id}"]`).click();
    await page.getByRole('button', { name: 'Reject R' }).waitFor();
    await page.keyboard.press('r');
    await sheet().waitFor();
    // Somebody else is quicker.
    await client.post(`/tasks/${taskId}/gates/review/reject`, { comment: 'No.' });
    await sheet()
      .getByText(/already rejected by/)
      .waitFor();
    expect(
      await sheet()
        .getByRole('button', { name: /Reject Ctrl/ })
        .isDisabled(),
    ).toBe(true);
    await page.keyboard.press('Escape');
    await client.reaches(taskId, 'failed');
    expect(seen.faults).toEqual([]);
  });
});
