// Events over a session: by the rules of the batch over HTTP, acknowledged once they are durable.

import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import type { RunnerFrame } from '../../src/contract/session.ts';
import {
  lines,
  logFrame,
  messagesOf,
  newSession,
  openSession,
  settled,
  writtenBy,
} from './session-world.ts';
import { allEvents, getTask, logBatch, taskStub } from './world.ts';

describe('hello', () => {
  it('says the lease, the work, what is durable of each producer, and the window', async () => {
    const { session, grant, taskId, holder, runner } = await newSession();
    const lease = { leaseId: grant.lease.leaseId, epoch: 1, runnerId: runner.id };
    expect(await session.hear('hello')).toEqual({
      t: 'hello',
      lease: expect.objectContaining(lease),
      work: grant.work,
      producers: {},
      window: { frames: 8, bytes: 2_097_152 },
      commands: [],
      seq: (await getTask(taskId)).seq,
    });
    await holder.events(logBatch(1, 3));
    await holder.events(logBatch(1, 1), 'tools');
    const again = await openSession({ taskId, grant, runner });
    const producers = { main: { acked: 3 }, tools: { acked: 1 } };
    expect(await again.hear('hello')).toMatchObject({ producers });
  });
});

describe('a batch', () => {
  it('is logged as it came, and acknowledged up to its last number', async () => {
    const { session, taskId } = await newSession();
    const { seq } = await session.hear('hello');
    session.say(logFrame(1, 3));
    expect(await session.hear('ack')).toEqual({ t: 'ack', p: 'main', n: 3, seq: seq + 3 });
    session.say({
      ...{ t: 'events', p: 'tools', n: 1 },
      e: [
        ['agent:message', { message: 'hello' }, new Date().toISOString()],
        ['usage:report', { inputTokens: 100_000, outputTokens: 0 }],
      ],
    });
    expect(await session.hear('ack', 1)).toEqual({ t: 'ack', p: 'tools', n: 2, seq: seq + 5 });
    const events = (await allEvents(taskId)).slice(seq);
    expect(events.map(({ type }) => type)).toEqual([
      ...['log:entry', 'log:entry', 'log:entry', 'agent:message', 'usage:updated'],
    ]);
    expect(events[3]?.data).toMatchObject({ message: 'hello', at: expect.any(String) });
    expect(await getTask(taskId)).toMatchObject({ usage: { estimatedCost: 0.3 } });
  });

  it('of log lines is one row and no other write', async () => {
    const { session, taskId } = await newSession();
    session.say(logFrame(1, 1));
    await session.hear('ack');
    await settled(taskId);
    const before = await writtenBy(taskId);
    for (const first of [2, 502, 1_002]) session.say(logFrame(first, 500));
    await session.hear('ack', 3);
    expect((await writtenBy(taskId)) - before).toBe(3);
  });

  it('that comes again, whole or in part, is logged once', async () => {
    const { session, taskId } = await newSession();
    for (const [n, count] of [
      [1, 5],
      [1, 5],
      [3, 4],
      [6, 1],
    ] as const) {
      session.say(logFrame(n, count));
    }
    await session.hear('ack', 3);
    expect(session.all('ack').map(({ n }) => n)).toEqual([5, 5, 6, 6]);
    expect(await messagesOf(taskId)).toEqual(lines(1, 6));
  });

  it('after a hole is refused with the number that is missing, and the session goes on', async () => {
    const { session, taskId } = await newSession();
    session.say(logFrame(1, 2));
    for (const first of [4, 5]) session.say(logFrame(first, 1));
    expect(await session.hear('nack', 1)).toEqual({
      ...{ t: 'nack', p: 'main', n: 5, code: 'sequence_gap', expected: 3 },
      error: 'Events from 3 are missing.',
    });
    session.say(logFrame(3, 3));
    expect(await session.hear('ack', 1)).toMatchObject({ n: 5 });
    expect(await messagesOf(taskId)).toEqual(lines(1, 5));
  });

  const frame = (e: unknown, rest: Record<string, unknown> = {}) => {
    const batch = { t: 'events', p: 'main', n: 1, e, ...rest };
    // What a faulty client sends is of no type.
    return batch as unknown as RunnerFrame;
  };
  const line = (fields: Record<string, unknown> = {}) => ['log:entry', { message: 'x', ...fields }];
  let deep: unknown = 1;
  for (let level = 0; level < 40; level++) deep = [deep];
  it.each<[string, RunnerFrame, object]>([
    ['an unknown type', frame([line(), ['task:failed', {}]]), { code: 'invalid_event', index: 1 }],
    ['wrong data', frame([['log:entry', { message: 1 }]]), { code: 'invalid_event', index: 0 }],
    ['no tuple', frame([{ n: 1, type: 'log:entry', data: { message: 'x' } }]), { index: 0 }],
    ['a wrong instant', frame([[...line(), 'today']]), { code: 'invalid_event', index: 0 }],
    ['a number of no kind', frame([line()], { n: '1' }), { code: 'invalid_event', index: 0 }],
    ['data nested too deep', frame([['agent:tool-use', { tool: 'x', input: deep }]]), { index: 0 }],
    [
      'a key that is no name',
      frame([['agent:tool-use', JSON.parse('{"tool":"x","input":{"__proto__":1}}')]]),
      { code: 'invalid_event', index: 0 },
    ],
    ['an event over 64 KiB', frame([line({ message: 'x'.repeat(66_000) })]), { index: 0 }],
    ['no events', frame([]), { code: 'invalid_request', error: 'Events must not be empty' }],
    ['no list', frame('x'), { code: 'invalid_request', error: 'Events must be a list' }],
    ['too many', frame(Array(1_001).fill(line())), { code: 'invalid_request' }],
    ['a producer of no name', frame([line()], { p: 'A B' }), { code: 'invalid_request', p: 'A B' }],
    [
      'over 1 MiB',
      frame(Array(900).fill(line({ message: 'é'.repeat(600) }))),
      { code: 'too_large' },
    ],
  ])('with %s is refused whole, and the session goes on', async (_name, wrong, refusal) => {
    const { session, taskId } = await newSession();
    const { seq } = await session.hear('hello');
    session.say(wrong);
    expect(await session.hear('nack')).toMatchObject({ t: 'nack', ...refusal });
    expect(await getTask(taskId)).toMatchObject({ seq });
    session.say(logFrame(1, 1));
    await session.hear('ack');
  });

  it('of a ninth producer is refused', async () => {
    const { session } = await newSession();
    for (let p = 1; p <= 9; p++) session.say(logFrame(1, 1, 'line', `p${p}`));
    expect(await session.hear('nack')).toMatchObject({ code: 'invalid_request', p: 'p9' });
    expect(session.all('ack')).toHaveLength(8);
  });

  it('with a secret is masked before it is stored', async () => {
    const secret = ['ghp', 'Ab3'.repeat(12)].join('_');
    const { session, taskId } = await newSession();
    const data = { tool: 'Bash', input: { deep: [{ [secret]: `x ${secret}` }] } };
    session.say({
      ...{ t: 'events', p: 'main', n: 1 },
      e: [
        ['log:entry', { message: `token ${secret}` }],
        ['agent:tool-use', data],
      ],
    });
    await session.hear('ack');
    const seen = JSON.stringify([await getTask(taskId), await allEvents(taskId)]);
    expect(seen).not.toContain(secret);
    expect(seen).toContain('token [redacted:github]');
  });

  it('is the same in the log whichever wire it came by', async () => {
    const data = { stage: 's', message: 'x', extra: 1, agent: 'a', metadata: { b: 1, a: 2 } };
    const kinds = [
      ['log:entry', { agent: 'a', message: 'x', level: 'warn' }],
      ['log:entry', data],
      ['agent:tool-result', { tool: 'x', output: [1] }],
      ['changes:report', { files: 1, insertions: 2, deletions: 3 }],
    ] as const;
    const { session, taskId, holder } = await newSession();
    session.say({ t: 'events', p: 'main', n: 1, e: kinds });
    await session.hear('ack');
    await holder.events(
      kinds.map(([type, fields], index) => ({ n: index + 5, type, data: fields })),
    );
    const texts = (await allEvents(taskId)).slice(-8).map((event) => JSON.stringify(event.data));
    expect(texts.slice(0, 4)).toEqual(texts.slice(4));
  });
});

describe('the window', () => {
  it('A sender over the window is closed and what was acked stays', async () => {
    const { session, taskId } = await newSession();
    // A storage that takes its time: what is under way piles up.
    await runInDurableObject(taskStub(taskId), (_object, { storage }) => {
      vi.spyOn(storage, 'sync').mockReturnValue(new Promise<void>(() => {}));
    });
    for (let frame = 0; frame < 20; frame++) session.say(logFrame(frame * 10 + 1, 10));
    expect(await session.closed).toMatchObject({ code: 4429 });
    expect(session.frames().at(-1)).toMatchObject({ t: 'error', code: 'rate_limited' });
    expect(session.all('ack').at(-1)).toMatchObject({ n: 80 });
    expect(await messagesOf(taskId)).toEqual(lines(1, 80));
  });

  it('holds eight frames', async () => {
    const { session } = await newSession();
    for (let round = 0; round < 3; round++) {
      for (let frame = 0; frame < 8; frame++)
        session.say(logFrame((round * 8 + frame) * 10 + 1, 10));
      await session.hear('ack', round * 8 + 7);
    }
    expect(session.all('ack')).toHaveLength(24);
  });
});
