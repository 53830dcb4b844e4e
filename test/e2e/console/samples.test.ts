// Every command that the console and the reference print, pasted into a shell: on a server that is open, and on one that
// wants to know who asks.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChromium, type Visitor } from '../world/browser.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { serve } from '../world/dev-server.ts';
import { serveOwned } from '../world/owned-server.ts';
import { makeDir } from '../world/place.ts';
import { runInShell } from '../world/started.ts';
import { type Planted, plant } from './planted.ts';

interface Place {
  readonly url: string;
  readonly visitor: Visitor;
  readonly stop: () => Promise<void>;
}

async function open(): Promise<Place> {
  const [server, chromium] = await Promise.all([serve(), openChromium()]);
  const stop = async () => {
    await chromium.close();
    await server.stop();
  };
  return { url: server.url, visitor: await chromium.visitor(), stop };
}

async function required(): Promise<Place> {
  const { url, owner, stop } = await serveOwned();
  return { url, visitor: owner, stop };
}

const OWN = '/console/projects?tab=';
const ACCESS = '/console/access?tab=';

/** Every page with what it can show, with something there and with nothing. */
const pagesOf = ({ task, project, endpoint, delivery, deployment, incident, monitor }: Planted) => [
  ...['/console/', '/console/?view=table', '/console/runners', '/console/usage'],
  ...['', '?tab=events', '?tab=artifacts', '?tab=usage', '?tab=subtasks'].map(
    (tab) => `/console/tasks/${task}${tab}`,
  ),
  ...['', '?view=all', '?view=decided', '?view=standing'].map((view) => `/console/inbox${view}`),
  ...[`/console/webhooks`, `/console/webhooks?view=debugger`, `/console/webhooks/${endpoint}`],
  `/console/webhooks/${endpoint}?delivery=${delivery}`,
  `/console/webhooks/${endpoint}?view=debugger&delivery=${delivery}`,
  ...['', '?tab=incidents', '?tab=monitors'].map((tab) => `/console/deployments${tab}`),
  `/console/deployments?deployment=${deployment}`,
  `/console/deployments?incident=${incident}`,
  `/console/deployments?monitor=${monitor}`,
  ...['project', 'members', 'environments', 'limits', 'workflows', 'config', 'templates'].map(
    (tab) => OWN + tab,
  ),
  `${OWN}trash`,
  ...['tokens', 'clients', 'apps', 'passkeys', 'signins'].map((tab) => ACCESS + tab),
  ...['', '?tab=verify', `?tab=verify&task=${task}`].map((tab) => `/console/audit${tab}`),
  ...['/console/', '/console/runners', '/console/webhooks', '/console/deployments'].map(
    (path) => `${path}?project=${project}`,
  ),
  ...['?tab=incidents', '?tab=monitors'].map(
    (tab) => `/console/deployments${tab}&project=${project}`,
  ),
  ...['templates', 'trash'].map((tab) => `${OWN}${tab}&project=${project}`),
  `${ACCESS}clients&project=${project}`,
  `/console/inbox?view=standing&project=${project}`,
];

// What differs where one signs in is the header: every fourth page shows that, and those of people's own access all.
const someOf = (pages: readonly string[]) =>
  pages.filter((path, at) => at % 4 === 0 || path.startsWith(ACCESS));

describe.each([
  ['an open server', open, (pages: readonly string[]) => pages, 60],
  ['a server with a sign-in', required, someOf, 20],
] as const)('what is printed for %s', (_, start, among, least) => {
  let place: Place;
  let seen: Watched;
  let planted: Planted;
  /** By the command, where it stood. */
  const commands = new Map<string, string>();

  beforeAll(async () => {
    place = await start();
    seen = await watchPage(place.visitor, place.url);
    await seen.open('/console/');
    planted = await plant(seen.page);
  });
  afterAll(() => place?.stop());

  /** The status that the command is answered with. */
  const statusOf = async (command: string): Promise<number> => {
    const env = { ...(planted.token === null ? {} : { SLUICE_TOKEN: planted.token }) };
    const quiet = "-s -o /dev/null -w '%{http_code}' --max-time 3";
    const { stdout } = await runInShell(`${command} ${quiet}`, makeDir(), env);
    return Number(stdout);
  };
  const matching = (pattern: RegExp) =>
    [...commands].filter(([command]) => pattern.test(command) && !/_ID:\?/.test(command));
  const faultsOf = async (all: readonly (readonly [string, string])[], isGood: RegExp) => {
    const faults: string[] = [];
    for (const [command, path] of all) {
      const status = await statusOf(command);
      if (!isGood.test(String(status))) faults.push(`${path}\n${command}\n${status}`);
    }
    return faults;
  };

  it('every page has its commands, and none a hole that looks like a word', async () => {
    const { page } = seen;
    for (const path of among(pagesOf(planted))) {
      await seen.open(path);
      // Where nobody signs in, there are no sign-ins to ask for.
      const isBare = planted.token === null && /tab=(passkeys|signins)/.test(path);
      if (isBare) continue;
      await page.locator('.code > summary').click();
      await page.locator('.code figure').first().waitFor();
      const take = async (): Promise<void> => {
        for (const text of await page.locator('.code pre, .empty figure pre').allTextContents())
          commands.set(text, path);
      };
      await take();
      await page.getByRole('button', { name: 'sluice', exact: true }).click();
      await take();
    }
    expect(commands.size).toBeGreaterThan(least);
    const holes = [...commands].filter(([command]) => /(?<!\$)\{\w+\}|[/=]\w*…/.test(command));
    expect(holes).toEqual([]);
    expect(seen.faults).toEqual([]);
  });

  it('what reads is answered', async () => {
    const all = matching(/^curl '/);
    expect(all.length).toBeGreaterThan(least / 3);
    expect(await faultsOf(all, /^200$/)).toEqual([]);
  });

  it('what changes is understood: done, or too late', async () => {
    const all = matching(/^curl -X (POST|PUT|PATCH)/);
    expect(all.length).toBeGreaterThan(least / 3);
    expect(await faultsOf(all, /^(2..|409|412)$/)).toEqual([]);
    expect(await faultsOf(matching(/^curl -X DELETE/), /^(2..|409|412)$/)).toEqual([]);
  });

  it('and so is what the reference prints', async () => {
    const { page } = seen;
    await seen.open('/docs/');
    const first = (await page.locator('main pre').first().textContent()) ?? '';
    expect(await statusOf(first)).toBe(201);
    for (const operation of ['tasks.list', 'projects.list', 'me.get', 'health.get']) {
      await page.goto(`${place.url}/docs/#${operation}`);
      await page.locator('#sample', { hasText: 'curl' }).waitFor();
      const command = (await page.locator('#sample').textContent()) ?? '';
      expect([operation, await statusOf(command)]).toEqual([operation, 200]);
    }
    await page.goto(`${place.url}/docs/#tasks.get`);
    await page.getByText('Fill in id below: it stands here then.').waitFor();
    await page.getByLabel('id', { exact: false }).first().fill(planted.task);
    await page.getByText('Fill in id below').waitFor({ state: 'detached' });
    const command = (await page.locator('#sample').textContent()) ?? '';
    expect(await statusOf(command)).toBe(200);
    expect(seen.faults).toEqual([]);
  });
});
