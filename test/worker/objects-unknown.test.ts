// Asking for tasks that do not exist: it must store nothing, or a stranger could fill the storage by guessing.

import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import { getTask, newTask, read, send, taskStub, watch } from './world.ts';

const tablesOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), (_object, { storage }) =>
    storage.sql
      .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      .toArray()
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('_cf_')),
  );

describe('a task that does not exist', () => {
  it('has no tables and no alarm, whatever is asked of it', async () => {
    const taskId = newTaskId(Date.now());
    expect((await read(`/tasks/${taskId}`)).status).toBe(404);
    expect((await read(`/tasks/${taskId}/events`)).status).toBe(404);
    for (const path of ['cancel', 'log', 'status', 'gates/review/approve']) {
      const body = { message: 'x', status: 'in-progress' };
      expect((await send(`/tasks/${taskId}/${path}`, body)).status).toBe(404);
    }
    const { closed } = await watch(taskId);
    expect((await closed).code).toBe(4404);
    expect(await tablesOf(taskId)).toEqual([]);
    const alarm = await runInDurableObject(taskStub(taskId), (_object, { storage }) =>
      storage.getAlarm(),
    );
    expect(alarm).toBeNull();
  });

  it('has its tables from its creation on', async () => {
    const taskId = await newTask();
    expect(await tablesOf(taskId)).toEqual([
      'blocks',
      'cursors',
      'migrations',
      'receipts',
      'snapshot',
    ]);
    expect((await getTask(taskId)).status).toBe('queued');
  });
});
