// §12, the queue, the work that is handed out, and what it costs: B10, B17, B18, B22–B24.

import { describe, expect, it } from 'vitest';
import { EFFORTS, PRIORITIES } from '../../src/contract/task.ts';
import { ask } from '../worker/ask.ts';
import { newQueue } from '../worker/queue-world.ts';
import {
  allEvents,
  claimOne,
  configure,
  eventually,
  getTask,
  type Holder,
  holderOf,
  newDoneTask,
  newProject,
  newTask,
  newTestRunner,
  read,
  report,
  send,
  workOn,
} from '../worker/world.ts';
import { becomes, execute, expectStatuses, plain, refusedAndUnchanged, split } from './family.ts';
import { decide } from './gated.ts';
import { act } from './states.ts';

const listed = async (projectId: string, path = '/tasks') => {
  const { body } = await read<{ tasks: { id: string }[] }>(`${path}?projectId=${projectId}`);
  return body.tasks.map(({ id }) => id);
};

describe('the queue', () => {
  // Budgets of tokens and money come with the issue on spending.
  it('B10 with limit 3, eight tasks and enough runners never more than 3 are leased', async () => {
    const projectId = await newProject({ limits: { maxConcurrentTasks: 3 } });
    const ids = await newQueue(
      projectId,
      Array.from({ length: 8 }, () => ({ workflow: 'bugfix' })),
    );
    const runners = await Promise.all([1, 2, 3, 4].map(() => newTestRunner(projectId)));
    const leased = async () => (await Promise.all(ids.map(getTask))).filter(({ lease }) => lease);
    const done = new Set<string>();
    while (done.size < ids.length) {
      const claims = await Promise.all(runners.map((runner) => runner.claim({ slots: 8 })));
      const held: Holder[] = claims.flatMap(({ body }, index) =>
        body.grants.flatMap((grant) => {
          const runner = runners[index];
          return runner === undefined ? [] : [holderOf(runner, grant)];
        }),
      );
      expect(held.length).toBe(Math.min(3, ids.length - done.size));
      expect(await leased()).toHaveLength(held.length);
      for (const holder of held) {
        await workOn(holder);
        done.add(holder.taskId);
      }
    }
    expect(done).toEqual(new Set(ids));
  });

  it('B17 priority, effort and dependsOn are kept, order the queue, and hold a task back', async () => {
    const projectId = await newProject({ limits: { maxConcurrentTasks: 20, dailyBudget: 1_000 } });
    const wanted = [...PRIORITIES]
      .reverse()
      .flatMap((priority) => EFFORTS.map((effort) => ({ priority, effort })));
    const shuffled = wanted.map((_, index) => wanted[(index * 7) % wanted.length] ?? {});
    const ids = await newQueue(projectId, shuffled);
    for (const [index, id] of ids.entries()) {
      expect(await getTask(id)).toMatchObject(shuffled[index] ?? {});
    }
    const held = await newTask({ projectId, priority: 'urgent', effort: 'xs', dependsOn: ids });
    expect(await getTask(held)).toMatchObject({ dependsOn: ids, status: 'pending' });
    const runner = await newTestRunner(projectId, { capacity: 64 });
    const { grants } = (await runner.claim({ slots: 20 })).body;
    expect(grants.map(({ task: { priority, effort } }) => ({ priority, effort }))).toEqual(wanted);
    expect(grants.map(({ task }) => task.id)).not.toContain(held);
  });
});

describe('the trash', () => {
  // Who may empty it by their role comes with the issue on accounts.
  it('B18 a restored task is where it was to be, and visible there', async () => {
    const projectId = await newProject();
    const open = await newTask({ projectId });
    const done = await newDoneTask({ projectId });
    for (const [taskId, status] of [
      [open, 'pending'],
      [done, 'completed'],
    ] as const) {
      await act(taskId, 'trash');
      expect(await listed(projectId)).not.toContain(taskId);
      expect(await listed(projectId, '/tasks/trashed')).toEqual([taskId]);
      await act(taskId, 'restore');
      expect(await listed(projectId)).toContain(taskId);
      expect(await listed(projectId, '/tasks/trashed')).toEqual([]);
      expect((await getTask(taskId)).status).toBe(status);
    }
    expect((await act(open, 'resume')).status).toBe(200);
    expect((await getTask(open)).status).toBe('queued');
  });

  it('B18 a trashed task takes nothing but restore, and is in no claim', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId, autonomy: 'review-before-merge' });
    await act(taskId, 'trash');
    for (const refused of [
      () => report(taskId, { status: 'in-progress' }),
      () => act(taskId, 'log', { message: 'x' }),
      () => act(taskId, 'retry'),
      () => act(taskId, 'resume'),
      () => act(taskId, 'pause'),
      () => act(taskId, 'cancel'),
      () => act(taskId, 'archive'),
      () => act(taskId, 'subtasks/execute'),
      () => decide(taskId, 'approve'),
    ]) {
      expect((await refusedAndUnchanged(taskId, refused)).slice(0, 2)).toEqual([
        ...[409, 'task_trashed'],
      ]);
    }
    const runner = await newTestRunner(projectId);
    expect((await runner.claim({ slots: 5 })).body.grants).toEqual([]);
  });

  it('B18 is emptied for one project alone; unarchive exists', async () => {
    const [one, two] = [await newProject(), await newProject()];
    const [gone, kept] = [await newTask({ projectId: one }), await newTask({ projectId: two })];
    for (const id of [gone, kept]) await act(id, 'trash');
    const emptied = await ask(`/tasks/trash?projectId=${one}`, { method: 'DELETE' });
    expect(await emptied.json()).toMatchObject({ ok: true, deletedCount: 1 });
    expect((await read(`/tasks/${gone}`)).status).toBe(404);
    expect(await listed(two, '/tasks/trashed')).toEqual([kept]);
    const done = await newDoneTask({ projectId: one });
    await act(done, 'archive');
    expect(await listed(one)).toEqual([]);
    expect((await act(done, 'unarchive')).body).toEqual({ ok: true, message: 'Task unarchived' });
    expect(await listed(one)).toEqual([done]);
  });
});

