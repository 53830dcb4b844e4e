// Events from a runner: each logged once and in order, or the whole batch refused with nothing logged.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import {
  allEvents,
  claimOne,
  getTask,
  type Holder,
  logBatch,
  newProject,
  newTask,
  newTestRunner,
  taskStub,
} from './world.ts';

async function newHolder(): Promise<Holder> {
  const projectId = await newProject();
  await newTask({ projectId });
  return claimOne(await newTestRunner(projectId));
}

const messagesOf = async (holder: Holder) =>
  (await allEvents(holder.taskId)).flatMap((event) =>
    event.type === 'log:entry' ? event.data.message : [],
  );
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);

/** The refusal, after a look that it has logged nothing. */
async function refused(holder: Holder, events: readonly unknown[], producer = 'main') {
  const before = await getTask(holder.taskId);
  const { status, body } = await holder.events(events, producer);
  expect(await getTask(holder.taskId)).toEqual({ ...before, lease: expect.anything() });
  return { status, ...body };
}

describe('events of a runner', () => {
  it('are logged, and the answer says how far', async () => {
    const holder = await newHolder();
    const { seq } = await getTask(holder.taskId);
    expect(await holder.events(logBatch(1, 3))).toEqual({
      status: 200,
      body: {
        ...{ producer: 'main', acked: 3, seq: seq + 3, duplicates: 0 },
        window: { frames: 8, bytes: 2_097_152 },
      },
    });
    expect(await messagesOf(holder)).toEqual(lines(1, 3));
  });

  it('sent again, whole or in part, are counted as duplicates and logged once', async () => {
    const holder = await newHolder();
    await holder.events(logBatch(1, 5));
    expect((await holder.events(logBatch(1, 5))).body).toMatchObject({ acked: 5, duplicates: 5 });
    expect((await holder.events(logBatch(2, 2))).body).toMatchObject({ acked: 5, duplicates: 2 });
    await evictDurableObject(taskStub(holder.taskId));
    expect((await holder.events(logBatch(4, 4))).body).toMatchObject({ acked: 7, duplicates: 2 });
    expect(await messagesOf(holder)).toEqual(lines(1, 7));
  });

  it('sent by many at once are logged once each', async () => {
    const holder = await newHolder();
    await Promise.all(Array.from({ length: 8 }, () => holder.events(logBatch(1, 50))));
    expect(await messagesOf(holder)).toEqual(lines(1, 50));
  });

  it('with a gap are refused with the number that is expected', async () => {
    const holder = await newHolder();
    expect(await refused(holder, logBatch(2, 1))).toMatchObject({
      ...{ status: 409, code: 'sequence_gap', expected: 1 },
    });
    await holder.events(logBatch(1, 4));
    expect(await refused(holder, logBatch(6, 2))).toMatchObject({ expected: 5 });
    await evictDurableObject(taskStub(holder.taskId));
    expect(await refused(holder, logBatch(6, 2))).toMatchObject({ expected: 5 });
  });

  it('that do not count up by one are refused', async () => {
    const holder = await newHolder();
    const [one, two, three] = logBatch(1, 3);
    for (const events of [
      [one, three],
      [two, one],
      [one, one],
      [one, two, two],
    ]) {
      expect(await refused(holder, events)).toMatchObject({ status: 400, code: 'bad_sequence' });
    }
  });

  it('A bad event refuses the batch with its index', async () => {
    const holder = await newHolder();
    const data = { message: 'x' };
    for (const bad of [
      { n: 3, type: 'task:completed', data: {} },
      { n: 3, type: 'gate:approved', data: { gateName: 'review' } },
      { n: 3, type: 'toString', data: {} },
      { n: 3, type: 'log:entry', data: {} },
      { n: 3, type: 'log:entry', data: { message: 'x', level: 'fatal' } },
      { n: 3, type: 'log:entry', data: { message: 'x'.repeat(65_537) } },
      { n: 3, type: 'usage:report', data: { inputTokens: -1, outputTokens: 0 } },
      { n: 3, type: 'usage:report', data: { inputTokens: 1.5, outputTokens: 0 } },
      { n: 3, type: 'usage:report', data: { inputTokens: 2_000_000_000, outputTokens: 0 } },
      { n: 0, type: 'log:entry', data },
      { n: '3', type: 'log:entry', data },
      { n: 3, type: 'log:entry' },
      null,
      'text',
      [],
    ]) {
      const events = [...logBatch(1, 2), bad, ...logBatch(4, 1)];
      expect(await refused(holder, events)).toMatchObject({
        ...{ status: 400, code: 'invalid_event', index: 2 },
      });
    }
  });

  it('are at most 1,000 and 1 MiB a batch', async () => {
    const holder = await newHolder();
    expect((await refused(holder, logBatch(1, 1_001))).status).toBe(400);
    expect((await refused(holder, [])).status).toBe(400);
    const large = logBatch(1, 20, 'x'.repeat(60_000));
    expect(await refused(holder, large)).toMatchObject({ status: 413, code: 'too_large' });
    expect((await holder.events(logBatch(1, 1_000))).body).toMatchObject({ acked: 1_000 });
  });

  it('come from at most 8 producers, each with its own count', async () => {
    const holder = await newHolder();
    for (let index = 0; index < 8; index++) {
      const { body } = await holder.events(logBatch(1, 2), `p${index}`);
      expect(body).toMatchObject({ producer: `p${index}`, acked: 2 });
    }
    expect((await refused(holder, logBatch(1, 1), 'ninth')).status).toBe(400);
    expect((await holder.events(logBatch(3, 1), 'p7')).body).toMatchObject({ acked: 3 });
    for (const producer of ['', 'UPPER', 'a_b', 'x'.repeat(33), '__proto__']) {
      expect((await refused(holder, logBatch(1, 1), producer)).status).toBe(400);
    }
  });

  it('keep what the agent said, and the instant of the runner only when its clock is near', async () => {
    const holder = await newHolder();
    const near = new Date(Date.now() - 60_000).toISOString();
    const far = new Date(Date.now() - 600_000).toISOString();
    const input = { file_path: '/a', content: 'ä\u2028"', nested: { x: [null, 1] } };
    await holder.events([
      { n: 1, at: near, type: 'agent:tool-use', data: { tool: 'Write', input } },
      { n: 2, at: far, type: 'agent:tool-result', data: { tool: 'Write', output: 'ok' } },
      { n: 3, type: 'agent:thinking', data: { thinking: 'hm', agent: 'planner' } },
      { n: 4, type: 'output:set', data: { key: 'implementation_plan', value: 'x' } },
      { n: 5, type: 'changes:report', data: { files: 1, insertions: 2, deletions: 3 } },
    ]);
    const events = (await allEvents(holder.taskId)).slice(-5);
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      ['agent:tool-use', { tool: 'Write', input, at: near }],
      ['agent:tool-result', { tool: 'Write', output: 'ok', isError: false }],
      ['agent:thinking', { thinking: 'hm', agent: 'planner' }],
      ['output:set', { key: 'implementation_plan', value: 'x' }],
      ['changes:report', { files: 1, insertions: 2, deletions: 3 }],
    ]);
  });

  it('with usage add up, cost follows the price, and totals never fall', async () => {
    const holder = await newHolder();
    const usage = async (n: number, data: Record<string, unknown>) => {
      await holder.events([{ n, type: 'usage:report', data }]);
      return (await getTask(holder.taskId)).usage;
    };
    const first = await usage(1, { inputTokens: 15_000, outputTokens: 5_000, model: 'sonnet' });
    expect(first).toEqual({
      ...{ inputTokens: 15_000, outputTokens: 5_000, totalTokens: 20_000, estimatedCost: 0.12 },
    });
    expect(await usage(1, { inputTokens: 15_000, outputTokens: 5_000 })).toEqual(first);
    expect(await usage(2, { inputTokens: 1, outputTokens: 1, scope: 'total' })).toEqual(first);
    expect(await usage(3, { inputTokens: 0, outputTokens: 0, reportedCost: 1 })).toMatchObject({
      estimatedCost: 1.12,
    });
    const updates = (await allEvents(holder.taskId)).filter(({ type }) => type === 'usage:updated');
    expect(updates.map(({ data }) => data)).toMatchObject([first, first, { estimatedCost: 1.12 }]);
  });
});
