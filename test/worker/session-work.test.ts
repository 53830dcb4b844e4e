// Heartbeats, results and commands over a session: pushed as soon as the state changes.

import { describe, expect, it } from 'vitest';
import { later, ring, stopTheClock } from './leased-world.ts';
import { lines, logFrame, messagesOf, newSession, type TestSession } from './session-world.ts';
import { allEvents, claimOne, getTask, newTestRunner, read, send } from './world.ts';

stopTheClock();

const finish = (session: TestSession, workId: string) =>
  session.say({ t: 'result', workId, outcome: 'completed', summary: 'did it' });

describe('a heartbeat', () => {
  it('is answered as over HTTP, and renews', async () => {
    const { session, grant } = await newSession();
    const { workId } = grant.work;
    session.say({ t: 'hb', workId, progress: { percent: 10 } });
    expect(await session.hear('hb-ok')).toMatchObject({
      lease: { workId, epoch: 1, progress: { percent: 10 } },
      commands: [],
      gates: [],
      seq: expect.any(Number),
    });
  });

  it('brings a new token in time, and only then', async () => {
    const { session } = await newSession();
    session.say({ t: 'hb' });
    expect(await session.hear('hb-ok')).not.toHaveProperty('agentToken');
    later(301_000);
    session.say({ t: 'hb' });
    expect(await session.hear('hb-ok', 1)).toHaveProperty('agentToken');
    session.say({ t: 'hb' });
    expect(await session.hear('hb-ok', 2)).not.toHaveProperty('agentToken');
  });

  it('of wrong members is refused, and the session goes on', async () => {
    const { session } = await newSession();
    session.say({ t: 'hb', progress: { percent: 101 } });
    session.say({ t: 'ack', id: 'x'.repeat(101) });
    session.say({ t: 'bye', reason: 'x'.repeat(101) });
    await session.hear('nack', 2);
    expect(session.all('nack')).toMatchObject([
      { re: 'hb', code: 'invalid_request' },
      { re: 'ack', code: 'invalid_request' },
      { re: 'bye', code: 'invalid_request', error: 'Reason must be 100 characters or less' },
    ]);
    session.say({ t: 'hb' });
    await session.hear('hb-ok');
  });
});

describe('a result', () => {
  it('is answered with what is next, work by work to the end, and the session is done', async () => {
    const { session, taskId, grant } = await newSession({ autonomy: 'full' });
    let { workId } = grant.work;
    for (let step = 0; ; step++) {
      finish(session, workId);
      const { next, seq } = await session.hear('next', step);
      if (next.do === 'stop') {
        expect(next).toEqual({ do: 'stop', status: 'completed', released: true });
        expect((await getTask(taskId)).seq).toBe(seq);
        break;
      }
      if (next.do !== 'work') throw new Error(next.do);
      workId = next.work.workId;
    }
    expect(await session.closed).toEqual({ code: 1000, reason: 'released' });
    expect(session.all('command')).toEqual([]);
    expect(await getTask(taskId)).toMatchObject({ status: 'completed' });
  });

  it('waits for the events that it counts on; sent again after them it is taken, and once', async () => {
    const { session, taskId, grant } = await newSession();
    const { workId } = grant.work;
    const result = { t: 'result', workId, outcome: 'completed', producers: { main: 2 } } as const;
    session.say(logFrame(1, 1));
    session.say(result);
    expect(await session.hear('nack')).toMatchObject({
      ...{ workId, code: 'events_outstanding', producer: 'main', expected: 2 },
    });
    session.say(logFrame(2, 1));
    session.say(result);
    const first = await session.hear('next');
    session.say(result);
    expect(await session.hear('next', 1)).toEqual(first);
    const finished = (await allEvents(taskId)).filter(({ type }) => type === 'work:finished');
    expect(finished).toHaveLength(1);
    session.say({ ...result, summary: 'another' });
    expect(await session.hear('nack', 1)).toMatchObject({ workId, code: 'work_finished' });
  });

  it('is the same over both wires: repeated by HTTP it has the same answer', async () => {
    const { session, holder, grant } = await newSession();
    const { workId } = grant.work;
    finish(session, workId);
    const { next } = await session.hear('next');
    expect((await holder.result(workId, { summary: 'did it' })).body).toMatchObject({ next });
  });

  it('of other work, of wrong members or with subtasks is refused, and the session goes on', async () => {
    const { session, grant } = await newSession();
    const { workId } = grant.work;
    const decompose = { subtasks: [{ description: 'one' }] };
    finish(session, 'wrk_other');
    session.say({ t: 'result', workId, outcome: 'completed', exitCode: 1.5 });
    session.say({ t: 'result', workId, outcome: 'completed', decompose });
    await session.hear('nack', 2);
    expect(session.all('nack')).toMatchObject([
      { workId: 'wrk_other', code: 'not_found' },
      { workId, code: 'invalid_request' },
      { workId, code: 'invalid_request', error: 'A result with subtasks is handed in over HTTP' },
    ]);
    finish(session, workId);
    await session.hear('next');
  });

  it('at a gate holds, and what a person decides is pushed at once', async () => {
    const { session, taskId, grant } = await newSession({ autonomy: 'manual' });
    finish(session, grant.work.workId);
    const { next } = await session.hear('next');
    if (next.do !== 'hold') throw new Error(next.do);
    const [gate] = next.gates;
    session.say({ t: 'hb' });
    const { gates } = await session.hear('hb-ok');
    expect(gates).toMatchObject([{ id: gate?.id, state: 'pending' }]);
    await send(`/tasks/${taskId}/gates/${gate?.name}/approve`);
    const command = await session.hear('command');
    expect(command).toMatchObject({ type: 'work', data: { work: { kind: 'stage', index: 2 } } });
  });
});

