// What people do now and then: put a task away, make one of a template, pause one until tomorrow, look at another project.

import type { Page, Request, WebSocketRoute } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Template } from '../../../src/contract/template.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { HandRunner } from '../world/hand-runner.ts';
import { inAllLooks } from './looks.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let client: Client;
let seen: Watched;
let page: Page;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  client = new Client(server.url);
  // The browser's own words on what a test refuses.
  seen = await watchPage(await chromium.visitor(), server.url, { forgive: /ERR_FAILED/ });
  page = seen.page;
  await page.setViewportSize({ width: 1_280, height: 800 });
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});
afterEach(() => expect(seen.faults).toEqual([]));

/** More than the feed begins with, and than two pages of a column. */
const NEWER = 101;

const make = (description: string, more: object = {}): Promise<string> =>
  client.create({ description, autonomy: 'full', ...more });
const card = (title: string) => page.locator('.card').filter({ hasText: title });
const standing = (words: string) => page.locator('main header .status').filter({ hasText: words });
const submit = () => page.getByRole('dialog').locator('[type=submit]').press('Enter');

describe('the archive', () => {
  it('takes a task that is done from the board, shows it, and gives it back', async () => {
    const id = await make('Write the changelog');
    await seen.open('/console/');
    await card('Write the changelog').waitFor();
    await client.post(`/tasks/${id}/status`, { status: 'completed' });
    const done = page.getByRole('region', { name: 'Done' });
    await done.getByRole('link', { name: 'Write the changelog' }).click();
    await page.getByRole('button', { name: 'Archive' }).press('Enter');
    await submit();
    await standing('archived').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
    await page.getByText('There is no task yet').waitFor();

    await seen.open('/console/projects?tab=trash');
    const archive = page.getByRole('region', { name: 'Archive' });
    await archive.getByRole('link', { name: 'Write the changelog' }).waitFor();
    await inAllLooks(seen, 'archive');
    await archive.getByRole('button', { name: `Bring back ${id}` }).press('Enter');
    await page.getByText('Nothing is archived.').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await done.getByRole('link', { name: 'Write the changelog' }).waitFor();
  });
});

describe('a template', () => {
  it('is written in the project, and makes a task that says nothing else', async () => {
    await seen.open('/console/projects?tab=templates');
    await page.getByRole('button', { name: 'New template' }).click();
    await page.getByLabel('Name').fill('Flaky <b>test');
    await page.getByLabel('Text of the task').fill('Find out why it is flaky');
    await page.getByRole('dialog').getByLabel('Workflow').selectOption('bugfix');
    await page.getByRole('dialog').getByLabel('Priority').selectOption('high');
    await page.getByRole('button', { name: 'Make the template' }).press('Enter');
    await page.getByRole('rowheader', { name: 'Flaky <b>test' }).waitFor();
    const { templates } = await client.get<{ templates: Template[] }>('/templates');

    await seen.open('/console/');
    await page.getByText('Do this in code').waitFor();
    await page.keyboard.press('c');
    await page.getByRole('combobox', { name: /^Template/ }).selectOption('Flaky <b>test');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/\/console\/tasks\/task_/);
    await page.getByRole('heading', { level: 1, name: 'Find out why it is flaky' }).waitFor();
    const task = await client.task(page.url().split('/').at(-1) ?? '');
    expect(task).toMatchObject({
      ...{ description: 'Find out why it is flaky', workflow: 'bugfix', priority: 'high' },
    });
    expect(templates).toHaveLength(1);
  });
});

describe('a pause with a time', () => {
  it('lasts until then, by the clock of who asks for it, and says so', async () => {
    const id = await make('Wait for the release');
    await seen.open(`/console/tasks/${id}`);
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.keyboard.press('p');
    const at = await page.evaluate(() => {
      const tomorrow = new Date(Date.now() + 86_400_000 + 3_600_000);
      const two = (value: number): string => String(value).padStart(2, '0');
      const date = `${tomorrow.getFullYear()}-${two(tomorrow.getMonth() + 1)}-${two(tomorrow.getDate())}`;
      return `${date}T${two(tomorrow.getHours())}:${two(tomorrow.getMinutes())}`;
    });
    await page.getByLabel('Resume by itself at').fill(at);
    await inAllLooks(seen, 'pause-until');
    await submit();
    await standing('paused').waitFor();
    const until = await page.evaluate((local) => new Date(local).toISOString(), at);
    expect(await client.task(id)).toMatchObject({ status: 'paused', resumeAfter: until });
    const resumes = page.locator('.facts > div').filter({ hasText: 'Resumes' });
    expect(await resumes.locator('time').getAttribute('datetime')).toBe(until);
    await resumes.getByText('in 1d').waitFor();
    await page.keyboard.press('p');
    await submit();
    await resumes.waitFor({ state: 'detached' });
  });
});

