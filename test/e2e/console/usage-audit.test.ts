// What the work cost, how the project is set, who decided what, and the proof of it: on a server of one's own machine.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Registered } from '../../../src/contract/runner.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { HandRunner } from '../world/hand-runner.ts';
import { inAllLooks } from './looks.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let client: Client;
let project = '';
let gated = '';

/** As an agent names its models, and as nobody should. */
const USED = [
  { model: 'sonnet', inputTokens: 120_000, outputTokens: 9_000 },
  { model: 'haiku', inputTokens: 40_000, outputTokens: 2_000 },
  { model: '=cmd|calc,"x"', inputTokens: 10, outputTokens: 5 },
];

const reportUsage = async (): Promise<void> => {
  const fields = { name: 'by hand', instanceId: 'i_usage' };
  const registered = await client.post<Registered>('/runners', fields);
  await client.create({ description: 'Add a health check' });
  const runner = new HandRunner(client, registered);
  const { task, lease } = await runner.claim();
  const events = USED.map((data, index) => ({ n: index + 1, type: 'usage:report', data }));
  const { leaseId, epoch } = lease;
  const body = { leaseId, epoch, producer: 'main', events };
  await client.call('POST', `/tasks/${task.id}/events`, body, registered.token);
};

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  client = new Client(server.url);
  await client.get('/tasks');
  project = (await client.get<{ defaultProjectId: string }>('/v1/me')).defaultProjectId;
  await reportUsage();
  gated = await client.create({ description: 'Delete the old rows' });
  await client.post(`/tasks/${gated}/gates/review/approve`, { approver: 'ada@example.com' });
  seen = await watchPage(await chromium.visitor(), server.url, { forgive: /status of 400/ });
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

