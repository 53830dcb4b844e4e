// Test files share a workerd: what one of them leaves must not be there in the next.

import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { ask } from './ask.ts';
import { beginAnew } from './begin-anew.ts';
import { getTask, newTask, taskStub } from './world.ts';

const rowsIn = async (table: string) =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')) ?? 0;

it('a file finds no row and no object of the file before it', async () => {
  const taskId = await newTask();
  await getTask(taskId);
  const alarmsOf = () =>
    runInDurableObject(taskStub(taskId), (_object, { storage }) => storage.getAlarm());
  expect([await rowsIn('tasks'), (await ask(`/tasks/${taskId}`)).status]).toEqual([1, 200]);

  await beginAnew();

  expect([await rowsIn('tasks'), (await ask(`/tasks/${taskId}`)).status]).toEqual([0, 404]);
  expect(await alarmsOf()).toBe(null);
});

it('the Worker forgets with its modules: the local project is made again', async () => {
  const made = async () => {
    expect((await ask('/v1/projects')).status).toBe(200);
    return rowsIn('projects');
  };
  const first = await made();
  expect(first).toBeGreaterThan(0);
  await beginAnew();
  expect(await rowsIn('projects')).toBeLessThan(first);
  expect(await made()).toBe(first);
});

it('a file begins with the clock of the machine', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  vi.stubGlobal('setTimeout', () => 0);
  await beginAnew();
  expect(Date.now()).toBeGreaterThan(1_000_000_000_000);
  expect(setTimeout(() => {}, 0)).not.toBe(0);
});
