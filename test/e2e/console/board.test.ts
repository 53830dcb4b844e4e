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
    await seen.page.keyboard.press('c');
    const dialog = seen.page.getByRole('dialog', { name: 'New task' });
    await dialog.getByLabel('What is to be done').fill('Add a health check\nAt /health.');
    await dialog.getByLabel('Priority').selectOption('high');
    await dialog.getByLabel('Workflow', { exact: false }).first().selectOption('bugfix');
    await dialog.getByLabel('Budget in dollars').fill('2.5');
    await dialog.getByText('Budget, limits, runners').click();
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
});
