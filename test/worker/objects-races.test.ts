// Many at once, and crashes at the worst moment: one order of things, nothing acknowledged lost.

import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { TaskList } from '../../src/contract/page.ts';
import {
  allEvents,
  claimOne,
  eventually,
  getGate,
  getTask,
  logBatch,
  newProject,
  newTask,
  newTestRunner,
  projectStub,
  read,
  report,
  send,
  taskStub,
  typesOf,
  workOn,
} from './world.ts';

const listedIds = async (projectId: string) =>
  (await read<TaskList>(`/tasks?projectId=${projectId}&limit=100`)).body.tasks.map(({ id }) => id);
const alarmOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), (_object, { storage }) => storage.getAlarm());
const knownTo = (projectId: string) =>
  runInDurableObject(projectStub(projectId), (_object, { storage }) =>
    storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM queue').one(),
  );

describe('many at once', () => {
  it('approve and reject: one counts, the others are told so', async () => {
    const taskId = await newTask({ autonomy: 'review-before-merge' });
    await report(taskId, { status: 'completed' });
    const verbs = ['approve', 'reject', 'approve', 'reject', 'approve', 'reject'];
    const answers = await Promise.all(
      verbs.map((verb) => send(`/tasks/${taskId}/gates/review/${verb}`)),
    );
    const won = verbs.filter((_, index) => answers[index]?.status === 200);
    expect(new Set(won).size).toBe(1);
    for (const { status, body } of answers) {
      if (status !== 200) expect([status, body['code']]).toEqual([409, 'gate_decided']);
    }
    const decided = typesOf(await allEvents(taskId)).filter((type) =>
      ['gate:approved', 'gate:rejected'].includes(type),
    );
    expect(decided).toHaveLength(1);
    const { status } = await getGate(taskId, 'review');
    expect(status).toBe(won[0] === 'approve' ? 'approved' : 'rejected');
  });

  it('cancel and completed: the first wins and the other is 409', async () => {
    for (let round = 0; round < 5; round++) {
      const taskId = await newTask();
      const [cancelled, completed] = await Promise.all([
        send(`/tasks/${taskId}/cancel`),
        report(taskId, { status: 'completed' }),
      ]);
      expect([cancelled.status, completed.status].toSorted()).toEqual([200, 409]);
      const { status } = await getTask(taskId);
      expect(status).toBe(cancelled.status === 200 ? 'cancelled' : 'completed');
    }
  });

  it('a hundred logs and reports leave a log without a hole', async () => {
    const taskId = await newTask();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        index % 3 === 0
          ? report(taskId, { status: 'in-progress', message: `m${index}` })
          : send(`/tasks/${taskId}/log`, { message: `m${index}` }),
      ),
    );
    for (const { status } of answers) expect(status).toBe(200);
    const events = await allEvents(taskId);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events).toHaveLength(102);
  });

  it('a task that is made while the listing is rebuilt stays listed', async () => {
    const projectId = await newProject();
    const early = await Promise.all(Array.from({ length: 60 }, () => newTask({ projectId })));
    await eventually(async () => (await knownTo(projectId)).n).toBe(60);
    const rebuilding = send(`/listing/rebuild?projectId=${projectId}`);
    const late = await Promise.all(Array.from({ length: 30 }, () => newTask({ projectId })));
    expect((await rebuilding).status).toBe(200);
    expect((await listedIds(projectId)).toSorted()).toEqual([...early, ...late].toSorted());
  });
});

describe('a crash of every object', () => {
  it('after any answer loses nothing of what was answered', async () => {
    const taskId = await newTask({ autonomy: 'review-before-merge' });
    for (const step of [
      () => report(taskId, { status: 'in-progress', stage: 'testing' }),
      () => send(`/tasks/${taskId}/log`, { message: 'kept' }),
      () => report(taskId, { status: 'completed', message: 'ready' }),
      () => send(`/tasks/${taskId}/gates/review/approve`, { comment: 'fine' }),
    ]) {
      expect((await step()).status).toBe(200);
      const { seq } = await getTask(taskId);
      await abortAllDurableObjects();
      expect((await getTask(taskId)).seq).toBe(seq);
    }
    expect(await getTask(taskId)).toMatchObject({
      ...{ status: 'completed', statusMessage: 'ready', logs: [{ message: 'kept' }] },
    });
  });

  it('leaves no task at work without a lease and an alarm', async () => {
    const projectId = await newProject({ limits: { maxConcurrentTasks: 10 } });
    const runner = await newTestRunner(projectId);
    for (let round = 0; round < 4; round++) {
      const taskId = await newTask({ projectId });
      const holder = await claimOne(runner);
      if (round > 0) await holder.beat({ workId: holder.grant.work.workId });
      if (round > 1) await holder.events(logBatch(1, 3));
      if (round > 2) await holder.result(holder.grant.work.workId);
      await abortAllDurableObjects();
      expect(await alarmOf(taskId)).not.toBe(null);
      expect(await getTask(taskId)).toMatchObject({ lease: { leaseId: expect.any(String) } });
    }
  });

  it('while D1 is away leaves an alarm that tells the listing later', async () => {
    await env.DB.exec('ALTER TABLE tasks RENAME TO away');
    const taskId = await newTask();
    await abortAllDurableObjects();
    const alarm = await alarmOf(taskId);
    await env.DB.exec('ALTER TABLE away RENAME TO tasks');
    expect(alarm).not.toBe(null);
  });
});

describe('while D1 is away', () => {
  it('a runner that is known claims, works and ends a task', async () => {
    const projectId = await newProject();
    const runner = await newTestRunner(projectId);
    await runner.claim();
    await env.DB.exec('ALTER TABLE tasks RENAME TO away');
    try {
      const taskId = await newTask({ projectId, autonomy: 'full' });
      const holder = await claimOne(runner);
      expect((await holder.events(logBatch(1, 5))).status).toBe(200);
      expect(await workOn(holder)).toMatchObject({ do: 'stop', status: 'completed' });
      expect(await getTask(taskId)).toMatchObject({ status: 'completed' });
      expect(await read(`/tasks?projectId=${projectId}`)).toMatchObject({
        status: 503,
        body: { code: 'unavailable' },
      });
    } finally {
      await env.DB.exec('ALTER TABLE away RENAME TO tasks');
    }
  });
});
