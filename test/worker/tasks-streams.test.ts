// What a client sees of a task's events: cases 88–95 and 101–106 of the conformance table.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import { TaskEvent } from '../../src/contract/event.ts';
import { ask } from './ask.ts';
import {
  allEvents,
  claimOne,
  eventually,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  read,
  report,
  send,
  watch,
} from './world.ts';

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const log = (taskId: string, json: Record<string, unknown>) => send(`/tasks/${taskId}/log`, json);
const decide = (taskId: string, verb: string, json: unknown = {}) =>
  send(`/tasks/${taskId}/gates/review/${verb}`, json);

describe('what the service tells of itself', () => {
  it('case 88: GET /agents has name, description, tools and model by name, and no prompt', async () => {
    const projectId = await newProject();
    const { body } = await read<{ agents: Record<string, object> }>(
      `/agents?projectId=${projectId}`,
    );
    expect(Object.keys(body.agents).sort()).toEqual(
      ['planner', 'architect', 'developer', 'tester', 'reviewer'].sort(),
    );
    expect(body.agents['planner']).toEqual({
      name: 'planner',
      description: 'Creates implementation plans',
      tools: ['Read', 'Grep', 'Glob'],
      model: 'opus',
    });
    for (const agent of Object.values(body.agents)) {
      expect(Object.keys(agent).sort()).toEqual(['description', 'model', 'name', 'tools']);
    }
  });

  it('case 89: GET /config of a new project has the printed defaults', async () => {
    const { body } = await read(`/config?projectId=${await newProject()}`);
    expect(body).toMatchObject({
      version: '1.0',
      project: { name: 'world', testCommand: 'npm test' },
      autonomy: { default: 'review-before-merge', overrides: {} },
      models: { planning: 'opus', implementation: 'sonnet', review: 'haiku' },
      limits: {
        ...{ maxTokensPerTask: 1_000_000, maxCostPerTask: 10, dailyBudget: 100, maxTurns: 100 },
        ...{ maxConcurrentTasks: 3, maxRetries: 3, retryDelayMs: 1_000, retryBackoffFactor: 2 },
      },
      git: { branchPrefix: 'apex/', commitFormat: 'conventional', defaultBranch: 'main' },
      workspace: { defaultStrategy: 'none', cleanupOnComplete: true },
      agents: { enabled: [], disabled: ['devops'] },
    });
  });

  it('case 90: GET /openapi.json is OpenAPI 3.1', async () => {
    const { status, body } = await read('/openapi.json');
    expect([status, body['openapi']]).toEqual([200, '3.1.0']);
  });
});

