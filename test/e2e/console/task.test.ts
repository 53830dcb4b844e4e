// The page of one task, with a real runner at work on it.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OtherEvent } from '../../../console/src/live/task-stream.ts';
import { Past } from '../../../console/src/travel/fold.ts';
import type { TaskEvent } from '../../../src/contract/event.ts';
import { makeRepo } from '../world/repo.ts';
import { startRunner } from '../world/runner-process.ts';
import { openTaskWorld, PATIENT, type TaskWorld, WORKS } from '../world/task-world.ts';

let world: TaskWorld;
let page: Page;

beforeAll(async () => {
  world = await openTaskWorld();
  page = world.page;
});
afterAll(() => world?.stop());
afterEach(() => expect(world.seen.faults).toEqual([]));

/** Looks back along the whole history, and finds at its end what the server says now. */
async function travels(id: string): Promise<void> {
  const isOther = (event: TaskEvent): event is OtherEvent => event.type !== 'log:entry';
  const { logs: _, ...told } = await world.client.task(id);
  const past = new Past((await world.client.events(id)).filter(isOther));
  expect(past.at(told.seq)?.task).toEqual(told);

  await page.getByRole('tab', { name: 'Log' }).click();
  await page.locator('h1').click();
  await page.keyboard.press('t');
  const moment = page.getByRole('slider', { name: 'Moment' });
  await moment.press('Home');
  const bar = page.getByRole('region', { name: 'Time travel' });
  await bar.getByText('after event 1 of').waitFor();
  await world.says('pending');
  await page.getByText('$0.00').first().waitFor();

  await bar.getByRole('button', { name: 'fix', exact: true }).click();
  await bar.getByText('task:stage-changed fix').waitFor();
  await world.says('in-progress');
  await page.getByText('$0.12').first().waitFor();
  const lines = page.getByRole('log');
  await expect.poll(() => lines.textContent(), PATIENT).toContain('done with investigation');
  expect(await lines.textContent()).not.toContain('done with fix');
  await world.isSound('travel');

  await bar.getByRole('button', { name: 'review gate' }).click();
  await world.says('waits for the gate review');
  await page.reload();
  await world.says('waits for the gate review');
  await bar.getByRole('button', { name: 'Next change' }).click();
  await bar.getByText('gate:approved').waitFor();
  await page.keyboard.press('[');
  await bar.getByText('gate:required').waitFor();
  await page.keyboard.press('t');
  await bar.waitFor({ state: 'detached' });
  await world.says('completed');
}

describe('the page of a task', () => {
  it('follows it from the queue through its gate to its end, without a reload', async () => {
    const fields = { description: 'Mend the sign-in', workflow: 'bugfix' };
    const id = await world.client.create({ ...fields, autonomy: 'review-before-merge' });
    await world.seen.open(`/console/tasks/${id}`);
    await expect.poll(() => page.locator('h1').textContent(), PATIENT).toBe('Mend the sign-in');
    await world.says('waits for a runner');
    await world.isSound('queued');

    const runner = startRunner({ url: world.url, repo: makeRepo(), agent: WORKS });
    await world.says('waits for the gate review');
    const cells = page.getByRole('list', { name: 'Stages and gates' }).locator('li');
    await expect.poll(() => cells.last().textContent(), PATIENT).toMatch(/^review gate.*waits/);
    expect(await cells.first().textContent()).toMatch(/^investigation.*done \d+:\d\d/);
    await page.getByText('$0.48').first().waitFor();
    await world.isSound('gate');

    await world.client.post(`/tasks/${id}/gates/review/approve`, {});
    expect(await runner.ended).toMatchObject({ code: 0 });
    await world.says('completed');
    await world.isSound('completed');

    for (const tab of ['Events', 'Artifacts', 'Usage', 'Subtasks', 'JSON']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel').locator('section, .empty').first().waitFor();
      const look = page.getByRole('tabpanel').getByRole('button', { name: 'Look at it' });
      if (tab === 'Artifacts') {
        await look.first().click();
        await page.getByRole('tabpanel').getByText('+mended').waitFor();
      }
      await world.isSound(tab.toLowerCase());
    }
    await travels(id);
  });
});
