// §12, the log and its viewers, and what people send: B5, B6, B12, B14, B26, B27.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { ask, askRequired, bearer } from '../worker/ask.ts';
import {
  allEvents,
  eventually,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  read,
  report,
  send,
  taskStub,
} from '../worker/world.ts';
import { refusal } from './checks.ts';
import { refusedAndUnchanged } from './family.ts';
import { boardViewer, viewer } from './sockets.ts';
import { act } from './states.ts';

const UPGRADE = { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': 'sluice.runner.v1' };
const log = (taskId: string, message: string) => send(`/tasks/${taskId}/log`, { message });

describe('who may ask', () => {
  // Accounts, roles and tokens of people come with the issue on accounts: here no credential is there at all.
  it('B5 required mode: every route but /health, the reference and the empty console needs a credential', async () => {
    const { body } = await read<{ paths: Record<string, Record<string, unknown>> }>(
      '/openapi.json',
    );
    // The root tells nothing but where the console is, and the console nothing before it has asked.
    const open = ['/health', '/openapi.json', '/docs', '/docs.md', '/llms.txt', '/console'];
    // How one gets a credential, and what tells nobody anything.
    const doors =
      /^\/($|problems\/|\.well-known\/|v1\/auth\/|v1\/invitations\/accept$|v1\/security\/)/;
    const routes = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
    );
    expect(routes.length).toBeGreaterThan(50);
    for (const { method, path } of routes.filter(
      (route) => !open.includes(route.path) && !doors.test(route.path),
    )) {
      const filled = path.replace(/\{\w+\}/g, 'x');
      const isSocket = /^\/(ws|stream)|\/session$|\/socket$/.test(path);
      const headers = isSocket ? UPGRADE : {};
      const { status, webSocket } = await askRequired(filled, { method, headers });
      if (!webSocket) {
        expect([method, path, status]).toEqual([method, path, 401]);
        continue;
      }
      const closed = new Promise((resolve) => {
        webSocket.addEventListener('close', ({ code }) => resolve(code));
      });
      webSocket.accept();
      expect([path, await closed]).toEqual([path, 4401]);
    }
    for (const path of open) expect((await askRequired(path)).status).toBeLessThan(400);
  });

  it('B5 open mode: a foreign page and a foreign name are refused on every kind of route', async () => {
    const taskId = await newTask();
    for (const path of ['/health', '/tasks', `/tasks/${taskId}`, '/config', `/stream/${taskId}`]) {
      const origin = await refusal(path, { headers: { Origin: 'https://evil.test' } });
      expect([path, origin.status, origin.code]).toEqual([path, 403, 'forbidden_origin']);
      const host = await refusal(path, { headers: { Host: 'evil.test' } });
      expect([path, host.status, host.code]).toEqual([path, 403, 'forbidden_host']);
    }
  });

  it('B5 a foreign task is one that does not exist', async () => {
    const taskId = await newTask({ projectId: await newProject() });
    const { token } = await newTestRunner(await newProject());
    for (const route of ['', '/events', '/gates', '/subtasks', '/lease']) {
      const answer = await ask(`/tasks/${taskId}${route}`, { headers: bearer(token) });
      expect([route, answer.status, await answer.json()]).toMatchObject([
        ...[route, 404, { error: 'Task not found', code: 'not_found' }],
      ]);
    }
  });
});

describe('a log that was acknowledged', () => {
  it('B6 is in the task, in its events and in its stream, from one event, also after a restart', async () => {
    const taskId = await newTask();
    const { frames } = await viewer(taskId);
    const entry = { level: 'warn', message: 'careful', agent: 'developer', stage: 'testing' };
    const json = { ...entry, metadata: { a: [1] } };
    expect((await send(`/tasks/${taskId}/log`, json)).status).toBe(200);
    await eventually(() => frames().length).toBe(2);
    const [, event] = frames();
    const stored = { seq: 3, timestamp: event?.timestamp, ...json };
    for (const restart of [async () => {}, () => evictDurableObject(taskStub(taskId))]) {
      await restart();
      expect((await getTask(taskId)).logs).toEqual([stored]);
      expect((await allEvents(taskId)).at(-1)).toEqual(event);
      const late = await viewer(taskId, '?after=2');
      await eventually(() => late.frames()[1]).toEqual(event);
      expect(late.frames()[0]?.data['logs']).toEqual([stored]);
    }
  });

  it('B6 is in GET /tasks/:id/logs too', async () => {
    const taskId = await newTask();
    await log(taskId, 'hello');
    const [entry] = (await getTask(taskId)).logs;
    const { status, body } = await read(`/tasks/${taskId}/logs`);
    expect([status, body]).toEqual([200, { logs: [entry], count: 1, next: null }]);
  });
});

