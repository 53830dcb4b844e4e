// What it costs to run a whole task of five stages, from its making to its merge, over HTTP.

import { describe, expect, it } from 'vitest';
import type { Next, Work } from '../../src/contract/work.ts';
import { claimOne, type Holder, logBatch, newTask, send } from '../worker/world.ts';
import { expectCost, quiet, stopTime } from './cost-of.ts';
import { newKnownWorld } from './known-world.ts';

stopTime();

const LINES = 100;

/** In each stage the runner shows itself, logs, and hands in its result; then it merges. */
async function workThrough(holder: Holder, first: Work): Promise<Next> {
  let next: Next = { do: 'work', work: first };
  for (let logged = 0; next.do === 'work'; logged += LINES) {
    const { workId, kind }: Work = next.work;
    await holder.beat({ workId });
    if (kind === 'stage') await holder.events(logBatch(logged + 1, LINES));
    next = (await holder.result(workId)).body.next;
    // The next stage begins when everybody knows of this one, as it does when stages take longer than a moment.
    await quiet();
  }
  return next;
}

describe('a whole task of five stages', () => {
  it('with nobody in between', async () => {
    const { projectId, runner } = await newKnownWorld();
    await expectCost('wholeTask', async () => {
      await newTask({ projectId, autonomy: 'full' });
      const holder = await claimOne(runner);
      const end = await workThrough(holder, holder.grant.work);
      expect(end).toMatchObject({ do: 'stop', status: 'completed' });
    });
  });

  it('with a review before the merge', async () => {
    const { projectId, runner } = await newKnownWorld();
    await expectCost('reviewedTask', async () => {
      const taskId = await newTask({ projectId, autonomy: 'review-before-merge' });
      const holder = await claimOne(runner);
      expect(await workThrough(holder, holder.grant.work)).toMatchObject({ do: 'hold' });
      await send(`/tasks/${taskId}/gates/review/approve`);
      const { body } = await holder.beat();
      const [command] = body['commands'] as readonly [{ data: { work: Work } }];
      const end = await workThrough(holder, command.data.work);
      expect(end).toMatchObject({ do: 'stop', status: 'completed' });
    });
  });
});