describe('another project', () => {
  it('is shown alone: its board, its feed and its pages, and nothing of the one before', async () => {
    const { id: projectId } = await client.post<{ id: string }>('/v1/projects', { name: 'Second' });
    const { defaultProjectId: first } = await client.get<{ defaultProjectId: string }>('/v1/me');
    await make('Of the first');
    await make('Of the second', { projectId });
    await HandRunner.register(client);
    await seen.open('/console/');
    await card('Of the first').getByRole('checkbox').check();
    await page.getByText('1 selected').waitFor();
    const project = page.getByLabel('Project', { exact: true });
    await project.selectOption('Second');
    await card('Of the second').waitFor();
    expect(new URL(page.url()).searchParams.get('project')).toBe(projectId);
    const titles = () => page.locator('.card [data-task]').allTextContents();
    await expect.poll(titles).toEqual(['Of the second']);
    expect(await page.getByText('1 selected').count()).toBe(0);
    await page
      .locator('.live')
      .filter({ hasText: /^live · seq \d/ })
      .waitFor();
    // What happens there comes, and what happens in the other does not.
    await make('Later in the first');
    await make('Later in the second', { projectId });
    await expect.poll(titles).toEqual(['Later in the second', 'Of the second']);
    await inAllLooks(seen, 'second-project');

    await page.getByRole('link', { name: 'Runners' }).click();
    await page.getByText('Nobody is here to do the work').waitFor();
    await project.selectOption(first);
    const runner = page.getByRole('article', { name: 'by hand' });
    await runner.waitFor();
    await page.goBack();
    await page.getByText('Nobody is here to do the work').waitFor();
    expect(await runner.count()).toBe(0);
    await page.goBack();
    await expect.poll(titles).toEqual(['Later in the second', 'Of the second']);
  });

  it('takes in nothing of the one before that is answered late', async () => {
    const { id: projectId } = await client.post<{ id: string }>('/v1/projects', { name: 'Third' });
    const late = 'task_7zzzzzzzzzzzzzzzzzzzzzzzzz';
    const real = await client.task(await make('Of the first, still'));
    const own = await watchPage(await chromium.visitor(), server.url);
    const feeds: WebSocketRoute[] = [];
    await own.page.routeWebSocket(/\/ws\?/, (route) => {
      feeds.push(route);
      route.connectToServer();
    });
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    await own.page.route(/\/tasks\?/, async (route) => {
      if (!route.request().url().includes(projectId)) await held;
      await route.continue();
    });
    await own.page.route(`${server.url}/tasks/${late}`, async (route) => {
      await held;
      await route.fulfill({ json: { ...real, id: late } });
    });
    const lists: Request[] = [];
    own.page.on('request', (request) => {
      if (/\/tasks[?/]/.test(request.url())) lists.push(request);
    });
    await own.open('/console/');
    await own.page.locator('.card', { hasText: 'Of the first, still' }).waitFor();
    // Of a task that is older than all that were read.
    const news = { type: 'task:queued', taskId: late, seq: 1, data: { status: 'queued' } };
    feeds[0]?.send(JSON.stringify({ ...news, timestamp: real.updatedAt }));
    await expect.poll(() => lists.some((one) => one.url().endsWith(late))).toBe(true);
    await own.page.getByRole('link', { name: 'Runners' }).click();
    await own.page.getByRole('heading', { level: 1, name: 'Runners' }).waitFor();
    await own.page.getByLabel('Project', { exact: true }).selectOption('Third');
    await expect.poll(() => feeds.length).toBe(2);
    release();
    await Promise.all(lists.map(async (one) => (await one.response())?.finished()));
    await own.page.getByRole('link', { name: 'Tasks' }).click();
    await own.page.getByText('There is no task yet').waitFor();
    expect(own.faults).toEqual([]);
    await own.page.close();
  });

  it('that cannot be read shows nothing of the one before', async () => {
    await seen.open('/console/runners');
    await page.getByRole('article', { name: 'by hand' }).waitFor();
    await page.route(/\/runners\?/, (route) => route.abort());
    await page.getByLabel('Project', { exact: true }).selectOption('Second');
    await page.getByText('The server cannot be reached.').first().waitFor();
    expect(await page.getByRole('article', { name: 'by hand' }).count()).toBe(0);
    await page.unroute(/\/runners\?/);
  });
});

describe('a choice that the server does not make', () => {
  it('says that older tasks were not read yet, and reads on until it has found them', async () => {
    const { id: projectId } = await client.post<{ id: string }>('/v1/projects', { name: 'Many' });
    await make('The urgent one', { projectId, priority: 'urgent' });
    await Promise.all(Array.from({ length: NEWER }, (_, n) => make(`Newer ${n}`, { projectId })));
    await seen.open(`/console/?project=${projectId}&priority=urgent`);
    const unread = page.getByText('Older tasks were not read yet, and have no part in: priority.');
    await unread.waitFor();
    expect(await page.locator('.card').count()).toBe(0);
    expect(await page.getByText('No task is like that').count()).toBe(0);
    await inAllLooks(seen, 'board-unread');
    const readOn = page.getByRole('button', { name: 'Read on' });
    await Promise.all([page.waitForResponse(/cursor=/), readOn.press('Enter')]);
    await readOn.click();
    await card('The urgent one').waitFor();
    await unread.waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'The urgent one' }).waitFor();
  });

  it('says so of an order, too', async () => {
    const { id: projectId } = await client.post<{ id: string }>('/v1/projects', { name: 'Order' });
    await make('The oldest', { projectId });
    await Promise.all(Array.from({ length: 50 }, (_, n) => make(`Newer ${n}`, { projectId })));
    await seen.open(`/console/?project=${projectId}&sort=oldest`);
    await page
      .getByText('Older tasks were not read yet, and have no part in: the order.')
      .waitFor();
    await page.getByRole('button', { name: 'Read on' }).click();
    await card('The oldest').waitFor();
    expect(await page.locator('.card').first().textContent()).toContain('The oldest');
  });
});
