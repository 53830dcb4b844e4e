// Every form that is refused says so where it was sent, on a phone, by keyboard: what was filled in stays.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium } from '../world/browser.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';
import { type Planted, plant } from './planted.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;
let seen: Watched;
let planted: Planted;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
  seen = await watchPage(await chromium.visitor(), server.url, { forgive: /status of 4\d\d/ });
  await seen.open('/console/');
  planted = await plant(seen.page);
  await seen.page.setViewportSize({ width: 390, height: 700 });
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

const main = () => seen.page.locator('main');
const button = (name: string) => seen.page.getByRole('button', { name, exact: true });
const field = (name: string) => seen.page.getByLabel(name).last();

interface Form {
  readonly path: string;
  /** The button that opens it. */
  readonly opens?: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly why: RegExp;
}

/** Fills it in and sends it from its last field; answers once it is refused. */
async function send({ path, opens, fields }: Form): Promise<void> {
  const { page } = seen;
  await seen.open(path.replace('{endpoint}', planted.endpoint));
  await page.waitForLoadState('networkidle');
  if (opens !== undefined) await button(opens).press('Enter');
  for (const [name, value] of Object.entries(fields)) await field(name).fill(value);
  await field(Object.keys(fields).at(-1) ?? '').press('Enter');
  expect(await main().count()).toBe(1);
  await page.waitForLoadState('networkidle');
}

const REFUSED: Readonly<Record<string, Form>> = {
  'an endpoint at an address inside': {
    path: '/console/webhooks?dialog=create',
    fields: { Description: 'x', URL: 'http://10.0.0.1/hooks' },
    why: /url_not_allowed/,
  },
  'types that no event has': {
    path: '/console/webhooks/{endpoint}?dialog=replay',
    fields: { Types: 'Nothing!' },
    why: /validation_failed/,
  },
  'an endpoint that is not there': {
    path: '/console/webhooks?view=debugger',
    fields: { Headers: 'webhook-id: 1', 'Endpoint; empty': 'whe_none' },
    why: /not_found/,
  },
  'an environment of a name that is taken': {
    path: '/console/projects?tab=environments',
    opens: 'New environment',
    fields: { Name: 'staging' },
    why: /conflict/,
  },
  'an environment that wants nobody who is there': {
    path: '/console/projects?tab=environments',
    opens: 'New environment',
    fields: { Name: 'preview', 'Of whom': 'role:nobody' },
    why: /validation_failed/,
  },
  'a limit that is too high': {
    path: '/console/projects?tab=limits',
    fields: { maxRetries: '9999' },
    why: /invalid|validation/,
  },
  'a task that is not there': {
    path: '/console/audit?tab=verify',
    fields: { 'A task of this server': 'task_none' },
    why: /not_found/,
  },
};

describe('a form that the server refuses', () => {
  it.each(Object.entries(REFUSED))(
    '%s: the reason is in sight, and the fields keep what was in them',
    async (_, form) => {
      await send(form);
      const alert = seen.page.getByRole('alert').filter({ hasText: form.why });
      await alert.waitFor();
      const box = await alert.boundingBox();
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect(Math.floor((box?.y ?? 0) + (box?.height ?? 0))).toBeLessThanOrEqual(700);
      for (const [name, value] of Object.entries(form.fields))
        expect([name, await field(name).inputValue()]).toEqual([name, value]);
      expect(seen.faults).toEqual([]);
    },
  );
});

describe('a field that cannot be right', () => {
  it.each([
    ['/console/webhooks?dialog=create', '', 'URL', 'nonsense'],
    ['/console/projects?tab=environments', 'New environment', 'Name', 'Bad Name'],
    ['/console/projects?tab=members', '', 'E-mail address', 'nobody'],
    ['/console/projects?tab=limits', '', 'maxRetries', '-1'],
  ])('%s: is said at the field before anything is asked', async (path, opens, name, value) => {
    await seen.open(path);
    if (opens !== '') await button(opens).press('Enter');
    await field(name).fill(value);
    await field(name).press('Enter');
    const said = await field(name).evaluate((one) =>
      one instanceof HTMLInputElement ? [one.validity.valid, document.activeElement === one] : [],
    );
    expect(said).toEqual([false, true]);
  });

  it.each([
    ['/console/access?tab=tokens', 'New token'],
    ['/console/access?tab=clients', 'New client'],
    ['/console/projects', 'New project'],
    ['/console/projects?tab=templates', 'New template'],
  ])('%s: a name is no longer than the server takes', async (path, opens) => {
    await seen.open(path);
    await button(opens).press('Enter');
    const name = seen.page.getByRole('dialog').getByLabel('Name', { exact: true });
    await name.pressSequentially('n'.repeat(101));
    expect(await name.inputValue()).toHaveLength(100);
    await seen.page.keyboard.press('Escape');
    expect(await seen.page.getByRole('dialog').count()).toBe(0);
  });
});
