// The routes over the real actions: what a client on this machine meets first.

import { describe, expect, it } from 'vitest';
import { ask, refusalOf } from './ask.ts';

async function newTask(fields: Record<string, unknown> = {}): Promise<string> {
  const answer = await ask('/tasks', { json: { description: 'x', autonomy: 'full', ...fields } });
  expect(answer.status).toBe(201);
  const body: { taskId: string } = await answer.json();
  return body.taskId;
}

const sse = (taskId: string, query: string, headers: Record<string, string> = {}) =>
  ask(`/tasks/${taskId}/events?${query}`, { headers: { Accept: 'text/event-stream', ...headers } });

describe('the surface', () => {
  it('POST /tasks answers exactly the printed body and says where the task is', async () => {
    const answer = await ask('/tasks', { json: { description: 'x', workflow: 'feature' } });
    const body: { taskId: string } = await answer.json();
    expect(answer.status).toBe(201);
    expect(answer.headers.get('Location')).toBe(`/tasks/${body.taskId}`);
    expect(body).toEqual({
      taskId: body.taskId,
      status: 'pending',
      message: 'Task created and execution started',
    });
    expect((await ask(`/tasks/${body.taskId}`)).status).toBe(200);
  });

  it('PATCH status answers the changed task', async () => {
    const taskId = await newTask();
    const json = { status: 'in-progress', stage: 'planning' };
    const answer = await ask(`/tasks/${taskId}/status`, { json, method: 'PATCH' });
    expect(await answer.json()).toMatchObject({ id: taskId, status: 'in-progress' });
  });

  it.each(['', '{}'])('a body whose fields are optional may be %j', async (body) => {
    const taskId = await newTask();
    for (const path of ['pause', 'resume', 'cancel', 'retry']) {
      const init = { method: 'POST', body, headers: { 'Content-Type': 'application/json' } };
      const answer = await ask(`/tasks/${taskId}/${path}`, init);
      expect(answer.status).toBe(200);
    }
  });

  it('GET /agents tells what each can do and never its prompt', async () => {
    const text = await (await ask('/agents')).text();
    const { agents }: { agents: Record<string, unknown> } = JSON.parse(text);
    expect(agents['planner']).toMatchObject({ name: 'planner', model: 'opus' });
    expect(text).not.toContain('prompt');
    expect(await (await ask('/agents/planner')).json()).toEqual(agents['planner']);
    expect(await refusalOf(await ask('/agents/nobody'))).toEqual([404, 'not_found']);
  });

  it('GET /workflows has the three that are built in', async () => {
    const body: { workflows: object } = await (await ask('/workflows')).json();
    expect(Object.keys(body.workflows)).toEqual(
      expect.arrayContaining(['feature', 'bugfix', 'refactor']),
    );
  });

  it('GET /config is whole, and PATCH refuses an unknown key by its path', async () => {
    const config = await (await ask('/config')).json();
    expect(config).toMatchObject({ version: '1.0', limits: {}, models: {}, autonomy: {} });
    const answer = await ask('/config', { json: { api: { port: 1 } }, method: 'PATCH' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ path: 'api' }] });
  });

  it('server-sent events begin with the state, go on with the log and end with the task', async () => {
    const taskId = await newTask();
    await ask(`/tasks/${taskId}/cancel`, { json: {} });
    const text = await (await sse(taskId, 'after=0&until=end')).text();
    const names = [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1]);
    expect(names[0]).toBe('task:state');
    expect(names).toContain('task:created');
    expect(names.slice(-2)).toEqual(['task:cancelled', 'end']);
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
    expect(ids).toEqual(ids.map((_, index) => index + 1));

    const last = String(ids.at(-1));
    const again = await sse(taskId, 'after=0&until=end', { 'Last-Event-ID': last });
    expect(again.status).toBe(204);
    const page = await ask(`/tasks/${taskId}/events?after=${last}`);
    expect(await page.json()).toMatchObject({ events: [], count: 0 });
  });

  it('a cursor ahead of the log is refused before a stream opens', async () => {
    const taskId = await newTask();
    expect((await sse(taskId, 'after=999')).status).toBe(400);
    const headers = { Upgrade: 'websocket' };
    expect((await ask(`/stream/${taskId}?after=999`, { headers })).status).toBe(400);
  });

  it('the listing can be rebuilt', async () => {
    await newTask();
    const answer = await ask('/listing/rebuild', { json: {} });
    expect(await answer.json()).toMatchObject({ ok: true });
  });
});