describe('usage', () => {
  it('is drawn by day and name, said in a sentence, and told in tables', async () => {
    await seen.open('/console/usage');
    const chart = seen.page.getByRole('img', { name: /^Cost a day from/ });
    await chart.waitFor();
    expect(await chart.getAttribute('aria-label')).toContain('$0.6451 in all');
    const table = seen.page.getByRole('region', { name: 'In all, by agent' });
    const row = table.getByRole('row').filter({ hasText: 'planner' });
    expect(await row.getByRole('cell').first().textContent()).toBe('$0.6451');
  });

  it('is told apart by model and project; the address keeps it', async () => {
    await seen.page.getByRole('combobox', { name: 'by' }).selectOption('model');
    const table = seen.page.getByRole('region', { name: 'In all, by model' });
    const row = table.getByRole('row').filter({ hasText: '=cmd|calc,"x"' });
    expect(await row.getByRole('cell').first().textContent()).toBe('$0.0001');
    await inAllLooks(seen, 'usage');
    expect(new URL(seen.page.url()).searchParams.get('by')).toBe('model');
    await seen.page.getByRole('button', { name: 'tokens' }).click();
    await seen.page.getByRole('img', { name: /^Tokens a day .* 171,015 in all/ }).waitFor();
    await seen.open('/console/usage?by=project&of=cost');
    const own = seen.page.getByRole('rowheader', { name: 'my-project' });
    await own.waitFor();
    await seen.page.getByText('The same day by day, as a table').click();
    await inAllLooks(seen, 'usage-project');
  });

  it('is kept as CSV, with no formula in it', async () => {
    await seen.open('/console/usage');
    await seen.page.getByRole('img', { name: /^Cost/ }).waitFor();
    const [download] = await Promise.all([
      seen.page.waitForEvent('download'),
      seen.page.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^usage-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/);
    const csv = readFileSync(await download.path(), 'utf8');
    expect(csv.split('\r\n')).toHaveLength(5);
    expect(csv).toContain('"\'=cmd|calc,""x"""');
  });

  it('that there is none of says what would make some', async () => {
    await seen.open('/console/usage?from=2026-01-01&to=2026-01-05');
    await seen.page.getByRole('heading', { name: 'Nothing was used in these days' }).waitFor();
  });
});

describe('the settings of the project', () => {
  it.each(['project', 'members', 'environments', 'limits', 'workflows', 'templates', 'trash'])(
    '%s opens without a fault',
    async (tab) => {
      await seen.open(`/console/projects?tab=${tab}`);
      await seen.page.getByText('Do this in code').waitFor();
      await inAllLooks(seen, `project-${tab}`);
    },
  );

  it('are edited as JSON; a refusal names the path and leads to its line', async () => {
    await seen.open('/console/projects?tab=config');
    const editor = seen.page.getByLabel('Config, as JSON');
    const text = await editor.inputValue();
    await editor.fill(text.replace('"maxTurns": 100', '"maxTurns": -1'));
    await seen.page.getByRole('button', { name: 'Save the config' }).click();
    await seen.page.getByText('limits.maxTurns must be a whole number').first().waitFor();
    await seen.page.getByRole('button', { name: 'limits.maxTurns' }).click();
    const selected = await editor.evaluate((area) => {
      const { value, selectionStart, selectionEnd } = area as HTMLTextAreaElement;
      return value.slice(selectionStart, selectionEnd).trim();
    });
    expect(selected).toBe('"maxTurns": -1,');
    await inAllLooks(seen, 'project-config');
    await editor.fill(text.replace('"maxTurns": 100', '"maxTurns": 90'));
    await seen.page.getByRole('button', { name: 'Save the config' }).click();
    await seen.page.getByRole('status').filter({ hasText: 'The config is changed' }).waitFor();
    const config = await client.get<{ limits: { maxTurns: number } }>('/config');
    expect(config.limits.maxTurns).toBe(90);
  });

  it('protect an environment', async () => {
    await seen.open('/console/projects?tab=environments');
    await seen.page.getByRole('button', { name: 'Change production' }).click();
    const dialog = seen.page.getByRole('dialog');
    await dialog.getByLabel('Protected').check();
    await dialog.getByLabel('How many people').fill('2');
    await inAllLooks(seen, 'project-environment');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const row = seen.page.getByRole('row').filter({ hasText: 'production' });
    await row.getByText('protected').waitFor();
    await row.getByText('2 of whoever may decide gates').waitFor();
  });
});

describe('who did what', () => {
  it('is in the audit log, with filters that the address keeps', async () => {
    await seen.open('/console/audit');
    await seen.page.getByText('runner.registered').first().waitFor();
    await seen.page.getByText('More', { exact: true }).first().click();
    await inAllLooks(seen, 'audit');
    await seen.page.getByLabel('To what').fill('nobody');
    await seen.page.keyboard.press('Tab');
    await seen.page.getByText('Nothing was done that is so.').waitFor();
    expect(new URL(seen.page.url()).searchParams.get('target')).toBe('nobody');
  });

  it('is proven in the browser, by the keys of the server', async () => {
    await seen.open('/console/audit?action=gate.approved');
    await seen.page.getByText('More', { exact: true }).first().click();
    await seen.page.getByRole('link', { name: 'Verify the task' }).first().click();
    expect(await seen.page.getByLabel('A task of this server').inputValue()).toBe(gated);
    await seen.page.getByRole('button', { name: 'Verify' }).click();
    await seen.page.getByRole('heading', { name: 'Proven' }).waitFor();
    await seen.page.getByRole('rowheader', { name: 'review' }).waitFor();
    await inAllLooks(seen, 'audit-verified');
  });

  it('is not, where one letter of an export was changed: its line is named', async () => {
    const bundle = await (await fetch(`${server.url}/tasks/${gated}/export`)).text();
    const lines = bundle.split('\n');
    const at = lines.findIndex((line) => line.includes('Delete the old rows'));
    const file = join(mkdtempSync(join(tmpdir(), 'sluice-export-')), 'task.ndjson');
    writeFileSync(file, bundle.replace('Delete the old rows', 'Delete the new rows'));
    await seen.page.getByLabel('Or an export').setInputFiles(file);
    const verdict = seen.page
      .getByRole('alert')
      .filter({ hasText: `Line ${at + 1} does not hold` });
    await verdict.getByText('its body was changed').waitFor();
    await inAllLooks(seen, 'audit-forged');
  });

  it('is not, by the keys of somebody else', async () => {
    const keys = join(mkdtempSync(join(tmpdir(), 'sluice-keys-')), 'keys.json');
    writeFileSync(keys, '{"keys":[]}');
    await seen.page.getByLabel('or keys that you have kept').setInputFiles(keys);
    await seen.page.getByText('keys.json').waitFor();
    await seen.page.getByRole('button', { name: 'Verify' }).click();
    await seen.page.getByText('no trusted key has signed it').waitFor();
  });

  it('is not called false by a browser that cannot check it', async () => {
    const { page } = await chromium.visitor();
    await page.addInitScript(() => {
      const { importKey } = SubtleCrypto.prototype;
      SubtleCrypto.prototype.importKey = function (
        this: SubtleCrypto,
        ...given: Parameters<typeof importKey>
      ) {
        if (given[2] === 'Ed25519')
          return Promise.reject(new DOMException('', 'NotSupportedError'));
        return importKey.apply(this, given);
      } as typeof importKey;
    });
    await page.goto(`${server.url}/console/audit?tab=verify&task=${gated}`);
    await page.getByText('Trusted: the keys of localhost').waitFor();
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('This browser can check no Ed25519 signatures.').waitFor();
    expect(await page.getByText('does not hold').count()).toBe(0);
  });

  it('has caused no fault by all that', () => {
    expect(project).toMatch(/^prj_/);
    expect(seen.faults).toEqual([]);
  });
});
