// A world of its own for each test: a project, tasks in it, runners that work on them, viewers that watch.

import { env } from 'cloudflare:workers';
import { expect, vi } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { TaskEvent } from '../../src/contract/event.ts';
import type { Gate } from '../../src/contract/gate.ts';
import type { ClaimAnswer, Grant, Registered } from '../../src/contract/runner.ts';
import type { Task } from '../../src/contract/task.ts';
import type { Next, ResultAnswer } from '../../src/contract/work.ts';
import { ask, bearer } from './ask.ts';

/** A machine that does other things too takes longer; a fault is still found, only later. */
vi.setConfig({ testTimeout: 30_000 });

/** Looks again until it holds. */
export const eventually = <T>(look: () => T) =>
  expect.poll(look, { timeout: 10_000, interval: 10 });

export interface Reply<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
}

/** A POST with a JSON body, and the JSON that it answers. */
export async function send<T = Record<string, unknown>>(
  path: string,
  json: unknown = {},
  options: { token?: string; method?: string } = {},
): Promise<Reply<T>> {
  const { token, method = 'POST' } = options;
  const headers = token === undefined ? {} : bearer(token);
  const answer = await ask(path, { json, method, headers });
  return { status: answer.status, body: await answer.json<T>() };
}

export async function read<T = Record<string, unknown>>(
  path: string,
  token?: string,
): Promise<Reply<T>> {
  const answer = await ask(path, token === undefined ? {} : { headers: bearer(token) });
  return { status: answer.status, body: await answer.json<T>() };
}

export const taskStub = (taskId: string) => env.TASK.getByName(taskId);
export const projectStub = (projectId: string) => env.PROJECT.getByName(projectId);

const NEW_PROJECT = `INSERT INTO projects
  (id, name, description, default_environment, created_by, created_at, updated_at)
  VALUES (?1, 'world', '', 'development', 'usr_local', ?2, ?2)`;
const NEW_ENVIRONMENTS = `INSERT INTO environments (project_id, name, is_production, created_at)
  SELECT ?1, value, value = 'production', ?2
  FROM json_each('["production", "staging", "development"]')`;

/** A project that nobody else uses; `config` changes its defaults. */
export async function newProject(config: Record<string, unknown> = {}): Promise<string> {
  const now = Date.now();
  const id = newId('prj', now);
  await env.DB.batch(
    [NEW_PROJECT, NEW_ENVIRONMENTS].map((sql) => env.DB.prepare(sql).bind(id, now)),
  );
  if (Object.keys(config).length > 0) await configure(id, config);
  return id;
}

export async function configure(projectId: string, config: Record<string, unknown>) {
  const patched = await send(`/config?projectId=${projectId}`, config, { method: 'PATCH' });
  expect(patched.status).toBe(200);
}

/** A fresh task, `T` of the conformance cases unless `fields` say otherwise. */
export async function newTask(fields: Record<string, unknown> = {}): Promise<string> {
  const json = { description: 'Add a health check', autonomy: 'full', ...fields };
  const { status, body } = await send<{ taskId: string }>('/tasks', json);
  expect(status).toBe(201);
  return body.taskId;
}

export async function getTask(taskId: string): Promise<Task> {
  const { status, body } = await read<Task>(`/tasks/${taskId}`);
  expect(status).toBe(200);
  return body;
}

export async function getGate(taskId: string, name: string): Promise<Partial<Gate>> {
  return (await read<Partial<Gate>>(`/tasks/${taskId}/gates/${name}`)).body;
}

export const report = (taskId: string, fields: Record<string, unknown>, token?: string) =>
  send(`/tasks/${taskId}/status`, fields, token === undefined ? {} : { token });

/** `done` of the conformance cases: reported in-progress, then completed. */
export async function newDoneTask(fields: Record<string, unknown> = {}): Promise<string> {
  const taskId = await newTask(fields);
  for (const status of ['in-progress', 'completed']) {
    expect(await report(taskId, { status })).toEqual({ status: 200, body: { ok: true } });
  }
  return taskId;
}

interface Page {
  readonly events: TaskEvent[];
  readonly count: number;
  readonly last: number;
  readonly head: number;
}

/** All events of a task, page by page. */
export async function allEvents(taskId: string, limit = 1_000): Promise<TaskEvent[]> {
  const events: TaskEvent[] = [];
  for (;;) {
    const after = events.at(-1)?.seq ?? 0;
    const { body } = await read<Page>(`/tasks/${taskId}/events?after=${after}&limit=${limit}`);
    events.push(...body.events);
    if (body.count === 0 || body.last === body.head) return events;
  }
}

export const typesOf = (events: readonly TaskEvent[]) => events.map(({ type }) => type);

