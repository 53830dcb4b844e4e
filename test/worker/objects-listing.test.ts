// The listing: what a writer was told a reader finds, and what D1 has missed or lost comes back.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TaskList } from '../../src/contract/page.ts';
import type { TaskRow } from '../../src/contract/task.ts';
import { upsertTask } from '../../src/db/tasks.ts';
import {
  eventually,
  getTask,
  newProject,
  newTask,
  projectStub,
  read,
  report,
  send,
  taskStub,
} from './world.ts';

const listed = async (projectId: string, query = '') =>
  (await read<TaskList>(`/tasks?projectId=${projectId}&limit=100${query}`)).body.tasks;

async function rowOf(projectId: string, taskId: string): Promise<TaskRow | undefined> {
  return (await listed(projectId)).find(({ id }) => id === taskId);
}

async function withoutTable<T>(act: () => Promise<T>): Promise<T> {
  const log = vi.spyOn(console, 'warn').mockImplementation(() => {});
  await env.DB.exec('ALTER TABLE tasks RENAME TO away');
  try {
    return await act();
  } finally {
    await env.DB.exec('ALTER TABLE away RENAME TO tasks');
    log.mockRestore();
  }
}

const knownTo = (projectId: string) =>
  runInDurableObject(
    projectStub(projectId),
    (_object, { storage }) =>
      storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM queue').one().n,
  );

interface Rebuilt {
  rebuilt: number;
  removed: number;
  next?: string;
}
async function rebuild(projectId: string): Promise<Rebuilt[]> {
  const pages: Rebuilt[] = [];
  do {
    const after = pages.at(-1)?.next;
    const path = `/listing/rebuild?projectId=${projectId}`;
    const { status, body } = await send<Rebuilt>(path, after === undefined ? {} : { after });
    expect(status).toBe(200);
    pages.push(body);
  } while (pages.at(-1)?.next !== undefined);
  return pages;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the listing', () => {
  it('has each change as soon as it was answered', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId, autonomy: 'review-before-merge' });
    const gate = `/tasks/${taskId}/gates/review`;
    const steps: readonly [() => Promise<{ status: number }>, Partial<TaskRow>][] = [
      [() => report(taskId, { status: 'in-progress', stage: 'fix' }), { currentStage: 'fix' }],
      [() => send(`/tasks/${taskId}/pause`), { status: 'paused', pauseReason: 'manual' }],
      [() => send(`/tasks/${taskId}/resume`), { status: 'queued', waitingFor: 'runner' }],
      [() => report(taskId, { status: 'completed' }), { status: 'waiting-approval' }],
      [() => send(`${gate}/request-changes`, { comment: 'x' }), { status: 'in-progress' }],
      [() => report(taskId, { status: 'waiting-approval' }), { waitingFor: 'gate' }],
      [() => send(`${gate}/reject`), { status: 'failed', error: 'Gate "review" rejected' }],
      [() => send(`/tasks/${taskId}/retry`), { status: 'queued' }],
      [() => send(`/tasks/${taskId}/cancel`), { status: 'cancelled' }],
    ];
    for (const [step, row] of steps) {
      expect((await step()).status).toBe(200);
      expect(await rowOf(projectId, taskId)).toMatchObject(row);
    }
  });

  it('reads the own write in 50 tasks at once', async () => {
    const projectId = await newProject();
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const taskId = await newTask({ projectId });
        await report(taskId, { status: 'in-progress' });
        expect(await rowOf(projectId, taskId)).toMatchObject({ status: 'in-progress' });
      }),
    );
  });

  it('a log entry writes nothing to it', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const before = await env.DB.prepare('SELECT * FROM tasks WHERE id = ?').bind(taskId).first();
    await send(`/tasks/${taskId}/log`, { message: 'x' });
    expect(await env.DB.prepare('SELECT * FROM tasks WHERE id = ?').bind(taskId).first()).toEqual(
      before,
    );
  });

  it('while D1 is away every write succeeds, and afterwards the alarm heals it', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const projectId = await newProject();
    const known = await newTask({ projectId });
    const made = await withoutTable(async () => {
      const taskId = await newTask({ projectId, autonomy: 'review-before-merge' });
      for (const step of [
        () => send(`/tasks/${taskId}/log`, { message: 'x' }),
        () => send(`/tasks/${taskId}/pause`),
        () => send(`/tasks/${taskId}/resume`),
        () => report(taskId, { status: 'completed' }),
        () => send(`/tasks/${taskId}/gates/review/approve`),
        () => send(`/tasks/${known}/cancel`),
      ]) {
        expect((await step()).status).toBe(200);
      }
      expect(await getTask(taskId)).toMatchObject({ status: 'completed' });
      expect(await getTask(known)).toMatchObject({ status: 'cancelled' });
      return taskId;
    });
    expect(await rowOf(projectId, made)).toBeUndefined();
    expect(await rowOf(projectId, known)).toMatchObject({ status: 'queued' });
    vi.setSystemTime(Date.now() + 60_000);
    for (const taskId of [made, known]) {
      expect(await runDurableObjectAlarm(taskStub(taskId))).toBe(true);
      const alarm = await runInDurableObject(taskStub(taskId), (_object, { storage }) =>
        storage.getAlarm(),
      );
      // What is left is the day when the bodies of its logs may go.
      expect(alarm ?? Number.POSITIVE_INFINITY).toBeGreaterThan(Date.now() + 86_400_000);
    }
    expect(await rowOf(projectId, made)).toMatchObject({ status: 'completed' });
    expect(await rowOf(projectId, known)).toMatchObject({ status: 'cancelled' });
  });

  it('heals too when the object has lost its memory meanwhile, and while it fails it tries again', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const projectId = await newProject();
    const taskId = await withoutTable(async () => {
      const made = await newTask({ projectId });
      for (let round = 0; round < 3; round++) {
        await evictDurableObject(taskStub(made));
        vi.setSystemTime(Date.now() + 60_000);
        expect(await runDurableObjectAlarm(taskStub(made))).toBe(true);
      }
      return made;
    });
    await evictDurableObject(taskStub(taskId));
    vi.setSystemTime(Date.now() + 60_000);
    expect(await runDurableObjectAlarm(taskStub(taskId))).toBe(true);
    expect(await rowOf(projectId, taskId)).toMatchObject({ status: 'queued' });
  });

  it('a late write of an older state changes nothing', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const older = await rowOf(projectId, taskId);
    await report(taskId, { status: 'in-progress' });
    const newer = await rowOf(projectId, taskId);
    if (older === undefined) throw new Error('The task is not listed.');
    for (const seq of [1, 2, 3])
      await upsertTask(env.DB, { row: older, environment: 'development', seq }).run();
    expect(await rowOf(projectId, taskId)).toEqual(newer);
  });
});

