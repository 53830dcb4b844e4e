// What nobody waits for in the listing, such as what a task has cost so far, comes a little later, all in one.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { TaskList } from '../../src/contract/page.ts';
import { later, newWorkingWorld, ring, stopTheClock } from './leased-world.ts';
import { getTask, read, send, taskStub } from './world.ts';

stopTheClock();

const LATER_MS = 10_000;
const USAGE = { model: 'sonnet', inputTokens: 80, outputTokens: 40 };

/** A task that has said once more what it has cost, and how its row says so. */
async function spending() {
  const { projectId, taskId, holder } = await newWorkingWorld();
  const rowUsage = async () => {
    const { body } = await read<TaskList>(`/tasks?projectId=${projectId}`);
    return body.tasks.find(({ id }) => id === taskId)?.usage.totalTokens;
  };
  let n = 0;
  const spend = async () => {
    n += 1;
    const sent = await holder.events([{ n, type: 'usage:report', data: USAGE }]);
    expect(sent.status).toBe(200);
  };
  await spend();
  return { taskId, spend, rowUsage };
}

describe('the row of a task that spends', () => {
  it('says so ten seconds later, and not at each time', async () => {
    const { taskId, spend, rowUsage } = await spending();
    later(LATER_MS / 2);
    await spend();
    expect(await rowUsage()).toBe(0);
    later(LATER_MS / 2);
    await ring(taskId);
    expect(await rowUsage()).toBe(240);
    expect((await getTask(taskId)).usage.totalTokens).toBe(240);
  });

  it('says so at once where something else is to be said', async () => {
    const { taskId, rowUsage } = await spending();
    await send(`/tasks/${taskId}/pause`);
    expect(await rowUsage()).toBe(120);
  });

  it('says so too when the object has lost its memory meanwhile', async () => {
    const { taskId, rowUsage } = await spending();
    await evictDurableObject(taskStub(taskId));
    later(LATER_MS);
    await ring(taskId);
    expect(await rowUsage()).toBe(120);
  });
});
