// Subtasks that a runner's result asks for, or the agent at work.

import { describe, expect, it } from 'vitest';
import {
  allEvents,
  claimOne,
  eventually,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  send,
  typesOf,
  workOn,
} from '../worker/world.ts';
import { expectStatuses, plain, refusedAndUnchanged } from './family.ts';

describe('decompose in a result', () => {
  async function newPlanned(fields: Record<string, unknown> = {}) {
    const projectId = await newProject();
    const taskId = await newTask({ projectId, ...fields });
    const runner = await newTestRunner(projectId);
    const holder = await claimOne(runner);
    const answer = (wanted: unknown) =>
      holder.result(holder.grant.work.workId, { decompose: wanted });
    return { projectId, taskId, runner, holder, answer };
  }

  it('of the planner splits the task: its lease ends, its children are queued, it goes on after them', async () => {
    const { taskId, runner, answer } = await newPlanned();
    const subtasks = [
      { description: 'One', acceptanceCriteria: 'It holds', priority: 'high' },
      { description: 'Two', dependsOn: ['One'] },
    ];
    const { status, body } = await answer({
      subtasks,
      strategy: 'parallel',
      reason: 'It is large',
    });
    expect([status, body.next]).toEqual([
      200,
      { do: 'stop', status: 'in-progress', released: true },
    ]);
    const parent = await getTask(taskId);
    expect(parent).toMatchObject({
      status: 'in-progress',
      currentStage: 'subtask-execution',
      subtaskStrategy: 'parallel',
    });
    expect(parent).not.toHaveProperty('lease');
    expect(parent.stages[0]).toMatchObject({ name: 'planning', status: 'completed' });
    const [one = '', two = ''] = parent.subtaskIds;
    await expectStatuses([one, two], ['queued', 'pending']);
    expect(await getTask(one)).toMatchObject({ acceptanceCriteria: 'It holds', priority: 'high' });
    const first = await claimOne(runner);
    expect(first.taskId).toBe(one);
    await workOn(first);
    const second = await claimOne(runner);
    expect(second.taskId).toBe(two);
    await workOn(second);
    const last = await claimOne(runner);
    expect(last).toMatchObject({
      taskId,
      grant: { work: { kind: 'stage', stage: 'architecture' } },
    });
    await workOn(last);
    const events = typesOf(await allEvents(taskId));
    const family = events.filter((type) => /^subtask:|decomposed/.test(type));
    expect(family).toEqual([
      ...['subtask:created', 'subtask:created', 'task:decomposed'],
      ...['subtask:completed', 'subtask:completed'],
    ]);
    expect(events.at(-1)).toBe('task:completed');
  });

  it('of another agent than the planner is a decompose as well', async () => {
    const { taskId, answer } = await newPlanned({ workflow: 'bugfix' });
    expect((await answer({ subtasks: plain('One') })).status).toBe(200);
    const { subtaskIds } = await getTask(taskId);
    await expectStatuses(subtaskIds, ['queued']);
  });

  it.each([
    ['no definition', { subtasks: [] }],
    ['no list', { subtasks: 'abc' }],
    ['a circle', { subtasks: [{ description: 'A', dependsOn: ['A'] }] }],
    ['an unknown one', { subtasks: [{ description: 'A', dependsOn: ['Z'] }] }],
    ['an unknown workflow', { subtasks: [{ description: 'A', workflow: 'docs' }] }],
    ['a strategy that is none', { subtasks: plain('A'), strategy: 'x' }],
  ])('%s is refused whole, and the work is still to be done', async (_name, wanted) => {
    const { taskId, holder, answer } = await newPlanned();
    const [status] = await refusedAndUnchanged(taskId, async () => {
      const { status: code, body } = await answer(wanted);
      return { status: code, body: { ...body } };
    });
    expect(status).toBe(400);
    expect((await holder.result(holder.grant.work.workId)).status).toBe(200);
  });

  it('is answered the same when the result is repeated, and makes nothing twice', async () => {
    const { taskId, answer } = await newPlanned();
    const wanted = { subtasks: plain('One', 'Two') };
    const first = await answer(wanted);
    await eventually(async () => (await getTask(taskId)).subtaskIds.length).toBe(2);
    expect(await answer(wanted)).toEqual(first);
    expect((await getTask(taskId)).subtaskIds).toHaveLength(2);
  });

  it('of an agent, by its credential, while it works: begun once the stage is done', async () => {
    const { taskId, holder } = await newPlanned({ workflow: 'bugfix' });
    const token = holder.grant.agentToken;
    const made = await send<{ subtasks: { id: string }[] }>(
      `/tasks/${taskId}/decompose`,
      { subtasks: plain('One') },
      { token },
    );
    expect(made.status).toBe(200);
    const ids = made.body.subtasks.map(({ id }) => id);
    await expectStatuses(ids, ['pending']);
    expect((await getTask(taskId)).lease).toBeDefined();
    const { body } = await holder.result(holder.grant.work.workId);
    expect(body.next).toMatchObject({ do: 'stop', released: true });
    await expectStatuses(ids, ['queued']);
  });
});