describe('a command', () => {
  it('pause is pushed once, and stands in each heartbeat until it is acknowledged', async () => {
    const { session, taskId, grant } = await newSession();
    await send(`/tasks/${taskId}/pause`);
    const { t: _, ...pause } = await session.hear('command');
    expect(pause).toMatchObject({ type: 'pause', data: { reason: 'manual', graceMs: 30_000 } });
    await send(`/tasks/${taskId}/log`, { message: 'x' });
    session.say({ t: 'hb', workId: grant.work.workId });
    expect((await session.hear('hb-ok')).commands).toEqual([pause]);
    session.say({ t: 'ack', id: pause.id });
    session.say({ t: 'hb', workId: grant.work.workId });
    expect((await session.hear('hb-ok', 1)).commands).toEqual([]);
    expect(session.all('command')).toHaveLength(1);
  });

  it('cancel is the last frame', async () => {
    const { session, taskId } = await newSession();
    await send(`/tasks/${taskId}/cancel`);
    expect(await session.closed).toMatchObject({
      code: 4409,
      reason: 'stale_epoch: This lease has ended.',
    });
    expect(session.frames().at(-1)).toEqual({
      ...{ t: 'command', type: 'cancel', id: expect.stringMatching(/^cmd_cancel_\d+$/) },
      at: expect.any(String),
      data: { reason: 'Task was cancelled by user', graceMs: 30_000 },
    });
  });
});

describe('the end of a lease', () => {
  it('bye gives the task back, and the next runner finds it', async () => {
    const { session, taskId, projectId } = await newSession();
    // No alarm rings in time to tell the queue: the session does.
    later(3_600_000);
    session.say({ t: 'bye', reason: 'drain' });
    expect(await session.closed).toEqual({ code: 1000, reason: 'released' });
    expect(await read(`/tasks/${taskId}/lease`)).toMatchObject({ body: { lease: null } });
    expect(
      (await allEvents(taskId)).find(({ type }) => type === 'lease:ended')?.data,
    ).toMatchObject({
      reason: 'drain',
    });
    expect(await getTask(taskId)).toMatchObject({ status: 'queued' });
    const other = await newTestRunner(projectId);
    later(900_001);
    expect((await claimOne(other)).taskId).toBe(taskId);
    // The alarm of the grant would tell it too, after fifteen seconds.
  }, 12_000);

  it.each([
    ['released over HTTP', (world: World) => world.holder.release()],
    [
      'resumed after a pause',
      async ({ taskId }: World) => {
        await send(`/tasks/${taskId}/pause`);
        return send(`/tasks/${taskId}/resume`);
      },
    ],
    [
      'run out',
      async ({ taskId }: World) => {
        later(61_000);
        return ring(taskId);
      },
    ],
  ])('%s is told by an error, and closes', async (_name, end) => {
    const world = await newSession();
    const { session } = world;
    await end(world);
    expect(await session.closed).toMatchObject({ code: 4409 });
    expect(session.frames().at(-1)).toMatchObject({ t: 'error', code: 'stale_epoch' });
  });

  it('takes nothing more: what was acknowledged is logged, and nothing else', async () => {
    const { session, taskId, holder } = await newSession();
    for (let frame = 0; frame < 3; frame++) session.say(logFrame(frame + 1, 1));
    const released = holder.release();
    for (let frame = 3; frame < 6; frame++) session.say(logFrame(frame + 1, 1));
    await released;
    await session.closed;
    const acked = session.all('ack').at(-1)?.n ?? 0;
    expect(await messagesOf(taskId)).toEqual(lines(1, acked));
  });
});

type World = Awaited<ReturnType<typeof newSession>>;
