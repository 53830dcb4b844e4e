import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let client: Client;
let seen: Watched;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  client = new Client(server.url);
  seen = await watchPage(await chromium.visitor(), server.url);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

const column = (name: string) => seen.page.getByRole('region', { name, exact: true });
const card = (title: string) => seen.page.locator('.card').filter({ hasText: title });

/** In both themes, wide and on a phone: no fault, and a picture to look at. */
async function look(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await seen.page.emulateMedia({ colorScheme });
    for (const width of [1_280, 390]) {
      await seen.page.setViewportSize({ width, height: 800 });
      expect(await seen.axe()).toEqual([]);
      const isWider = () => document.documentElement.scrollWidth > innerWidth;
      expect(await seen.page.evaluate(isWider)).toBe(false);
      await seen.picture(`${name}-${colorScheme}-${width}`);
    }
  }
  await seen.page.setViewportSize({ width: 1_280, height: 800 });
  expect(seen.faults).toEqual([]);
}

/** A column, what stands in it, and why. */
const STANDING = [
  ['Queued', 'Wait for the rename', 'waits for another task'],
  ['Planning', 'Plan the migration', 'planner'],
  ['In progress', 'Speed up the search', 'developer'],
  ['Needs you', 'Rename the tables', 'review'],
  ['Paused', 'Look at the backups', 'paused: usage_limit'],
  ['Done', 'Write the changelog', ''],
  ['Failed', 'Upgrade the compiler', 'The tests fail.'],
] as const;

async function standInAllColumns(): Promise<void> {
  const make = (description: string, status: string | null, more = {}): Promise<string> =>
    client
      .create({ description, autonomy: 'full', workflow: 'feature', ...more })
      .then(async (id) => {
        if (status !== null)
          await client.post(`/tasks/${id}/status`, { status, ...STAGES[status] });
        return id;
      });
  const renamed = await make('Rename the tables\nAll of them.', 'waiting-approval');
  await make('Wait for the rename', null, { dependsOn: [renamed] });
  await make('Plan the migration of the listing to its new home', 'planning');
  await make('Speed up the search', 'in-progress');
  const paused = await make('Look at the backups', null);
  await client.post(`/tasks/${paused}/pause`, { reason: 'usage_limit' });
  await make('Write the changelog', 'completed');
  await make('Upgrade the compiler', 'failed');
}

const STAGES: Readonly<Record<string, object>> = {
  planning: { stage: 'planning' },
  'in-progress': { stage: 'implementation' },
  failed: { message: 'The tests fail.' },
};

const total = async (): Promise<number> => (await client.list()).length;

