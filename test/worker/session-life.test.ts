// A session and what happens to it: the object sleeps, falls, is asked by another; the runner falls silent or is cut off.

import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { later, ring, stopTheClock } from './leased-world.ts';
import {
  askForSession,
  lines,
  logFrame,
  messagesOf,
  newSession,
  openSession,
  sessionOver,
  settled,
  writtenBy,
} from './session-world.ts';
import { eventually, getTask, send, taskStub } from './world.ts';

stopTheClock();

const SHORT = { limits: { leaseTtlSeconds: 15, retryDelayMs: 4_000 } };
type World = Awaited<ReturnType<typeof newSession>>;

const sleep = ({ taskId }: Pick<World, 'taskId'>) => evictDurableObject(taskStub(taskId));

/** Every row of the object, its alarm, and how large the memory of its sockets is. */
const insideOf = ({ taskId }: Pick<World, 'taskId'>) =>
  runInDurableObject(taskStub(taskId), async (_object, state) => {
    const { storage } = state;
    const tables = ['blocks', 'cursors', 'snapshot'];
    const rows = tables.map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray());
    const kept = [...storage.kv.list()];
    return { rows, kept, alarm: await storage.getAlarm() };
  });

describe('while the object sleeps', () => {
  it('the session stays: batches go on where they were, and each is acknowledged once', async () => {
    const world = await newSession();
    const { session, taskId } = world;
    for (let round = 0; round < 4; round++) {
      session.say(logFrame(round * 3 + 1, 3));
      await session.hear('ack', round);
      await sleep(world);
    }
    expect(session.all('ack').map(({ n }) => n)).toEqual([3, 6, 9, 12]);
    expect(session.frames().map(({ t }) => t)).toEqual(['hello', 'ack', 'ack', 'ack', 'ack']);
    expect(await messagesOf(taskId)).toEqual(lines(1, 12));
  });

  it('heartbeats keep the lease, and write no row', async () => {
    const world = await newSession({}, SHORT);
    const { session, grant, taskId } = world;
    const { workId } = grant.work;
    session.say({ t: 'hb', workId, progress: { percent: 10, message: 'x' } });
    await session.hear('hb-ok');
    await settled(taskId);
    const before = await insideOf(world);
    const changes = [];
    for (let beat = 1; beat <= 8; beat++) {
      await sleep(world);
      later(5_000);
      const endsAt = Date.now() + 15_000;
      session.say({ t: 'hb', workId, progress: { percent: 10, message: 'x' } });
      const { lease } = await session.hear('hb-ok', beat);
      // Each look of a poll moves the clock a little.
      expect(Math.abs(Date.parse(lease.expiresAt) - endsAt)).toBeLessThan(1_000);
      changes.push(await writtenBy(taskId));
    }
    expect(changes).toEqual(Array(8).fill(0));
    expect(await insideOf(world)).toEqual(before);
    await sleep(world);
    later(14_000);
    await ring(taskId);
    const { lease } = await getTask(taskId);
    expect(lease).toMatchObject({ epoch: 1, workId, progress: { percent: 10, message: 'x' } });
  });

  it('what the runner knows is not said again: its work, what it acknowledged, what it was sent', async () => {
    const world = await newSession();
    const { session, taskId } = world;
    await sleep(world);
    await send(`/tasks/${taskId}/log`, { message: 'x' });
    await sleep(world);
    await send(`/tasks/${taskId}/pause`);
    const pause = await session.hear('command');
    await sleep(world);
    await send(`/tasks/${taskId}/log`, { message: 'y' });
    session.say({ t: 'ack', id: pause.id });
    session.say({ t: 'hb' });
    await session.hear('hb-ok');
    await sleep(world);
    session.say({ t: 'hb' });
    expect((await session.hear('hb-ok', 1)).commands).toEqual([]);
    expect(session.all('command')).toHaveLength(1);
  });

  it('a command wakes it and is pushed; the end of the lease too', async () => {
    const world = await newSession();
    await sleep(world);
    await send(`/tasks/${world.taskId}/cancel`);
    expect(await world.session.closed).toMatchObject({ code: 4409 });
    expect(world.session.frames().at(-1)).toMatchObject({ t: 'command', type: 'cancel' });
  });

  it('a session remembers little: less than 2 kB, whatever its runner says', async () => {
    const world = await newSession();
    const { session, taskId } = world;
    const progress = { percent: 99.123456789, message: '\u{1f600}'.repeat(500), turns: 1_000_000 };
    const acks = Array.from({ length: 100 }, (_, index) => `${index}${'é'.repeat(90)}`);
    for (let id = 0; id < 30; id++) session.say({ t: 'ack', id: `cmd_${id}${'x'.repeat(60)}` });
    session.say({ t: 'hb', workId: 'é'.repeat(100), progress, acks });
    await session.hear('hb-ok');
    const bytes = await runInDurableObject(taskStub(taskId), (_object, state) =>
      state.getWebSockets('session').map((socket) => {
        const { byteLength } = new TextEncoder().encode(
          JSON.stringify(socket.deserializeAttachment(), (_key, value) =>
            value instanceof Set ? [...value] : value,
          ),
        );
        return byteLength;
      }),
    );
    expect(bytes).toHaveLength(1);
    expect(bytes[0]).toBeLessThan(2_048);
  });
});

