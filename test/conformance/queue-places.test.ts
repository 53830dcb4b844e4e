// Tasks that wait for a runner of certain labels, or for a place beside tasks of the same key.

import { describe, expect, it } from 'vitest';
import {
  claimOne,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  send,
  workOn,
} from '../worker/world.ts';
import { becomes } from './family.ts';
import { act } from './states.ts';

const create = (json: Record<string, unknown>) => send('/tasks', { description: 'x', ...json });

describe('requires', () => {
  it('a task waits for a runner that has every label, and says which ones', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId, requires: ['gpu', 'linux', 'gpu'] });
    const linux = await newTestRunner(projectId, { labels: ['linux'] });
    const { grants, queue } = (await linux.claim()).body;
    expect(grants).toEqual([]);
    expect(queue).toMatchObject({ claimable: 0, waiting: { labels: 1 } });
    await becomes(taskId, { status: 'queued', waitingFor: 'runner' });
    expect((await getTask(taskId)).waitingDetail).toEqual({ labels: ['gpu', 'linux'], online: 0 });
    const both = await newTestRunner(projectId, { labels: ['linux', 'gpu', 'node24'] });
    expect((await claimOne(both)).taskId).toBe(taskId);
  });

  it('one that requires nothing goes to anybody, past those that do', async () => {
    const projectId = await newProject();
    await newTask({ projectId, requires: ['gpu'], priority: 'urgent' });
    const free = await newTask({ projectId, priority: 'low' });
    const runner = await newTestRunner(projectId);
    const { grants } = (await runner.claim({ slots: 5 })).body;
    expect(grants.map(({ task }) => task.id)).toEqual([free]);
  });

  it('labels that are none are 400', async () => {
    for (const requires of ['gpu', [''], [7], ['x'.repeat(101)], {}, null]) {
      const { status, body } = await create({ requires });
      expect([requires, status, body['code']]).toEqual([requires, 400, 'invalid_request']);
    }
  });
});

describe('concurrency', () => {
  const one = { key: 'deploy', max: 1 };

  it('no more than max tasks of a key are leased, and the others say so', async () => {
    const projectId = await newProject();
    const first = await newTask({ projectId, concurrency: one, workflow: 'bugfix' });
    const second = await newTask({ projectId, concurrency: one });
    const other = await newTask({ projectId, concurrency: { key: 'other', max: 1 } });
    const runner = await newTestRunner(projectId);
    const holder = await claimOne(runner);
    expect(holder.taskId).toBe(first);
    expect((await claimOne(runner)).taskId).toBe(other);
    const { grants, queue } = (await runner.claim()).body;
    expect(grants).toEqual([]);
    expect(queue).toMatchObject({ claimable: 0, waiting: { concurrency: 1 } });
    await becomes(second, {
      status: 'queued',
      waitingFor: 'concurrency',
      waitingDetail: { limit: 1, running: 1 },
    });
    expect(await getTask(second)).toMatchObject({ concurrency: one });
    await workOn(holder);
    expect((await claimOne(runner)).taskId).toBe(second);
  });

  it('one claim of many slots keeps to it too', async () => {
    const projectId = await newProject();
    const two = { key: 'k', max: 2 };
    for (let count = 0; count < 3; count++) await newTask({ projectId, concurrency: two });
    const runner = await newTestRunner(projectId);
    expect((await runner.claim({ slots: 8 })).body.grants).toHaveLength(2);
  });

  it('a cancelled one makes room', async () => {
    const projectId = await newProject();
    const first = await newTask({ projectId, concurrency: one });
    const second = await newTask({ projectId, concurrency: one });
    const runner = await newTestRunner(projectId);
    expect((await claimOne(runner)).taskId).toBe(first);
    const waiting = claimOne(runner);
    await act(first, 'cancel');
    expect((await waiting).taskId).toBe(second);
  });

  it('a key or a max that is none is 400', async () => {
    for (const concurrency of [
      ...['x', [], { key: 'x' }, { max: 1 }, { key: '', max: 1 }, { key: 'x', max: 0 }],
      ...[{ key: 'x', max: 1.5 }, { key: 7, max: 1 }, { key: 'x'.repeat(101), max: 1 }, null],
    ]) {
      const { status, body } = await create({ concurrency });
      expect([concurrency, status, body['code']]).toEqual([concurrency, 400, 'invalid_request']);
    }
  });
});