describe('the work that is handed out', () => {
  it('B22 has its own agent’s tools alone', async () => {
    const projectId = await newProject();
    await newTask({ projectId });
    const { agents } = (
      await read<{ agents: Record<string, { tools: string[] }> }>(`/agents?projectId=${projectId}`)
    ).body;
    const holder = await claimOne(await newTestRunner(projectId));
    let { work } = holder.grant;
    const stages: string[] = [];
    while (work.kind === 'stage') {
      stages.push(work.stage);
      expect(work.agent?.tools).toEqual(agents[work.agent?.name ?? '']?.tools);
      const { body } = await holder.result(work.workId);
      if (body.next.do !== 'work') throw new Error(`No work, but ${body.next.do}`);
      work = body.next.work;
    }
    expect(stages).toHaveLength(5);
  });

  it('B22 a workflow that needs a disabled agent is 400', async () => {
    const projectId = await newProject({ agents: { disabled: ['devops', 'tester'] } });
    const { status, body } = await send('/tasks', { description: 'x', projectId });
    expect(status).toBe(400);
    expect(body['error']).toContain('tester');
    expect(await listed(projectId)).toEqual([]);
  });

  it('B22 an agent that is disabled afterwards is in no claim', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId, workflow: 'bugfix' });
    await configure(projectId, { agents: { disabled: ['devops', 'developer'] } });
    const runner = await newTestRunner(projectId);
    expect((await runner.claim()).body.grants).toEqual([]);
    await configure(projectId, { agents: { disabled: ['devops'] } });
    expect((await claimOne(runner)).taskId).toBe(taskId);
  });

  it('B24 has the feedback of request-changes, word for word, in the next run of that stage', async () => {
    const comment = 'Use `tabs`, not "spaces"; $(touch F) & <b>bold</b> · naïve ✓\n  second line';
    const projectId = await newProject();
    const taskId = await newTask({ projectId, workflow: 'bugfix', autonomy: 'manual' });
    const runner = await newTestRunner(projectId);
    const holder = await claimOne(runner);
    expect(await workOn(holder)).toMatchObject({ do: 'hold', gates: [{ name: 'investigation' }] });
    await holder.release('gate');
    await decide(taskId, 'request-changes', { comment, approver: 'ada' }, 'investigation');
    const again = await claimOne(runner);
    expect(again.grant.work).toMatchObject({
      ...{ stage: 'investigation', try: 2 },
      feedback: [{ gate: 'investigation', by: 'ada', comment }],
    });
    expect(again.grant.work.agent?.prompt).toContain(comment);
  });
});

describe('what work costs', () => {
  it('B23 follows the model and its cached tokens', async () => {
    const price = {
      ...{ inputPerMillion: 10, outputPerMillion: 50 },
      ...{ cacheReadPerMillion: 1, cacheWritePerMillion: 12.5 },
    };
    const projectId = await newProject({ prices: { opus: price } });
    const taskId = await newTask({ projectId });
    const holder = await claimOne(await newTestRunner(projectId));
    const tokens = { inputTokens: 15_000, outputTokens: 5_000 };
    const cached = { cacheReadTokens: 100_000, cacheWriteTokens: 20_000 };
    const cost = async () => (await getTask(taskId)).usage.estimatedCost;
    await holder.events([{ n: 1, type: 'usage:report', data: { ...tokens, model: 'other' } }]);
    expect(await cost()).toBe(0.12);
    await holder.events([{ n: 2, type: 'usage:report', data: { ...tokens, model: 'opus' } }]);
    expect(await cost()).toBe(0.52);
    const data = { ...tokens, ...cached, model: 'opus' };
    await holder.events([{ n: 3, type: 'usage:report', data }]);
    expect(await cost()).toBe(1.27);
    const events = (await allEvents(taskId)).filter(({ type }) => type === 'usage:updated');
    expect(events.map(({ data: usage }) => ({ ...usage }))).toMatchObject([
      ...[{ estimatedCost: 0.12 }, { estimatedCost: 0.52 }, { estimatedCost: 1.27 }],
    ]);
  });

  it('B23 a parent’s own usage survives its children', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const runner = await newTestRunner(projectId);
    const holder = await claimOne(runner);
    const spend = (from: Holder, inputTokens: number) =>
      from.events([{ n: 1, type: 'usage:report', data: { inputTokens, outputTokens: 0 } }]);
    await spend(holder, 700);
    await holder.release();
    const ids = await split(taskId, plain('One'));
    await execute(taskId);
    await expectStatuses(ids, ['queued']);
    const child = await claimOne(runner);
    await spend(child, 30);
    await workOn(child);
    await becomes(taskId, { status: 'queued' });
    await eventually(async () => (await getTask(taskId)).usage).toMatchObject({
      ...{ inputTokens: 700, withSubtasks: { inputTokens: 730 } },
    });
  });
});
