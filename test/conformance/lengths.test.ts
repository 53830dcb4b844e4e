// §1: how long each text may be. At its length it is taken, one longer it is 400.

import { describe, expect, it } from 'vitest';
import { getGate, getTask, newTask, read, report, send } from '../worker/world.ts';
import { leavesAlone, refusal } from './checks.ts';

const x = (length: number) => 'x'.repeat(length);

describe('a text', () => {
  it('description: 1 to 20,000 characters after trimming', async () => {
    for (const length of [1, 20_000]) {
      const description = ` \n${x(length)}\t `;
      expect((await getTask(await newTask({ description }))).description).toBe(x(length));
    }
    expect(await refusal('/tasks', { json: { description: x(20_001) } })).toMatchObject({
      ...{ status: 400, errors: [{ path: 'description' }] },
    });
  });

  it('acceptanceCriteria: 20,000', async () => {
    const task = await getTask(await newTask({ acceptanceCriteria: x(20_000) }));
    expect(task.acceptanceCriteria).toHaveLength(20_000);
    const json = { description: 'x', acceptanceCriteria: x(20_001) };
    expect(await refusal('/tasks', { json })).toMatchObject({
      ...{ status: 400, errors: [{ path: 'acceptanceCriteria' }] },
    });
  });

  it.each([
    ['log', 'message', 65_536, {}],
    ['log', 'agent', 100, { message: 'x' }],
    ['log', 'stage', 100, { message: 'x' }],
    ['status', 'message', 10_000, { status: 'in-progress' }],
    ['status', 'stage', 100, { status: 'in-progress' }],
    ['pause', 'reason', 100, {}],
    ['gates/review/approve', 'comment', 10_000, {}],
    ['gates/review/reject', 'comment', 10_000, {}],
    ['gates/review/request-changes', 'comment', 10_000, {}],
  ] as const)('%s %s: %i', async (verb, field, length, rest) => {
    const taskId = await newTask({ autonomy: 'review-before-merge' });
    const path = `/tasks/${taskId}/${verb}`;
    if (verb === 'gates/review/request-changes') await report(taskId, { status: 'completed' });
    await leavesAlone(taskId, async () => {
      expect(await refusal(path, { json: { ...rest, [field]: x(length + 1) } })).toMatchObject({
        ...{ status: 400, code: 'invalid_request', errors: [{ path: field }] },
      });
    });
    expect((await send(path, { ...rest, [field]: x(length) })).status).toBe(200);
    expect(JSON.stringify(await getTask(taskId))).toContain(x(length));
  });

  it.each(['a', 'A9', '0.x_y:z-', `a${x(99)}`])('the gate name %s is a name', async (name) => {
    const taskId = await newTask();
    expect(await getGate(taskId, name)).toEqual({ status: 'not-required' });
  });

  it.each(['-x', '.x', '_x', ':x', '%20', 'a%20b', 'a%2Fb', '%C3%A4', `a${x(100)}`])(
    'the gate name %s is none: 400',
    async (name) => {
      const taskId = await newTask();
      for (const id of [taskId, 'unknown']) {
        expect((await read(`/tasks/${id}/gates/${name}`)).status).toBe(400);
        for (const verb of ['approve', 'reject', 'request-changes']) {
          const json = { comment: 'x' };
          expect(await refusal(`/tasks/${id}/gates/${name}/${verb}`, { json })).toMatchObject({
            ...{ status: 400, errors: [{ path: 'gateName' }] },
          });
        }
      }
    },
  );
});
