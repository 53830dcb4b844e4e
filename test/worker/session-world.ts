// A task session as a runner has it: frames go out, frames come in, and the close says why.

import { runInDurableObject } from 'cloudflare:test';
import { expect } from 'vitest';
import type { RunnerFrame, TaskFrame } from '../../src/contract/session.ts';
import { ask, bearer } from './ask.ts';
import { heardSocket } from './heard-socket.ts';
import { newLeasedWorld } from './leased-world.ts';
import { allEvents, eventually, type Holder, type TestRunner, taskStub } from './world.ts';

export const PROTOCOL = { 'Sec-WebSocket-Protocol': 'sluice.runner.v1' };

interface Opening {
  readonly leaseId?: string;
  readonly epoch?: number | string;
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
}

type Holding = Pick<Holder, 'taskId' | 'grant'> & { readonly runner: Pick<TestRunner, 'token'> };

/** Asks for a session; the answer may be a refusal. */
export function askForSession(world: Holding, opening: Opening = {}): Promise<Response> {
  const { lease } = world.grant;
  const { leaseId = lease.leaseId, epoch = lease.epoch, headers = PROTOCOL } = opening;
  const token = 'token' in opening ? opening.token : world.runner.token;
  return ask(`/tasks/${world.taskId}/session?leaseId=${leaseId}&epoch=${epoch}`, {
    headers: { Upgrade: 'websocket', ...(token === undefined ? {} : bearer(token)), ...headers },
  });
}

export type OneFrame<T extends TaskFrame['t']> = Extract<TaskFrame, { t: T }>;

/** Takes the socket of an answer. */
export function sessionOver(answer: Response) {
  const session = heardSocket<RunnerFrame, TaskFrame>(answer);
  return { ...session, frames: session.heard };
}
export type TestSession = ReturnType<typeof sessionOver>;

export async function openSession(world: Holding, opening: Opening = {}): Promise<TestSession> {
  const answer = await askForSession(world, opening);
  expect(answer.status).toBe(101);
  expect(answer.headers.get('Sec-WebSocket-Protocol')).toBe('sluice.runner.v1');
  return sessionOver(answer);
}

/** `count` log lines of one frame. */
export const logFrame = (n: number, count: number, text = 'line', p = 'main'): RunnerFrame => ({
  t: 'events',
  p,
  n,
  e: Array.from({ length: count }, (_, index) => [
    'log:entry',
    { message: `${text} ${n + index}` },
  ]),
});

/** A task of one stage after another, its runner, and the session of its lease. */
export async function newSession(
  fields: Record<string, unknown> = {},
  config: Record<string, unknown> = {},
) {
  const world = await newLeasedWorld({ workflow: 'bugfix', ...fields }, config);
  const held = { ...world, grant: world.holder.grant };
  const session = await openSession(held);
  await session.hear('hello');
  return { ...held, session };
}

/** What a task has logged. */
export const messagesOf = async (taskId: string): Promise<string[]> =>
  (await allEvents(taskId)).flatMap((event) =>
    event.type === 'log:entry' ? event.data.message : [],
  );

export const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);

/** Everybody has been told, and the alarm stands where the lease ends. */
export const settled = (taskId: string) =>
  eventually(() =>
    runInDurableObject(taskStub(taskId), (_object, { storage }) => storage.getAlarm()),
  ).toBeGreaterThan(Date.now() + 10_000);

/** Rows that the object has written since it woke, its keys and its alarm among them. */
export const writtenBy = (taskId: string): Promise<number> =>
  runInDurableObject(
    taskStub(taskId),
    (_object, { storage }) =>
      storage.sql.exec<{ n: number }>('SELECT total_changes() AS n').one().n,
  );