/** The same for two runs of one story: ids in the order of their appearance, no instants, no digests. */
export function normalised(value: unknown): unknown {
  const names = new Map<string, string>();
  const name = (id: string): string => {
    const known = names.get(id) ?? `${id.slice(0, id.indexOf('_'))}-${names.size}`;
    names.set(id, known);
    return known;
  };
  const text = JSON.stringify(value)
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT')
    .replace(/apex\/[0-9a-z]+/g, 'apex/BRANCH')
    .replace(/"digest":"[^"]+"/g, '"digest":"DIGEST"')
    .replace(/sha256:[\w-]+/g, 'HASH')
    .replace(/\b(?:task|gate|lse|wrk|run|prj|agt|i)_[0-9a-z_]{10,}/g, name);
  return JSON.parse(text);
}

export interface TestRunner {
  readonly id: string;
  readonly token: string;
  readonly projectId: string;
  claim(fields?: Record<string, unknown>): Promise<Reply<ClaimAnswer>>;
}

/** Registers a runner in the project. */
export async function newTestRunner(
  projectId: string,
  fields: Record<string, unknown> = {},
): Promise<TestRunner> {
  const json = { name: 'mac', instanceId: newId('i', Date.now()), projectId, capacity: 8 };
  const { status, body } = await send<Registered>('/runners', { ...json, ...fields });
  expect(status).toBeLessThan(300);
  const { token } = body;
  const { id } = body.runner;
  const claim = (wanted: Record<string, unknown> = {}) =>
    send<ClaimAnswer>(
      `/runners/${id}/claim`,
      { requestId: newId('clm', Date.now()), ...wanted },
      { token },
    );
  return { id, token, projectId, claim };
}

/** What a lease holder sends. */
export function holderOf(runner: TestRunner, grant: Grant) {
  const { token } = runner;
  const { leaseId, epoch } = grant.lease;
  const path = `/tasks/${grant.task.id}`;
  const hold = <T = Record<string, unknown>>(route: string, fields: Record<string, unknown>) =>
    send<T>(path + route, { leaseId, epoch, ...fields }, { token });
  return {
    grant,
    taskId: grant.task.id,
    beat: (fields: Record<string, unknown> = {}) => hold('/lease/heartbeat', fields),
    release: (reason = 'drain') => hold('/lease/release', { reason }),
    events: (events: readonly unknown[], producer = 'main') =>
      hold('/events', { producer, events }),
    result: (workId: string, fields: Record<string, unknown> = {}) =>
      hold<ResultAnswer>(`/work/${workId}/result`, { outcome: 'completed', ...fields }),
  };
}
export type Holder = ReturnType<typeof holderOf>;

/** Claims until there is a grant, and holds it. */
export async function claimOne(
  runner: TestRunner,
  fields: Record<string, unknown> = {},
): Promise<Holder> {
  const { body } = await runner.claim({ waitMs: 5_000, ...fields });
  const [grant] = body.grants;
  if (grant === undefined) throw new Error(`No grant: ${JSON.stringify(body)}`);
  return holderOf(runner, grant);
}

/** Hands in completed results until something else than work comes next. */
export async function workOn(
  holder: Holder,
  first = holder.grant.work,
  between: () => Promise<unknown> = async () => {},
): Promise<Next> {
  let next: Next = { do: 'work', work: first };
  while (next.do === 'work') {
    const { work } = next;
    const { status, body } = await holder.result(work.workId, { summary: `did ${work.stage}` });
    expect(status).toBe(200);
    next = body.next;
    await between();
  }
  return next;
}

/** `count` log entries as a producer numbers them. */
export const logBatch = (first: number, count: number, text = 'line') =>
  Array.from({ length: count }, (_, index) => ({
    n: first + index,
    type: 'log:entry',
    data: { message: `${text} ${first + index}` },
  }));

export interface Frame {
  readonly type: string;
  readonly taskId: string;
  readonly timestamp: string;
  readonly seq: number;
  readonly data: Record<string, unknown>;
}

/** Follows a task by WebSocket; frames come in as they are sent. */
export async function watch(taskId: string, query = '', headers: Record<string, string> = {}) {
  const answer = await ask(`/stream/${taskId}${query}`, {
    headers: { Upgrade: 'websocket', ...headers },
  });
  const socket = answer.webSocket;
  if (!socket) throw new Error(`No socket, but ${answer.status}`);
  const raw: string[] = [];
  socket.addEventListener('message', ({ data }) => {
    raw.push(String(data));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  socket.accept();
  const frames = (): Frame[] =>
    raw.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text) as Frame);
  return { socket, raw, frames, closed };
}
