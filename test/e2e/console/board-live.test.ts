// The board under a feed that breaks.

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { TaskStatus } from '../../../src/contract/task.ts';
import { TcpProxy } from '../../../tools/faults/tcp-proxy.ts';
import { cardsOf } from '../world/board.ts';
import { openChromium } from '../world/browser.ts';
import { Client } from '../world/client.ts';
import { watchPage } from '../world/console.ts';
import { type DevServer, serve } from '../world/dev-server.ts';

let server: DevServer;
let chromium: Awaited<ReturnType<typeof openChromium>>;

beforeAll(async () => {
  [server, chromium] = await Promise.all([serve(), openChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

/** Does it for each, some at a time. */
async function forEach<T>(items: readonly T[], does: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await does(item);
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

/** The last event of the project. */
const headOf = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
    socket.onerror = () => reject(new Error('The feed does not open.'));
    socket.onmessage = ({ data }) => {
      socket.close();
      resolve((JSON.parse(String(data)) as { seq: number }).seq);
    };
  });

const ENDS: readonly TaskStatus[] = ['planning', 'in-progress', 'waiting-approval', 'failed'];
const TASKS = 180;

describe('a board whose connection is cut during 1,000 events', () => {
  it('shows each task once and as it is when it is back, and says what it has caught up', async () => {
    const client = new Client(server.url);
    const cable = await TcpProxy.listen(server.port);
    onTestFinished(() => cable.close());
    const seen = await watchPage(await chromium.visitor(), cable.url, {
      forgive: /ERR_|WebSocket connection/,
    });
    const mark = seen.page.locator('.live');
    await client.create({ description: 'Before the cut' });
    await seen.open('/console/');
    await seen.page.locator('.card').waitFor();
    await mark.filter({ hasText: 'live' }).waitFor();
    const before = await headOf(server.url);
    await expect.poll(() => mark.textContent()).toBe(`live · seq ${before}`);

    cable.cut();
    await mark.filter({ hasText: `reconnecting · seq ${before}` }).waitFor();
    await seen.picture('board-reconnecting');
    await forEach([...Array(TASKS).keys()], async (n) => {
      const id = await client.create({ description: `Task ${n}`, autonomy: 'full' });
      const report = (fields: object) => client.post(`/tasks/${id}/status`, fields);
      await report({ status: 'planning', stage: 'planning' });
      for (const message of ['a', 'b']) await report({ status: 'planning', message });
      await report({ status: ENDS[n % ENDS.length] ?? 'failed', message: 'So be it.' });
    });
    const head = await headOf(server.url);
    expect(head - before).toBeGreaterThanOrEqual(1_000);
    cable.mend();

    const said = new RegExp(`seq ${head.toLocaleString('en-US')} · caught up (\\S+) events in`);
    await mark.filter({ hasText: said }).waitFor();
    const told = said.exec((await mark.textContent()) ?? '')?.[1];
    expect(Number(told?.replace(',', ''))).toBe(head - before);
    await seen.picture('board-caught-up');
    const tasks = await client.list();
    expect(tasks).toHaveLength(TASKS + 1);
    const cards = await cardsOf(seen);
    expect([...cards].sort()).toEqual(tasks.map(({ id }) => id).sort());
    const column = (name: string) => seen.page.getByRole('region', { name }).locator('.card');
    const count = (status: TaskStatus) => tasks.filter((task) => task.status === status).length;
    expect(await column('Planning').count()).toBe(count('planning'));
    expect(await column('In progress').count()).toBe(count('in-progress'));
    expect(await column('Needs you').count()).toBe(count('waiting-approval'));
    expect(await column('Failed').count()).toBe(count('failed'));
    expect(seen.faults).toEqual([]);
  });
});