describe('streaming a task', () => {
  it('case 91: begins with the task as it is', async () => {
    const taskId = await newTask();
    const { frames } = await watch(taskId);
    await eventually(() => frames().length).toBe(1);
    expect(frames()[0]).toMatchObject({
      type: 'task:state',
      taskId,
      timestamp: INSTANT,
      seq: 2,
      data: { id: taskId, status: 'queued', logs: [], seq: 2 },
    });
  });

  it('cases 92 and 93: a log reaches all who watch this task, and nobody else', async () => {
    const [taskId, otherId] = [await newTask(), await newTask()];
    const viewers = [await watch(taskId), await watch(taskId)];
    const other = await watch(otherId);
    await log(taskId, { message: 'hello', agent: 'tester' });
    await log(otherId, { message: 'elsewhere' });
    for (const { frames } of viewers) {
      await eventually(() => frames().length).toBe(2);
      expect(frames()[1]).toEqual({
        type: 'log:entry',
        taskId,
        timestamp: INSTANT,
        seq: 3,
        data: { level: 'info', message: 'hello', agent: 'tester' },
      });
    }
    await eventually(() => other.frames().length).toBe(2);
    expect(other.frames()[1]).toMatchObject({ taskId: otherId, data: { message: 'elsewhere' } });
  });

  it('case 94: a status report is a stage change with what it said', async () => {
    const taskId = await newTask();
    const { frames } = await watch(taskId);
    const data = { status: 'in-progress', stage: 'testing', message: 'nearly' };
    await report(taskId, data);
    await eventually(() => frames()[1]).toMatchObject({ type: 'task:stage-changed', data });
  });

  it('case 95: decisions name the gate, who decided, and why', async () => {
    const words = { approver: 'ada', comment: 'LGTM!' };
    for (const [verb, type, who] of [
      ['approve', 'gate:approved', 'approver'],
      ['reject', 'gate:rejected', 'rejector'],
    ] as const) {
      const taskId = await newTask({ autonomy: 'review-before-merge' });
      const { frames } = await watch(taskId);
      await decide(taskId, verb, words);
      const data = { gateName: 'review', [who]: 'ada', comment: 'LGTM!' };
      await eventually(() => frames()[1]).toMatchObject({ type, data });
    }
  });

  it('case 95: reaching a gate is gate:required, with its action and hash', async () => {
    const taskId = await newTask({ autonomy: 'review-before-merge' });
    await report(taskId, { status: 'completed' });
    const event = (await allEvents(taskId)).find(({ type }) => type === 'gate:required');
    const [gate] = (await getTask(taskId)).gates;
    expect(event?.data).toMatchObject({
      gateName: 'review',
      stage: 'review',
      status: 'waiting-approval',
      action: gate?.action,
      actionHash: gate?.actionHash,
      approvers: [],
      quorum: 1,
    });
  });

  it('case 101: thinking comes as agent:thinking where there is any, and else not at all', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const { frames } = await watch(taskId);
    const holder = await claimOne(await newTestRunner(projectId));
    const data = { agent: 'planner', thinking: 'hm' };
    await holder.events([{ n: 1, type: 'agent:message', data: { message: 'hi' } }]);
    await eventually(() => frames().at(-1)?.type).toBe('agent:message');
    expect(frames().map(({ type }) => type)).not.toContain('agent:thinking');
    await holder.events([{ n: 2, type: 'agent:thinking', data }]);
    await eventually(() => frames().at(-1)).toMatchObject({ type: 'agent:thinking', data });
  });

  it('case 102: of several clients one dies, and the others get 20 quick logs in order', async () => {
    const taskId = await newTask();
    const [first, dead, last] = [await watch(taskId), await watch(taskId), await watch(taskId)];
    dead.socket.close(1001, 'gone');
    const messages = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    await Promise.all(messages.map((message) => log(taskId, { message })));
    for (const { frames } of [first, last]) {
      await eventually(() => frames().length).toBe(21);
      expect(frames().map(({ seq }) => seq)).toEqual(Array.from({ length: 21 }, (_, i) => i + 2));
      expect(
        new Set(
          frames()
            .slice(1)
            .map(({ data }) => data['message']),
        ),
      ).toEqual(new Set(messages));
    }
  });

  it('case 103: an unknown task opens and closes with 4404', async () => {
    for (const id of [newTaskId(Date.now()), 'x', '0', '..%2fx']) {
      const { closed, raw } = await watch(id);
      expect(await closed).toEqual({ code: 4404, reason: 'Task not found' });
      expect(raw).toEqual([]);
    }
  });

  it('case 104: garbage from a client leaves the socket open, and ping is answered pong', async () => {
    const taskId = await newTask();
    const { socket, raw } = await watch(taskId);
    for (const text of ['', '{', '{"type":"task:state"}', 'x'.repeat(60_000)]) socket.send(text);
    socket.send(new Uint8Array([0, 255]));
    socket.send('ping');
    await eventually(() => raw.at(-1)).toBe('pong');
    await log(taskId, { message: 'still here' });
    await eventually(() => raw.at(-1)).toContain('still here');
  });

  it('case 105: errors by HTTP meanwhile leave it open too', async () => {
    const taskId = await newTask();
    const { frames } = await watch(taskId);
    expect((await log(taskId, {})).status).toBe(400);
    expect((await report(taskId, { status: 'queued' })).status).toBe(409);
    expect((await ask(`/tasks/${taskId}`, { method: 'DELETE' })).status).toBe(405);
    expect((await ask(`/tasks/${taskId}/nothing`)).status).toBe(404);
    await log(taskId, { message: 'still here' });
    await eventually(() => frames().length).toBe(2);
  });

  it('case 106: cancel, retry, pause and resume are one event each, as they happen', async () => {
    const taskId = await newTask();
    const { frames } = await watch(taskId);
    for (const verb of ['pause', 'resume', 'cancel', 'retry'])
      await send(`/tasks/${taskId}/${verb}`);
    await eventually(() => frames().map(({ type }) => type)).toEqual([
      ...['task:state', 'task:paused', 'task:resumed', 'task:queued'],
      ...['task:cancelled', 'task:retried', 'task:queued'],
    ]);
  });

  it('every event of a story fits the schema of its type', async () => {
    const taskId = await newTask({ autonomy: 'manual', workflow: 'bugfix' });
    await report(taskId, { status: 'completed', message: 'x' });
    await send(`/tasks/${taskId}/gates/investigation/approve`, { comment: 'x' });
    await send(`/tasks/${taskId}/gates/fix/request-changes`, { comment: 'y' });
    await log(taskId, { message: 'x', metadata: { a: 1 } });
    for (const verb of ['cancel', 'retry', 'pause', 'resume'])
      await send(`/tasks/${taskId}/${verb}`);
    await report(taskId, { status: 'failed', message: 'z' });
    for (const event of await allEvents(taskId)) {
      expect(TaskEvent.parse(event)).toEqual(event);
      if (event.type.startsWith('task:')) expect(event.data).toHaveProperty('status');
    }
  });
});
