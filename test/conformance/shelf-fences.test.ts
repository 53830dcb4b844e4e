// §5: a task in the trash takes no change but its restoration, an archived one only leaving and the trash.

import { describe, expect, it } from 'vitest';
import { newDoneTask, newTask, send } from '../worker/world.ts';
import { leavesAlone, refusal } from './checks.ts';
import { act } from './states.ts';

/** Every change that can be asked of a task, in a form that is right. */
const CHANGES: readonly (readonly [string, unknown])[] = [
  ['status', { status: 'in-progress' }],
  ['status', { status: 'completed' }],
  ['status', { status: 'failed' }],
  ['log', { message: 'x' }],
  ['cancel', {}],
  ['pause', {}],
  ['resume', {}],
  ['retry', {}],
  ['decompose', { subtasks: [{ description: 'x' }] }],
  ['subtasks/execute', {}],
  ['gates/review/approve', {}],
  ['gates/review/reject', {}],
  ['gates/review/request-changes', { comment: 'x' }],
];

async function everyChange(taskId: string, code: string, more: readonly string[] = []) {
  const changes = [...CHANGES, ...more.map((verb) => [verb, {}] as const)];
  await leavesAlone(taskId, async () => {
    for (const [path, json] of changes) {
      const answer = await refusal(`/tasks/${taskId}/${path}`, { json });
      expect([path, answer.status, answer.code]).toEqual([path, 409, code]);
    }
  });
}

describe('a task in the trash', () => {
  it('takes no change, whatever it was', async () => {
    for (const make of [newTask, newDoneTask]) {
      const taskId = await make();
      await act(taskId, 'trash');
      await everyChange(taskId, 'task_trashed', ['archive', 'unarchive', 'trash']);
      expect((await act(taskId, 'restore')).status).toBe(200);
    }
  });

  it('is wrong by its body first', async () => {
    const taskId = await newTask();
    await act(taskId, 'trash');
    for (const [path, json] of [
      ['status', {}],
      ['log', {}],
      ['decompose', { subtasks: [] }],
    ] as const) {
      expect((await refusal(`/tasks/${taskId}/${path}`, { json })).status).toBe(400);
    }
  });
});

describe('an archived task', () => {
  it('takes no change', async () => {
    const taskId = await newDoneTask();
    await act(taskId, 'archive');
    await everyChange(taskId, 'task_archived', ['archive']);
    await leavesAlone(taskId, async () => {
      const restored = await refusal(`/tasks/${taskId}/restore`, { json: {} });
      expect(restored).toMatchObject({ status: 409, code: 'not_trashed' });
    });
  });

  it('can be thrown away, and then it is a trashed one', async () => {
    const taskId = await newDoneTask();
    await act(taskId, 'archive');
    expect((await act(taskId, 'trash')).status).toBe(200);
    await everyChange(taskId, 'task_trashed', ['archive', 'unarchive', 'trash']);
  });

  it('can be depended on: it is completed', async () => {
    const taskId = await newDoneTask();
    await act(taskId, 'archive');
    const json = { description: 'x', dependsOn: [taskId] };
    expect((await send('/tasks', json)).status).toBe(201);
  });
});