describe('a silent runner', () => {
  it('loses its lease one term after its last sign, though its socket is open', async () => {
    const world = await newSession({}, SHORT);
    const { session, taskId } = world;
    session.say(logFrame(1, 1));
    await session.hear('ack');
    await sleep(world);
    later(14_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ lease: { epoch: 1 } });
    await sleep(world);
    later(2_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 2 });
    expect(await session.closed).toMatchObject({ code: 4409 });
    expect(session.frames().at(-1)).toMatchObject({ t: 'error', code: 'stale_epoch' });
  });

  it('is heard in any frame, one that is refused too', async () => {
    const { session, taskId } = await newSession({}, SHORT);
    const frames = [{ t: 'ack', id: 'cmd_x' }, logFrame(9, 1)] as const;
    for (const frame of frames) {
      later(10_000);
      session.say(frame);
      session.say(logFrame(9, 1));
      await session.hear('nack', session.all('nack').length);
    }
    later(14_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ lease: { epoch: 1 } });
  });

  it('whose line is cut loses it too, though the object forgets', async () => {
    const world = await newSession({}, SHORT);
    const { session, taskId } = world;
    await sleep(world);
    later(5_000);
    session.socket.close(1000);
    await session.closed;
    await eventually(async () => (await insideOf(world)).kept.length).toBe(1);
    await sleep(world);
    later(9_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ lease: { epoch: 1 } });
    await sleep(world);
    later(2_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 2 });
  });

  it.each<[string, (world: World) => unknown]>([
    ['that talks nonsense', ({ session }) => session.socket.send('nonsense')],
    ['whose credential is revoked', ({ taskId, runner }) => taskStub(taskId).dismiss(runner.id)],
  ])('%s is closed, and loses its lease in one term', async (_name, act) => {
    const world = await newSession({}, SHORT);
    const { session, taskId } = world;
    await sleep(world);
    await act(world);
    expect((await session.closed).code).toBeLessThan(4402);
    await sleep(world);
    later(16_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 2 });
  });

  it('that is removed by force is told at once, and cannot come back', async () => {
    const world = await newSession();
    const path = `/runners/${world.runner.id}?force=true`;
    expect((await send(path, {}, { method: 'DELETE' })).status).toBe(200);
    expect(await world.session.closed).toMatchObject({ code: 4401 });
    const again = sessionOver(await askForSession(world));
    expect(await again.closed).toMatchObject({ code: 4401 });
  });

  it('after a crash of everything has one fresh term, then loses it', async () => {
    const world = await newSession({}, SHORT);
    const { taskId } = world;
    later(10_000);
    await abortAllDurableObjects();
    later(10_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ lease: { epoch: 1 } });
    later(16_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 2 });
  });

  it('a session is a first sign of life; ping is none', async () => {
    const world = await newSession({}, SHORT);
    const { session, taskId } = world;
    later(14_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ lease: { epoch: 1 } });
    session.socket.send('ping');
    await eventually(() => session.raw.includes('pong')).toBe(true);
    later(2_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 2 });
  });
});

describe('a session that is opened again', () => {
  it('goes on after what is durable: the log is what was sent, however it was cut', async () => {
    const world = await newSession();
    const { taskId } = world;
    let { session } = world;
    let next = 1;
    for (let round = 0; round < 6; round++) {
      // Three batches under way, and the line is gone before any of them is acknowledged.
      for (let frame = 0; frame < 3; frame++) session.say(logFrame(next + frame * 4, 4));
      if (round % 3 === 0) session.socket.close(1000);
      if (round % 3 === 1) await abortAllDurableObjects();
      if (round % 3 === 2) await evictDurableObject(taskStub(taskId), { webSockets: 'close' });
      session = await openSession(world);
      const { producers } = await session.hear('hello');
      next = (producers['main']?.acked ?? 0) + 1;
    }
    session.say(logFrame(next, 4));
    const { n } = await session.hear('ack');
    expect(await messagesOf(taskId)).toEqual(lines(1, n));
  });

  it('after a crash has its work from hello, and is not told of it again', async () => {
    const world = await newSession();
    await abortAllDurableObjects();
    const session = await openSession(world);
    expect(await session.hear('hello')).toMatchObject({ work: world.grant.work, commands: [] });
    await send(`/tasks/${world.taskId}/log`, { message: 'x' });
    session.say({ t: 'hb' });
    expect((await session.hear('hb-ok')).commands).toEqual([]);
    expect(session.all('command')).toEqual([]);
  });

  it('closes the older one, of which nothing more is taken', async () => {
    const world = await newSession();
    const { session: older, taskId } = world;
    older.say(logFrame(1, 2));
    const opening = openSession(world);
    older.say(logFrame(3, 2));
    const newer = await opening;
    older.socket.readyState === WebSocket.OPEN && older.say(logFrame(5, 2));
    expect(await older.closed).toEqual({
      code: 4409,
      reason: 'superseded: A newer session has taken over.',
    });
    const { producers } = await newer.hear('hello');
    const taken = producers['main']?.acked ?? 0;
    newer.say(logFrame(taken + 1, 1));
    await newer.hear('ack');
    expect(await messagesOf(taskId)).toEqual(lines(1, taken + 1));
  });

  it('is one at a time, also when many are opened at once', async () => {
    const world = await newSession();
    const sessions = await Promise.all(Array.from({ length: 10 }, () => openSession(world)));
    await world.session.closed;
    const open = await runInDurableObject(
      taskStub(world.taskId),
      (_object, state) =>
        state.getWebSockets('session').filter((socket) => socket.deserializeAttachment() !== null)
          .length,
    );
    expect(open).toBe(1);
    const last = sessions.filter(({ socket }) => socket.readyState === WebSocket.OPEN);
    expect(last.length).toBeGreaterThan(0);
  });
});
