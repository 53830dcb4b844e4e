// The documented calls and samples, character for character, against `npm run dev`.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Client } from './world/client.ts';
import { type DevServer, serve } from './world/dev-server.ts';
import { makeDir, ROOT } from './world/place.ts';
import { asPrinted, printedAnswer } from './world/printed.ts';
import { cleanEnv, runInShell, type Started, said, start } from './world/started.ts';

const PYTHON = '/usr/bin/python3';
const hasPython = spawnSync(PYTHON, ['-c', 'import requests, websocket']).status === 0;
/** In CI a missing package is a failure, which the snippets then show by name. */
const runsPython = hasPython || process.env['CI'] !== undefined;

let server: DevServer;
let client: Client;
const dir = makeDir();

beforeAll(async () => {
  server = await serve();
  client = new Client(server.url);
  // curl reads this file by itself: the printed lines stay as they are, and the status is seen.
  writeFileSync(
    path.join(dir, '.curlrc'),
    'silent\nwrite-out = "\\n%{http_code} %{content_type}"\n',
  );
  return () => server.stop();
});

interface Curled {
  readonly status: number;
  readonly type: string;
  readonly body: Record<string, unknown>;
}

const curl = async (name: string, taskId?: string): Promise<Curled> => {
  const line = asPrinted(name, { port: server.port, ...(taskId === undefined ? {} : { taskId }) });
  const { stdout } = await runInShell(line, dir, { CURL_HOME: dir });
  const [, body = '', status, type = ''] = /^(.*)\n(\d+) ?(.*)$/s.exec(stdout) ?? [];
  return { status: Number(status), type, body: JSON.parse(body) as Record<string, unknown> };
};

const snippet = (file: string, text: string): string => {
  const place = path.join(dir, file);
  writeFileSync(place, text);
  return place;
};

const startSnippet = (command: string, file: string): Started => {
  const env = cleanEnv({ NODE_PATH: path.join(ROOT, 'node_modules'), PYTHONUNBUFFERED: '1' });
  const started = start({ command, args: [file], cwd: dir, env });
  onTestFinished(() => started.kill());
  return started;
};

const kindOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length === 0 ? [] : [kindOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, kindOf(inner)]));
};

/** Every printed member is there, with a value of its kind. */
const expectPrinted = (answer: Record<string, unknown>, printed: Record<string, unknown>) =>
  expect(kindOf(answer)).toMatchObject(kindOf(printed) as Record<string, unknown>);

describe('the six curl commands, one after the other', () => {
  let taskId = '';

  it('creates a task: 201 and exactly the printed body', async () => {
    const { status, type, body } = await curl('create-task.sh');
    taskId = String(body['taskId']);
    expect(taskId).toMatch(/^task_[0-9a-z]+_[0-9a-f]{20}$/);
    expect(status).toBe(201);
    expect(type).toMatch(/^application\/json/);
    expect(body).toEqual({ ...printedAnswer('created-task'), taskId });
  });

  it('has a pending gate that waits for nobody yet', async () => {
    expect(await client.get(`/tasks/${taskId}/gates/review`)).toMatchObject(printedAnswer('gate'));
    const other = await client.get(`/tasks/${taskId}/gates/approval`);
    expect(other).toEqual({ status: 'not-required' });
  });

  it('takes the report of a status and a log entry', async () => {
    const reported = await curl('report-status.sh', taskId);
    const logged = await curl('add-log.sh', taskId);
    expect(reported).toMatchObject({ status: 200, body: printedAnswer('ok') });
    expect(logged).toMatchObject({ status: 200, body: printedAnswer('ok') });
  });

  it('shows the task with every printed member and what was reported', async () => {
    const { status, body } = await curl('get-task.sh', taskId);
    expect(status).toBe(200);
    expectPrinted(body, printedAnswer('task'));
    expect(body).toMatchObject({
      id: taskId,
      description: 'Add health check endpoint',
      status: 'in-progress',
      workflow: 'feature',
      autonomy: 'review-before-merge',
      priority: 'normal',
      currentStage: 'implementation',
      logs: [{ level: 'info', message: 'Created new file: src/health.ts', agent: 'developer' }],
    });
  });

  it('lists it among those in progress', async () => {
    const { status, body } = await curl('list-tasks.sh');
    expect(status).toBe(200);
    expectPrinted(body, printedAnswer('task-list'));
    expect(body).toMatchObject({ tasks: [{ id: taskId, status: 'in-progress' }], count: 1 });
  });

  it('approves the gate as the printed person', async () => {
    expect(await curl('approve-gate.sh', taskId)).toMatchObject({
      status: 200,
      body: printedAnswer('ok'),
    });
    expect(await client.get(`/tasks/${taskId}/gates/review`)).toMatchObject({
      status: 'approved',
      approver: 'john@example.com',
      comment: 'LGTM!',
    });
  });
});

