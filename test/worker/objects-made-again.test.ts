// A subtask that was deleted is made again where its parent's telling is repeated: it is a new task with an old id.

import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '../../src/contract/event.ts';
import { fromJsonText, toJsonText } from '../../src/contract/json-text.ts';
import type { Actor } from '../../src/contract/principal.ts';
import type { CreateTask } from '../../src/domain/command.ts';
import { ask } from './ask.ts';
import {
  eventually,
  getTask,
  newProject,
  newTask,
  projectStub,
  send,
  taskStub,
  typesOf,
} from './world.ts';

const actorIn = (defaultProjectId: string): Actor =>
  ({
    ...{ id: 'usr_local', name: 'you', kind: 'person', scopes: ['tasks:write'] as const },
    ...{ projects: 'all' as const, defaultProjectId, open: true },
  }) as Actor;

/** The first event of a task, which holds all that it was made of. */
async function madeOf(taskId: string) {
  const body = await runInDurableObject(taskStub(taskId), (_object, { storage }) => {
    const sql = 'SELECT body FROM blocks ORDER BY last LIMIT 1';
    return storage.sql.exec<{ body: string }>(sql).one().body;
  });
  const [created] = fromJsonText<TaskEvent[]>(body);
  if (created?.type !== 'task:created') throw new Error('A log begins with task:created.');
  return created.data;
}

/** What the board of a project was told of a task, oldest first. */
const boardOf = (projectId: string, taskId: string) =>
  runInDurableObject(projectStub(projectId), (_object, { storage }) =>
    storage.sql
      .exec<{ body: string }>('SELECT body FROM board ORDER BY last')
      .toArray()
      .flatMap(({ body }) => fromJsonText<TaskEvent[]>(body))
      .filter((event) => event.taskId === taskId),
  );

/** What makes the task once more, as whoever made it would ask again. */
async function creationOf(projectId: string, taskId: string): Promise<CreateTask> {
  const { plan, parent, ...data } = await madeOf(taskId);
  const { workflow, autonomy, priority, effort, environment, maxRetries, branchName } = data;
  return {
    ...{ type: 'create', now: Date.now(), actor: actorIn(projectId), taskId, projectId, plan },
    ...{ workflow, autonomy, priority, effort, environment, maxRetries },
    description: 'Made again',
    ...(parent === undefined ? {} : { parent: { ...parent, branchName: branchName ?? '' } }),
  };
}

async function purge(projectId: string, taskId: string): Promise<void> {
  await send(`/tasks/${taskId}/trash`);
  await ask(`/tasks/trash?projectId=${projectId}`, { method: 'DELETE' });
  expect((await ask(`/tasks/${taskId}`)).status).toBe(404);
}

describe('a task that was deleted and is made again', () => {
  it('tells of itself, and of nothing that was before', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const create = await creationOf(projectId, taskId);
    await send(`/tasks/${taskId}/pause`);
    await purge(projectId, taskId);
    const before = (await boardOf(projectId, taskId)).length;
    const made = fromJsonText(await taskStub(taskId).dispatch(toJsonText(create)));
    expect(made).toMatchObject({ ok: true });
    expect(await getTask(taskId)).toMatchObject({ description: 'Made again', status: 'queued' });
    await eventually(async () => typesOf((await boardOf(projectId, taskId)).slice(before))).toEqual(
      ['task:created', 'task:queued'],
    );
  });

  it('is done with telling its parent', async () => {
    const projectId = await newProject();
    const parentId = await newTask({ projectId });
    await send(`/tasks/${parentId}/decompose`, {
      ...{ strategy: 'sequential', subtasks: [{ description: 'One' }, { description: 'Two' }] },
    });
    const [taskId = ''] = (await getTask(parentId)).subtaskIds;
    const create = await creationOf(projectId, taskId);
    await send(`/tasks/${taskId}/cancel`);
    await purge(projectId, taskId);
    const made = fromJsonText(await taskStub(taskId).dispatch(toJsonText(create)));
    expect(made).toMatchObject({ ok: true, value: { status: 'pending', seq: 1 } });
    const cursors = await runInDurableObject(taskStub(taskId), (_object, { storage }) =>
      storage.sql.exec<{ seq: number }>('SELECT DISTINCT seq FROM cursors').toArray(),
    );
    expect(cursors).toEqual([{ seq: 1 }]);
  });
});