describe('the board', () => {
  it('that is empty shows a command that fills it, and shows at once what it has made', async () => {
    await seen.open('/console/');
    const command = seen.page.locator('.empty pre');
    await command.waitFor();
    await look('board-empty');
    const { execFileSync } = await import('node:child_process');
    execFileSync('sh', ['-c', (await command.textContent()) ?? ''], { stdio: 'pipe' });
    await card('Fix the flaky test').waitFor();
    expect(await column('Queued').locator('.card').count()).toBe(1);
    expect(await card('Fix the flaky test').textContent()).toContain('waits for a runner');
  });

  it('makes a task by keyboard, with all that can be said of it', async () => {
    await seen.page.getByText('Do this in code').waitFor();
    await seen.page.keyboard.press('c');
    const dialog = seen.page.getByRole('dialog', { name: 'New task' });
    await dialog.getByLabel('What is to be done').fill('Add a health check\nAt /health.');
    await dialog.getByLabel('Priority').selectOption('high');
    await dialog.getByLabel('Workflow', { exact: false }).first().selectOption('bugfix');
    await dialog.getByLabel('Budget in dollars').fill('2.5');
    await dialog.getByText('Limits, runner, metadata').click();
    await dialog.getByLabel('Metadata').fill('{oops');
    await look('board-create');
    await seen.page.keyboard.press('Control+Enter');
    await dialog.getByText('Metadata is no JSON').waitFor();
    await dialog.getByLabel('Metadata').fill('{"ticket": 7}');
    await seen.page.keyboard.press('Control+Enter');
    await seen.page.waitForURL(/\/console\/tasks\/task_/);
    const id = seen.page.url().split('/').at(-1) ?? '';
    const task = await client.task(id);
    expect(task).toMatchObject({
      ...{ priority: 'high', workflow: 'bugfix', costLimit: 2.5, metadata: { ticket: 7 } },
    });
    await seen.page.goBack();
    await card('Add a health check').getByText('of $2.50').waitFor();
  });

  it('shows a task in the column of its status, and why it does not go on', async () => {
    await standInAllColumns();
    await seen.open('/console/');
    for (const [name, title, why] of STANDING) {
      await column(name).locator('.card').filter({ hasText: title }).waitFor();
      await expect.poll(() => card(title).textContent()).toContain(why);
    }
    await look('board');
    await seen.page.getByText('Do this in code').waitFor();
    await seen.page.keyboard.press('v');
    await seen.page.getByRole('table').waitFor();
    expect(await seen.page.locator('tbody tr').count()).toBe(await total());
    await look('board-table');
    await seen.page.goBack();
    await seen.page.locator('.board').waitFor();
  });

  it('decides a gate where its task is', async () => {
    await card('Rename the tables').getByRole('button', { name: 'Decide gate' }).press('Enter');
    const sheet = seen.page.getByRole('dialog');
    await sheet.waitFor();
    await look('board-decide');
    await seen.page.keyboard.press('Escape');
  });

  it('is searched, filtered and sorted by the address, and keeps a choice under a name', async () => {
    const { page } = seen;
    await page.keyboard.press('/');
    await page.keyboard.type('rename');
    await expect.poll(() => page.locator('.card').count()).toBe(2);
    expect(new URL(page.url()).searchParams.get('q')).toBe('rename');
    await page.getByLabel('Search tasks').blur();
    await page.keyboard.press('f');
    await page.getByLabel('Status').selectOption('Needs you');
    await expect.poll(() => page.locator('.card').count()).toBe(1);
    await page.getByLabel('Order').selectOption('cost');
    expect(new URL(page.url()).search).toContain('column=waiting-approval');
    await page.getByLabel('Keep this view as').fill('My renames');
    await page.getByRole('button', { name: 'Save view' }).click();
    await look('board-filters');
    await seen.open('/console/');
    await page.getByRole('link', { name: 'My renames' }).click();
    await expect.poll(() => page.locator('.card').count()).toBe(1);
    await page.getByRole('button', { name: 'Without column' }).click();
    await expect.poll(() => page.locator('.card').count()).toBe(2);
    await page.getByLabel('Search tasks').fill('nothing is called so');
    await page.getByRole('heading', { name: 'No task is like that' }).waitFor();
    await page.getByRole('button', { name: 'Show all tasks' }).click();
    await expect.poll(() => page.locator('.card').count()).toBe(await total());
    expect(seen.faults).toEqual([]);
  });

  it('cancels many by keyboard, tries them again, and says what was refused', async () => {
    const { page } = seen;
    await seen.open('/console/');
    await card('Fix the flaky test').waitFor();
    await page.getByText('Do this in code').waitFor();
    for (let step = 0; step < 2; step += 1) {
      await page.keyboard.press('j');
      await page.keyboard.press('x');
    }
    await page.getByText('2 selected').waitFor();
    await look('board-selected');
    await page.getByRole('button', { name: 'Cancel 2' }).click();
    await page.getByLabel('Reason').fill('Not now');
    await page.keyboard.press('Enter');
    await page.getByText('2 tasks are cancelled.').waitFor();
    await expect.poll(() => column('Failed').locator('.card').count()).toBe(3);
    const boxes = column('Failed').getByRole('checkbox');
    for (const box of await boxes.all()) await box.check();
    await page.getByRole('button', { name: 'Retry 3' }).click();
    await page.getByText('3 tasks are tried again.').waitFor();
    await expect.poll(() => column('Failed').locator('.card').count()).toBe(0);
    expect(seen.faults).toEqual([]);
  });

  it('tells by the browser, once it is asked to, of what waits while nobody looks', async () => {
    const { page } = seen;
    await page.context().grantPermissions(['notifications'], { origin: server.url });
    await page.evaluate(() => {
      const told: string[] = [];
      Object.assign(window, { told });
      Object.defineProperty(document, 'hidden', { get: () => true });
      window.Notification = class extends EventTarget {
        static readonly permission = 'granted';
        static readonly requestPermission = async () => 'granted' as const;
        onclick = null;
        constructor(title: string, options?: NotificationOptions) {
          super();
          told.push(`${title}: ${options?.body}`);
        }
        close(): void {}
      } as unknown as typeof Notification;
    });
    await page.getByRole('button', { name: 'Notify me' }).click();
    await page.getByRole('button', { name: 'Notify me', pressed: true }).waitFor();
    const id = await client.create({ description: 'Ask somebody', autonomy: 'full' });
    await client.post(`/tasks/${id}/status`, { status: 'waiting-approval' });
    const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
    await expect.poll(told).toEqual(['review waits for you: Ask somebody']);
    expect(await page.title()).toMatch(/^\(\d+\) Tasks/);
    expect(seen.faults).toEqual([]);
  });
});
