// What a stage has changed and no commit holds yet is handed on to whoever claims next.

import { expect, it } from 'vitest';
import { sha256 } from './artifact-world.ts';
import { newWorkingWorld } from './leased-world.ts';
import { claimOne, read, send } from './world.ts';

const patch = { artifact: 'fix.patch', sha256: sha256('diff') };
const span = { base: 'b'.repeat(40), tree: 'c'.repeat(40) };
const changes = { files: 1, insertions: 1, deletions: 0, ...span, patch };

it('a patch that waits for its commit', async () => {
  const { taskId, runner, holder } = await newWorkingWorld({ autonomy: 'review-before-commit' });
  expect(holder.grant.resume.patch).toBe(null);
  const first = await holder.result(holder.grant.work.workId);
  if (first.body.next.do !== 'work') throw new Error('There is a second stage.');
  await holder.result(first.body.next.work.workId, { changes });
  await holder.release('gate');
  await send(`/tasks/${taskId}/gates/commit/approve`);
  const { grant } = await claimOne(runner);
  expect([grant.work.kind, grant.resume.patch]).toEqual(['commit', { ...patch, ...span }]);
});

it('a patch of work that was paused, until that stage is done', async () => {
  const { taskId, runner, holder } = await newWorkingWorld();
  const { workId } = holder.grant.work;
  await holder.result(workId, { outcome: 'paused', pauseReason: 'manual', changes });
  expect((await read(`/tasks/${taskId}`)).body['status']).toBe('paused');
  await send(`/tasks/${taskId}/resume`);
  const again = await claimOne(runner);
  expect(again.grant.resume.patch).toEqual({ ...patch, ...span });
  await again.result(again.grant.work.workId);
  await again.release();
  expect((await claimOne(runner)).grant.resume.patch).toBe(null);
});
