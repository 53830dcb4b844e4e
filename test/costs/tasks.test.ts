// What it costs to make tasks, to look at them and to report on them.

import { evictDurableObject } from 'cloudflare:test';
import { describe, it } from 'vitest';
import {
  getTask,
  logBatch,
  newDoneTask,
  newProject,
  newTask,
  read,
  report,
  send,
  taskStub,
} from '../worker/world.ts';
import { expectCost, stopTime } from './cost-of.ts';
import { newKnownHolder, newKnownTask, newKnownWorld } from './known-world.ts';

stopTime();

describe('making', () => {
  it('a project is paid for once, with its first task', async () => {
    const projectId = await newProject();
    await expectCost('firstTask', () => newTask({ projectId }));
  });

  it('a task', async () => {
    const { projectId } = await newKnownWorld();
    await expectCost('create', () => newTask({ projectId }));
  });

  it('a task that waits for another one', async () => {
    const world = await newKnownWorld();
    const first = await newKnownTask(world);
    await expectCost('createDependent', () => newKnownTask(world, { dependsOn: [first] }));
  });
});

describe('reading', () => {
  it('a task that waits: its project says why', async () => {
    const taskId = await newKnownTask(await newKnownWorld());
    await expectCost('getQueued', () => getTask(taskId));
  });

  it('a task with its newest logs, awake and after its object has slept', async () => {
    const { taskId, events } = await newKnownHolder();
    for (const first of [1, 51, 101]) await events(logBatch(first, 50));
    await expectCost('get', () => getTask(taskId));
    await evictDurableObject(taskStub(taskId));
    await expectCost('getAsleep', () => getTask(taskId));
  });

  it('a page of events, and of logs', async () => {
    const { taskId, events } = await newKnownHolder();
    for (const first of [1, 51, 101]) await events(logBatch(first, 50));
    await expectCost('events', () => read(`/tasks/${taskId}/events?after=10&limit=100`));
    await expectCost('logs', () => read(`/tasks/${taskId}/logs?after=10&limit=100`));
  });

  it('a page of a list', async () => {
    const world = await newKnownWorld();
    for (let made = 0; made < 25; made += 1) await newKnownTask(world);
    await expectCost('list', () => read(`/tasks?projectId=${world.projectId}&limit=20`));
  });
});

describe('reporting', () => {
  it('a log line', async () => {
    const taskId = await newKnownTask(await newKnownWorld());
    await expectCost('log', () => send(`/tasks/${taskId}/log`, { message: 'Done so far.' }));
  });

  it('a status', async () => {
    const taskId = await newKnownTask(await newKnownWorld());
    await report(taskId, { status: 'in-progress' });
    await expectCost('report', () => report(taskId, { status: 'in-progress', stage: 'testing' }));
    await expectCost('complete', () => report(taskId, { status: 'completed' }));
  });
});

describe('the shelves', () => {
  it('to the trash, back from it, and gone for ever', async () => {
    const world = await newKnownWorld();
    const [taskId, other] = [await newKnownTask(world), await newKnownTask(world)];
    await expectCost('trash', () => send(`/tasks/${taskId}/trash`));
    await expectCost('restore', () => send(`/tasks/${taskId}/restore`));
    for (const id of [taskId, other]) await send(`/tasks/${id}/trash`);
    await expectCost('emptyTrash', () =>
      send(`/tasks/trash?projectId=${world.projectId}`, {}, { method: 'DELETE' }),
    );
  });

  it('to the archive', async () => {
    const { projectId } = await newKnownWorld();
    const taskId = await newDoneTask({ projectId });
    await expectCost('archive', () => send(`/tasks/${taskId}/archive`));
  });
});
