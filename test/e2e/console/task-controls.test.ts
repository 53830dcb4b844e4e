// What a person asks of a task on its page, by keyboard and by hand.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HandRunner } from '../world/hand-runner.ts';
import { makeRepo } from '../world/repo.ts';
import { startRunner } from '../world/runner-process.ts';
import { FAILS, openTaskWorld, PATIENT, type TaskWorld, WORKS } from '../world/task-world.ts';

let world: TaskWorld;
let page: Page;

beforeAll(async () => {
  world = await openTaskWorld();
  page = world.page;
});
afterAll(() => world?.stop());
afterEach(() => expect(world.seen.faults).toEqual([]));

const button = (name: string | RegExp) => page.getByRole('button', { name });

describe('on the page of a task', () => {
  it('says why it failed, and retries from there', async () => {
    const id = await world.client.create({
      description: 'Fail',
      workflow: 'bugfix',
      autonomy: 'full',
    });
    const first = startRunner({ url: world.url, repo: makeRepo(), agent: FAILS });
    await first.ended;
    await world.seen.open(`/console/tasks/${id}`);
    const why = page.getByRole('region', { name: 'Why it failed' });
    await why.getByText('in the stage investigation').waitFor();
    await why.getByText('Error: no such table: users', { exact: true }).waitFor();
    await world.isSound('failed');

    await button('Retry').click();
    await world.isSound('retry');
    await page.getByLabel('From the stage').selectOption('investigation');
    await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
    await world.says('waits for a runner');
    const second = startRunner({ url: world.url, repo: makeRepo(), agent: WORKS });
    expect(await second.ended).toMatchObject({ code: 0 });
    await world.says('completed');
    expect(await page.locator('.timeline li').first().textContent()).toContain('try 2');
  });

  it('pauses, resumes, hears a refusal, cancels, trashes and restores, all by keyboard', async () => {
    const id = await world.client.create({ description: 'Wait', workflow: 'bugfix' });
    await world.seen.open(`/console/tasks/${id}`);
    await button('Pause').waitFor();
    await page.keyboard.press('p');
    await page.getByLabel('Reason').fill('lunch');
    await page.keyboard.press('Enter');
    await world.says('paused · lunch');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('p');
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).press('Enter');
    await world.says('queued');

    await page.keyboard.press('b');
    await page.getByLabel(/^To/).fill('0');
    await page.getByLabel('Reason').fill('less');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await world.isSound('refused');
    await page.keyboard.press('Escape');

    for (const [name, reached] of [
      ['Cancel', 'cancelled'],
      ['Move to the trash', 'in the trash'],
      ['Restore', 'cancelled'],
    ] as const) {
      await button(name).press('Enter');
      await page.getByRole('dialog').locator('[type=submit]').press('Enter');
      await world.says(reached);
    }
    // What lies in the trash takes nothing but its restoration.
    await button('Retry').waitFor();
  });

  it('stops at its limit, says so, and goes on once it is raised', async () => {
    const fields = { description: 'Spend', workflow: 'bugfix', autonomy: 'full' };
    const id = await world.client.create({ ...fields, limits: { maxCostPerTask: 0.2 } });
    await world.seen.open(`/console/tasks/${id}`);
    const first = startRunner({ url: world.url, repo: makeRepo(), agent: WORKS, flags: [] });
    const stopped = page.getByRole('region', { name: 'A limit is reached' });
    await stopped.waitFor({ timeout: 60_000 });
    await world.says('waits for the gate budget');
    await world.isSound('budget');
    await stopped.getByRole('button', { name: 'Raise it and continue' }).click();
    expect(await page.getByLabel(/^To/).inputValue()).toBe('2.2');
    await expect.poll(() => page.title(), PATIENT).toMatch(/^\(1\)/);
    await page.getByLabel('Reason').fill('worth it');
    await page.keyboard.press('Enter');
    await world.says('completed');
    await page.getByText('of $2.20').waitFor();
    // The limit was raised without an answer to its gate, which nobody is asked any more.
    await expect.poll(() => page.title(), PATIENT).not.toMatch(/^\(/);
    await first.kill();
  });

  it('shows the parts of a task, what is said to its agent, and takes it from a runner', async () => {
    const id = await world.client.create({
      description: '<b>Split</b> \u202e me',
      workflow: 'bugfix',
      acceptanceCriteria: 'All is split',
    });
    const parts = ['Write the tests', 'Make them pass'].map((description) => ({ description }));
    await world.client.post(`/tasks/${id}/decompose`, { subtasks: parts, strategy: 'parallel' });
    await world.seen.open(`/console/tasks/${id}?tab=subtasks`);
    await expect
      .poll(() => page.locator('h1').textContent(), PATIENT)
      .toBe('<b>Split</b> \ufffd me');
    await page.getByText('0 of 2 completed').waitFor();
    await page.getByText('What was asked for').click();
    await page.getByText('All is split').waitFor();
    await world.isSound('parts');
    await button('Begin them').click();
    await expect.poll(() => page.locator('tbody').textContent(), PATIENT).toMatch(/queued.*queued/);
    await page.getByRole('link', { name: 'Write the tests' }).click();
    await page.getByRole('link', { name: id }).waitFor();
    await expect.poll(() => page.locator('h1').textContent(), PATIENT).toBe('Write the tests');

    const runner = await HandRunner.register(world.client);
    const grant = await runner.claim();
    await page.goto(`${world.url}/console/tasks/${grant.task.id}`);
    await page.getByText('by hand').waitFor();
    await page.keyboard.press('m');
    await page.getByLabel('Message').fill('Use the other table');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.getByText('Use the other table').waitFor();
    await button('Take from its runner').click();
    await page.getByLabel('Reason').fill('It is mine');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary').getByText('none', { exact: true }).waitFor();
  });

  it('nothing is found of one that does not exist, and it says so', async () => {
    const asked = page.waitForResponse(/tasks\/task_none$/);
    await page.goto(`${world.url}/console/tasks/task_none`);
    await asked;
    await page.getByRole('alert').waitFor();
    expect(await world.seen.axe()).toEqual([]);
  });
});
