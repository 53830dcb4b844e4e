// What a parent asks of its subtasks: the three strategies, what counts in all of them, and where it goes on.

import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../src/contract/subtask.ts';
import {
  allEvents,
  configure,
  eventually,
  getTask,
  newDoneTask,
  newTask,
  newTestRunner,
  report,
  typesOf,
} from '../worker/world.ts';
import {
  becomes,
  completed,
  execute,
  expectStatuses,
  newFamily,
  plain,
  refusedAndUnchanged,
  reported,
  split,
  statusesOf,
} from './family.ts';

describe('sequential', () => {
  it('queues one after another, in the order of definition, then the parent goes on', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two', 'Three'));
    const [one = '', two = '', three = ''] = ids;
    expect(await statusesOf(ids)).toEqual(['pending', 'pending', 'pending']);
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'pending', 'pending']);
    expect(await getTask(parentId)).toMatchObject({
      status: 'in-progress',
      currentStage: 'subtask-execution',
    });
    await reported(one, 'in-progress');
    expect(await statusesOf(ids)).toEqual(['in-progress', 'pending', 'pending']);
    await reported(one, 'completed');
    await expectStatuses(ids, ['completed', 'queued', 'pending']);
    await completed(two);
    await expectStatuses(ids, ['completed', 'completed', 'queued']);
    await completed(three);
    await becomes(parentId, { status: 'queued' });
    expect(await getTask(parentId)).not.toHaveProperty('error');
    await completed(parentId);
  });

  it('stops at the first failure: what comes after is not begun, and the parent fails', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two', 'Three'));
    await execute(parentId);
    await completed(ids[0] ?? '');
    await expectStatuses(ids, ['completed', 'queued', 'pending']);
    await report(ids[1] ?? '', { status: 'failed', message: 'no luck' });
    await becomes(parentId, { status: 'failed', error: '1 subtask(s) failed' });
    expect(await statusesOf(ids)).toEqual(['completed', 'failed', 'pending']);
  });

  it('begins what waits for nobody first, whatever the order of definition', async () => {
    const { parentId, ids } = await newFamily([
      { description: 'Last', dependsOn: ['First'] },
      { description: 'First' },
    ]);
    await execute(parentId);
    await expectStatuses(ids, ['pending', 'queued']);
    await completed(ids[1] ?? '');
    await expectStatuses(ids, ['queued', 'completed']);
  });

  it('goes on after a cancelled one', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    await execute(parentId);
    await reported(ids[0] ?? '', 'cancelled');
    await expectStatuses(ids, ['cancelled', 'queued']);
    await completed(ids[1] ?? '');
    await becomes(parentId, { status: 'queued' });
  });
});

describe('parallel', () => {
  it('queues all at once, and no more than maxConcurrentTasks are leased', async () => {
    const { projectId, parentId, ids } = await newFamily(
      plain('One', 'Two', 'Three', 'Four', 'Five'),
      { strategy: 'parallel' },
    );
    await configure(projectId, { limits: { maxConcurrentTasks: 2 } });
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued', 'queued', 'queued', 'queued']);
    const runner = await newTestRunner(projectId);
    const { body } = await runner.claim({ slots: 5 });
    expect(body.grants).toHaveLength(2);
    expect(body.queue.waiting.concurrency).toBe(3);
    const waiting = ids.filter((id) => !body.grants.some(({ task }) => task.id === id));
    for (const id of waiting) {
      await becomes(id, {
        waitingFor: 'concurrency',
        waitingDetail: { limit: 2, running: 2 },
      });
    }
  });

  it('waits for all of them, failed ones too, and then fails with their number', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two', 'Three'), {
      strategy: 'parallel',
    });
    const [one = '', two = '', three = ''] = ids;
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued', 'queued']);
    await reported(one, 'failed');
    await reported(two, 'failed');
    await eventually(async () => typesOf(await allEvents(parentId)).slice(-2)).toEqual([
      ...['subtask:failed', 'subtask:failed'],
    ]);
    expect((await getTask(parentId)).status).toBe('in-progress');
    await completed(three);
    await becomes(parentId, { status: 'failed', error: '2 subtask(s) failed' });
  });
});