describe('rebuilding the listing', () => {
  it('brings back what was deleted, mends what was altered, removes what nobody knows', async () => {
    const projectId = await newProject();
    const ids = [await newTask({ projectId }), await newTask({ projectId })];
    const [deleted = '', altered = ''] = ids;
    await eventually(
      async () => (await read<{ count: number }>(`/queue?projectId=${projectId}`)).body.count,
    ).toBe(2);
    const before = await listed(projectId);
    const stranger = `task_zz_${'0'.repeat(20)}`;
    await env.DB.batch([
      env.DB.prepare('DELETE FROM tasks WHERE id = ?').bind(deleted),
      env.DB.prepare("UPDATE tasks SET seq = 999, status = 'failed' WHERE id = ?").bind(altered),
      env.DB.prepare(
        "INSERT INTO tasks SELECT ?, project_id, status, workflow, 'x', 0, 0, 1, body, environment FROM tasks WHERE id = ?",
      ).bind(stranger, altered),
    ]);
    expect(await rebuild(projectId)).toEqual([{ ok: true, rebuilt: 2, removed: 1 }]);
    expect(await listed(projectId)).toEqual(before);
    expect(await listed(projectId, '&status=queued')).toHaveLength(2);
  });

  it('goes through more than 100 tasks page by page', async () => {
    const projectId = await newProject();
    const ids = await Promise.all(Array.from({ length: 120 }, () => newTask({ projectId })));
    const { results } = await env.DB.prepare('SELECT id FROM tasks WHERE project_id = ?')
      .bind(projectId)
      .all();
    expect(results).toHaveLength(120);
    await eventually(() => knownTo(projectId)).toBe(120);
    await env.DB.prepare('DELETE FROM tasks WHERE project_id = ?').bind(projectId).run();
    const pages = await rebuild(projectId);
    expect(pages.map(({ rebuilt }) => rebuilt)).toEqual([100, 20]);
    const again = await env.DB.prepare('SELECT id FROM tasks WHERE project_id = ? ORDER BY id')
      .bind(projectId)
      .all<{ id: string }>();
    expect(again.results.map(({ id }) => id)).toEqual(ids.toSorted());
  });

  it('two projects never mix', async () => {
    const [one, two] = [await newProject(), await newProject()];
    const [first, second] = [await newTask({ projectId: one }), await newTask({ projectId: two })];
    const ids = async (projectId: string) => (await listed(projectId)).map(({ id }) => id);
    expect(await ids(one)).toEqual([first]);
    expect(await ids(two)).toEqual([second]);
    await env.DB.prepare('DELETE FROM tasks WHERE project_id IN (?, ?)').bind(one, two).run();
    await eventually(() => rebuild(one)).toMatchObject([{ rebuilt: 1, removed: 0 }]);
    expect(await ids(one)).toEqual([first]);
    expect(await ids(two)).toEqual([]);
    await rebuild(two);
    expect(await ids(two)).toEqual([second]);
    const queue = await read<{ items: { taskId: string }[] }>(`/queue?projectId=${one}`);
    expect(queue.body.items.map(({ taskId }) => taskId)).toEqual([first]);
  });
});