describe('what is printed without a command', () => {
  it('answers GET /health, GET /agents and GET /config with the printed members', async () => {
    const health = await client.get('/health');
    expect(health).toMatchObject({ status: 'ok', version: expect.any(String) });
    expect(await client.get('/agents')).toMatchObject(printedAnswer('agents'));
    // The language is the project's own; a new one has said none.
    const { project, ...config } = printedAnswer('config');
    const { name } = project as { name: string };
    expect(await client.get('/config')).toMatchObject({ ...config, project: { name } });
  });

  it('answers 400 and 404 with an error', async () => {
    const missing = await client.ask('POST', '/tasks', {});
    expect(missing).toMatchObject({ status: 400, body: { error: 'Description is required' } });
    const unknown = await client.ask('GET', '/tasks/task_abc123_def456');
    expect(unknown).toMatchObject({ status: 404, body: { error: 'Task not found' } });
    expect(await client.get('/openapi.json')).toMatchObject({ paths: { '/tasks': {} } });
  });
});

const newest = async (description: string): Promise<string> => {
  const [row] = await client.list(`&q=${encodeURIComponent(description)}`);
  if (row === undefined) throw new Error(`There is no task "${description}"`);
  return row.id;
};

/** A stream shows the state first, then what happens afterwards, in its order. */
const expectLiveEvents = async (
  started: Started,
  taskId: string,
  line: (type: string) => RegExp,
) => {
  await said(started, line('task:state'), 20_000);
  await client.post(`/tasks/${taskId}/status`, { status: 'in-progress', stage: 'planning' });
  await client.post(`/tasks/${taskId}/log`, { message: 'still here', agent: 'planner' });
  const text = await said(started, line('log:entry'), 20_000);
  const places = ['task:state', 'task:stage-changed', 'log:entry'].map((type) =>
    text.search(line(type)),
  );
  expect(places).toEqual([...places].sort((one, other) => one - other));
  expect(places).not.toContain(-1);
  expect(text).toContain('still here');
};

describe('the samples', () => {
  it('the browser example says that it is connected and prints every event', async () => {
    const taskId = await client.create({ description: 'Watched from a browser' });
    const text = asPrinted('browser.js.txt', { port: server.port, taskId });
    const page = startSnippet(process.execPath, snippet('page.js', text));
    await said(page, 'Connected to task stream');
    await expectLiveEvents(page, taskId, (type) => new RegExp(`^Event: ${type} `, 'm'));
  });

  it('the Node sample creates, reads and streams with axios and ws', async () => {
    const sample = asPrinted('node.js.txt', { port: server.port });
    const calls =
      "(async () => { const made = await createTask('Made by createTask');" +
      ' console.log(JSON.stringify([made, await getTask(made.taskId)])); await main(); })();\n';
    const node = startSnippet(process.execPath, snippet('sample.cjs', sample + calls));
    const [json = ''] = (await said(node, /^\[\{.*\n/m)).split('\n');
    const [made, task] = JSON.parse(json) as [{ taskId: string }, unknown];
    expect(made).toEqual({ ...printedAnswer('created-task'), taskId: made.taskId });
    expect(task).toMatchObject({ id: made.taskId, workflow: 'feature' });
    await said(node, '[task:state]');
    const taskId = await newest('Add user authentication');
    await expectLiveEvents(node, taskId, (type) => new RegExp(`^\\[${type}\\] `, 'm'));
  });

  it.skipIf(!runsPython)('the Python sample runs as a script', async () => {
    const file = snippet('sample.py', asPrinted('client.py', { port: server.port }));
    const python = startSnippet(PYTHON, file);
    const [, taskId = ''] =
      /^Created task: (task_\w+)$/m.exec(await said(python, /^Created .*$/m)) ?? [];
    expect(await client.task(taskId)).toMatchObject({ description: 'Add user authentication' });
    expect(await python.ended).toEqual({ code: 0, signal: null });
  });

  it.skipIf(!runsPython)(
    'the Python sample reads and streams with requests and websocket',
    async () => {
      snippet('sample_module.py', asPrinted('client.py', { port: server.port }));
      const calls = [
        'import sample_module as sample',
        "made = sample.create_task('Made by Python')",
        "print('read', sample.get_task(made['taskId'])['id'])",
        "sample.stream_task(made['taskId'], lambda event: print(event['type'], event['data']))",
      ];
      const python = startSnippet(PYTHON, snippet('calls.py', `${calls.join('\n')}\n`));
      const [, taskId = ''] = /^read (task_\w+)$/m.exec(await said(python, /^read .*$/m)) ?? [];
      await expectLiveEvents(python, taskId, (type) => new RegExp(`^${type} `, 'm'));
    },
  );
});