// That sockets are counted and an idle stream costs nothing is in test/worker/objects-stream and streams-idle.
describe('streams', () => {
  it('B12 a client that is cut off again and again misses nothing and sees nothing twice', async () => {
    const taskId = await newTask();
    const seen: unknown[] = [];
    let after = 0;
    for (let round = 1; round <= 5; round++) {
      const client = await viewer(taskId, `?after=${after}`);
      await log(taskId, `round ${round}`);
      await report(taskId, { status: 'in-progress', message: `round ${round}` });
      const { seq } = await getTask(taskId);
      await eventually(() => client.frames().at(-1)?.seq).toBe(seq);
      seen.push(...client.frames().slice(1));
      after = seq;
      client.socket.close(1000, 'cut off');
      await log(taskId, `between ${round}`);
    }
    const events = await allEvents(taskId);
    expect(seen).toEqual(events.slice(0, -1));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  });

  it('B26 two projects of one server never share a stream', async () => {
    const [one, two] = [await newProject(), await newProject()];
    const boards = [
      await boardViewer(`/ws?projectId=${one}`),
      await boardViewer(`/ws?projectId=${two}`),
    ];
    const tasks = [await newTask({ projectId: one }), await newTask({ projectId: two })];
    const viewers = [await viewer(tasks[0] ?? ''), await viewer(tasks[1] ?? '')];
    for (const id of tasks) {
      await log(id, id);
      await act(id, 'cancel');
    }
    for (const [index, id] of tasks.entries()) {
      const { seq } = await getTask(id);
      await eventually(() => boards[index]?.frames().at(-1)?.taskSeq).toBe(seq);
      await eventually(() => viewers[index]?.frames().at(-1)?.seq).toBe(seq);
      const ids = [boards[index], viewers[index]].flatMap((client) =>
        client?.frames().map(({ taskId }) => taskId),
      );
      expect(new Set(ids)).toEqual(new Set(['0', id]));
    }
  });
});

describe('what is no request', () => {
  const bodies: readonly [string, string, unknown][] = [
    ['POST', '', { description: '   ' }],
    ['POST', '', { description: 7 }],
    ['POST', '', { description: 'x', autonomy: 'bogus' }],
    ['POST', '', null],
    ['POST', '', []],
    ['POST', '', 'x'],
    ['POST', '/{id}/log', { message: 'x', level: 3 }],
    ['POST', '/{id}/log', null],
    ['POST', '/{id}/status', { status: 1 }],
    ['POST', '/{id}/status', [{}]],
    ['POST', '/{id}/cancel', null],
    ['POST', '/{id}/gates/review/approve', { approver: 7 }],
    ['POST', '/{id}/decompose', { subtasks: 'abc' }],
    ['POST', '/{id}/decompose', { subtasks: [{}] }],
    ['POST', '/{id}/decompose', { subtasks: [null] }],
  ];

  it.each(bodies)(
    'B14 %s /tasks%s %j is 400, and nothing is written',
    async (method, route, json) => {
      const projectId = await newProject();
      const taskId = await newTask({ projectId });
      const path = `/tasks${route.replace('{id}', taskId)}`;
      const given = typeof json === 'object' && json !== null && !Array.isArray(json);
      const body = given && route === '' ? { projectId, ...json } : json;
      expect((await refusedAndUnchanged(taskId, () => send(path, body, { method })))[0]).toBe(400);
      expect((await read(`/tasks?projectId=${projectId}`)).body['count']).toBe(1);
    },
  );

  it('B14 the tags of a template as a text are 400, and nothing is written', async () => {
    const projectId = await newProject();
    const template = { name: 'x', description: 'x', workflow: 'feature', tags: 'a' };
    const { status, body } = await send(`/templates?projectId=${projectId}`, template);
    expect([status, body['error']]).toEqual([400, 'Tags must be a list of strings']);
    expect((await read(`/templates?projectId=${projectId}`)).body['count']).toBe(0);
  });
});

// Idempotency keys, the headers of limits and the audit come with the issues on limits and audit.
it('B27 every answer has a request id of its own, a refusal in its body too', async () => {
  const taskId = await newTask();
  const answers = [
    await ask('/health'),
    await ask(`/tasks/${taskId}`),
    await ask('/tasks', { json: { description: 'x' } }),
    await ask('/tasks', { json: {} }),
    await ask('/nothing'),
    await ask('/tasks', { method: 'DELETE' }),
    await ask(`/tasks/${taskId}/resume`, { json: null }),
    await ask(`/stream/${taskId}`, { headers: { Upgrade: 'websocket' } }),
    await askRequired('/tasks'),
  ];
  const ids = answers.map(({ headers }) => headers.get('X-Request-ID'));
  for (const id of ids) expect(id).toMatch(/^req_[0-9a-z]{26}$/);
  expect(new Set(ids).size).toBe(answers.length);
  for (const answer of answers.filter(({ status }) => status >= 400)) {
    const body: { requestId?: string } = await answer.json();
    expect(body.requestId).toBe(answer.headers.get('X-Request-ID'));
  }
});
