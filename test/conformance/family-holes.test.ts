// Ways in which a family could be left waiting for ever, or merged unseen: each was found by an attack once.

import { describe, expect, it } from 'vitest';
import {
  claimOne,
  eventually,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  report,
  send,
  watch,
  workOn,
} from '../worker/world.ts';
import {
  becomes,
  completed,
  decompose,
  execute,
  expectStatuses,
  newFamily,
  plain,
  split,
} from './family.ts';

const PARALLEL = { strategy: 'parallel' } as const;
const act = (id: string, verb: string, fields: Record<string, unknown> = {}) =>
  send(`/tasks/${id}/${verb}`, fields);

/** A task at work that a person reviews before its merge. */
async function reviewedTask() {
  const projectId = await newProject();
  const autonomy = 'review-before-merge';
  const taskId = await newTask({ projectId, workflow: 'bugfix', autonomy });
  return { taskId, holder: await claimOne(await newTestRunner(projectId)) };
}

describe('what is being merged', () => {
  it('is not split after its last stage, so no approval covers what nobody saw', async () => {
    const { taskId, holder } = await reviewedTask();
    expect(await workOn(holder)).toMatchObject({ do: 'hold' });
    await act(taskId, 'gates/review/approve');
    await becomes(taskId, { status: 'in-progress' });
    expect(await decompose(taskId, plain('Late'))).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition' },
    });
  });

  it('waits for subtasks before its last gate, where a person looks at all of it', async () => {
    const { taskId, holder } = await reviewedTask();
    let { work } = holder.grant;
    while (work.stage !== 'review') {
      const { body } = await holder.result(work.workId);
      if (body.next.do !== 'work') throw new Error(`No work, but ${body.next.do}`);
      work = body.next.work;
    }
    const [child = ''] = await split(taskId, plain('In time'));
    expect((await holder.result(work.workId)).body.next).toMatchObject({ do: 'stop' });
    await expectStatuses([child], ['queued']);
    await completed(child);
    await becomes(taskId, { status: 'waiting-approval' });
  });
});

describe('a parent that is tried again', () => {
  const failedFamily = async () => {
    const { projectId, parentId, ids } = await newFamily(plain('One', 'Two'), PARALLEL);
    const [one = '', two = ''] = ids;
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued']);
    await act(one, 'trash');
    await report(two, { status: 'failed', message: 'no' });
    await becomes(parentId, { status: 'failed' });
    return { projectId, parentId, one, two };
  };

  it.each([
    ['lies in the trash', async () => {}],
    [
      'is deleted',
      async (projectId: string) => {
        await send(`/tasks/trash?projectId=${projectId}`, {}, { method: 'DELETE' });
      },
    ],
    [
      'was restored and done by hand',
      async (_: string, one: string) => {
        await act(one, 'restore');
        await act(one, 'resume');
        await completed(one);
      },
    ],
  ])('does not wait for a subtask that %s', async (_name, happens) => {
    const { projectId, parentId, one, two } = await failedFamily();
    await happens(projectId, one);
    expect((await act(parentId, 'retry')).status).toBe(200);
    await becomes(two, { status: 'queued' });
    await completed(two);
    await becomes(parentId, { status: 'queued' });
  });
});

describe('a parent whose subtasks are done meanwhile', () => {
  const waiting = async () => {
    const { parentId, ids } = await newFamily(plain('One'));
    await execute(parentId);
    await expectStatuses(ids, ['queued']);
    return { parentId, child: ids[0] ?? '' };
  };

  it('goes on once the gate it asked for is approved', async () => {
    const { parentId, child } = await waiting();
    await report(parentId, { status: 'waiting-approval' });
    await completed(child);
    await act(parentId, 'gates/review/approve');
    await becomes(parentId, { status: 'queued' });
  });

  it('goes on once it is reported at work after a pause', async () => {
    const { parentId, child } = await waiting();
    await act(parentId, 'pause');
    await completed(child);
    await report(parentId, { status: 'in-progress' });
    await becomes(parentId, { status: 'queued' });
  });

  it('has nothing left to execute', async () => {
    const { parentId, child } = await waiting();
    await completed(child);
    await becomes(parentId, { status: 'queued' });
    expect(await execute(parentId)).toMatchObject({ status: 409, body: { code: 'no_subtasks' } });
  });
});

describe('the trash', () => {
  it('takes the open subtasks of an ended parent with it, and gives them back', async () => {
    const { parentId, ids } = await newFamily(plain('One'));
    await execute(parentId);
    await expectStatuses(ids, ['queued']);
    await act(parentId, 'trash');
    await expectStatuses(ids, ['cancelled']);
    await act(parentId, 'restore');
    await act(parentId, 'resume');
    await expectStatuses(ids, ['queued']);
    await completed(ids[0] ?? '');
    await becomes(parentId, { status: 'queued' });
  });

  it('stops what a failed parent has left open', async () => {
    const { parentId, ids } = await newFamily(plain('One'));
    await execute(parentId);
    await expectStatuses(ids, ['queued']);
    await report(parentId, { status: 'failed', message: 'no' });
    await act(parentId, 'trash');
    await expectStatuses(ids, ['cancelled']);
  });

  it('emptied by three at once is emptied once, and told once', async () => {
    const projectId = await newProject();
    const ids = await Promise.all(Array.from({ length: 25 }, () => newTask({ projectId })));
    await Promise.all(ids.map((id) => act(id, 'trash')));
    const { frames } = await watch('0', `?projectId=${projectId}`);
    await eventually(() => frames().length).toBeGreaterThan(0);
    const empty = () => send(`/tasks/trash?projectId=${projectId}`, {}, { method: 'DELETE' });
    const answers = await Promise.all([empty(), empty(), empty()]);
    expect(answers.map(({ body }) => body['deletedCount']).toSorted()).toEqual([0, 0, 25]);
    await eventually(() => frames().filter(({ type }) => type === 'trash:emptied').length).toBe(1);
    expect((await getTask(await newTask({ projectId }))).status).toBe('queued');
    expect(frames().filter(({ type }) => type === 'trash:emptied')).toHaveLength(1);
  });
});