describe('dependency-based', () => {
  it('queues whatever is not blocked, and each as soon as it no longer is', async () => {
    const { parentId, ids } = await newFamily(
      [
        { description: 'A' },
        { description: 'B', dependsOn: ['A'] },
        { description: 'C', dependsOn: ['A'] },
        { description: 'D', dependsOn: ['B', 'C'] },
        { description: 'E' },
      ],
      { strategy: 'dependency-based' },
    );
    const [a = '', b = '', c = '', d = ''] = ids;
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'pending', 'pending', 'pending', 'queued']);
    await completed(a);
    await expectStatuses(ids, ['completed', 'queued', 'queued', 'pending', 'queued']);
    await completed(b);
    await becomes(d, { blockedBy: [c], status: 'pending', waitingFor: 'dependency' });
    await completed(c);
    await becomes(d, { blockedBy: [], status: 'queued' });
  });

  it('one that is blocked by a failed sibling is not waited for, be it through others', async () => {
    const { parentId, ids } = await newFamily(
      [
        { description: 'A' },
        { description: 'B', dependsOn: ['A'] },
        { description: 'C', dependsOn: ['B'] },
        { description: 'D' },
      ],
      { strategy: 'dependency-based' },
    );
    await execute(parentId);
    await reported(ids[0] ?? '', 'failed');
    expect((await getTask(parentId)).status).toBe('in-progress');
    await completed(ids[3] ?? '');
    await becomes(parentId, { status: 'failed', error: '1 subtask(s) failed' });
    expect(await statusesOf(ids)).toEqual(['failed', 'pending', 'pending', 'completed']);
    const blocked = await getTask(ids[1] ?? '');
    expect(blocked).toMatchObject({ waitingFor: 'dependency', blockedBy: [ids[0]] });
    expect(blocked.waitingDetail).toEqual({ tasks: [{ id: ids[0], status: 'failed' }] });
  });

  it('one that is blocked by a cancelled sibling is not waited for, and the parent goes on', async () => {
    const { parentId, ids } = await newFamily(
      [{ description: 'A' }, { description: 'B', dependsOn: ['A'] }],
      { strategy: 'dependency-based' },
    );
    await execute(parentId);
    await reported(ids[0] ?? '', 'cancelled');
    await becomes(parentId, { status: 'queued' });
    expect(await statusesOf(ids)).toEqual(['cancelled', 'pending']);
  });
});

describe.each(STRATEGIES)('dependsOn, %s', (strategy) => {
  it('holds a subtask back: a report is 409, its runner gets none of it, the queue says why', async () => {
    const { projectId, parentId, ids } = await newFamily(
      [{ description: 'A' }, { description: 'B', dependsOn: ['A'] }],
      { strategy },
    );
    const [a = '', b = ''] = ids;
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'pending']);
    const act = () => report(b, { status: 'in-progress' });
    expect((await refusedAndUnchanged(b, act)).slice(0, 2)).toEqual([409, 'dependency_open']);
    const runner = await newTestRunner(projectId);
    const { grants } = (await runner.claim({ slots: 8 })).body;
    expect(grants.map(({ task }) => task.id)).toEqual([a]);
  });

  it('holds it back for a task outside of the family too', async () => {
    const outside = await newTask();
    const parentId = await newTask();
    const [inside = '', held = ''] = await split(
      parentId,
      [{ description: 'Free' }, { description: 'Held', dependsOn: [outside] }],
      { strategy },
    );
    await execute(parentId);
    expect(await getTask(held)).toMatchObject({ dependsOn: [outside], blockedBy: [outside] });
    await completed(inside);
    await becomes(held, { status: 'pending', waitingFor: 'dependency' });
    expect((await getTask(held)).waitingDetail).toEqual({
      tasks: [{ id: outside, status: 'queued' }],
    });
    await completed(outside);
    await becomes(held, { status: 'queued', blockedBy: [] });
    await completed(held);
    await becomes(parentId, { status: 'queued' });
  });

  it('of a task that is completed already holds nothing back', async () => {
    const done = await newDoneTask();
    const parentId = await newTask();
    const definitions = [{ description: 'Free', dependsOn: [done] }];
    const [child = ''] = await split(parentId, definitions, { strategy });
    await execute(parentId);
    await becomes(child, { status: 'queued', dependsOn: [done], blockedBy: [] });
  });
});
