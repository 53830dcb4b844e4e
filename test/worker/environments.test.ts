// Environments of a project, and the header that names one.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { TaskList } from '../../src/contract/page.ts';
import type { Environment, Project } from '../../src/contract/project.ts';
import type { QueueAnswer } from '../../src/contract/runner.ts';
import { ask, refusalOf } from './ask.ts';
import { newQueue, queueOf } from './queue-world.ts';
import { eventually, getTask, newTask, newTestRunner, read, send } from './world.ts';

async function newShop(fields: Record<string, unknown> = {}): Promise<Project> {
  return (await send<Project>('/v1/projects', { name: 'Shop', ...fields })).body;
}
const within = (environment: string) => ({ 'AeThex-Environment': environment });
const write = (path: string, method: string, json: unknown = {}, headers = {}) =>
  ask(path, { method, json, headers });

describe('environments', () => {
  it('are added, changed and removed, each a revision of the project', async () => {
    const { id } = await newShop();
    const path = `/v1/projects/${id}/environments`;
    const added = await write(path, 'POST', { name: 'preview', url: 'http://p.example' });
    expect([added.status, added.headers.get('ETag')]).toEqual([201, '"v2"']);
    expect(added.headers.get('Location')).toBe(`${path}/preview`);
    const changed = await write(`${path}/preview`, 'PATCH', { protected: true, url: null });
    expect(await changed.json()).toMatchObject({ name: 'preview', protected: true, url: null });
    const listed = await (await ask(path)).json<{ data: Environment[] }>();
    expect(listed.data.map(({ name }) => name)).toEqual([
      'production',
      'staging',
      'development',
      'preview',
    ]);
    const stale = await write(`${path}/preview`, 'DELETE', {}, { 'If-Match': '"v2"' });
    expect(await refusalOf(stale)).toEqual([412, 'revision_mismatch']);
    expect((await write(`${path}/preview`, 'DELETE', {}, { 'If-Match': '"v3"' })).status).toBe(204);
    const project = await (await ask(`/v1/projects/${id}`)).json<Project>();
    expect([project.revision, project.environments.length]).toEqual([4, 3]);
    expect((await write(`${path}/preview`, 'DELETE')).status).toBe(404);
  });

  it('ten are the most, and each has a name of its own, however many come at once', async () => {
    const { id } = await newShop();
    const path = `/v1/projects/${id}/environments`;
    expect(await refusalOf(await write(path, 'POST', { name: 'staging' }))).toEqual([
      409,
      'conflict',
    ]);
    const names = Array.from({ length: 9 }, (_, index) => `e${index}`);
    const answers = await Promise.all(names.map((name) => write(path, 'POST', { name })));
    const statuses = answers.map(({ status }) => status);
    const made = statuses.filter((status) => status === 201).length;
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    const { data } = await (await ask(path)).json<{ data: Environment[] }>();
    expect(data).toHaveLength(3 + made);
    expect(data.length).toBeLessThanOrEqual(10);
  });

  it('the default one stays, and one with a live deployment', async () => {
    const { id } = await newShop();
    const path = `/v1/projects/${id}/environments`;
    expect(await refusalOf(await write(`${path}/development`, 'DELETE'))).toEqual([409, 'in_use']);
    const live = `UPDATE environments SET current_deployment_id = 'dep_1' WHERE project_id = ? AND name = 'staging'`;
    await env.DB.prepare(live).bind(id).run();
    expect(await refusalOf(await write(`${path}/staging`, 'DELETE'))).toEqual([409, 'in_use']);
    const { environments, revision } = await (await ask(`/v1/projects/${id}`)).json<Project>();
    expect([environments.length, revision]).toEqual([3, 1]);
  });
});

describe('AeThex-Environment in the task API', () => {
  it('fills what is made, filters what is listed, and the answer repeats it', async () => {
    const { id } = await newShop({ environments: [{ name: 'preview' }] });
    const json = { description: 'x', projectId: id };
    const made = await ask('/tasks', { json, headers: within('preview') });
    expect([made.status, made.headers.get('AeThex-Environment')]).toEqual([201, 'preview']);
    const { taskId } = await made.json<{ taskId: string }>();
    expect((await getTask(taskId)).environment).toBe('preview');
    const other = await newTask({ projectId: id, environment: 'production' });
    const list = async (headers = {}, query = '') => {
      const answer = await ask(`/tasks?projectId=${id}${query}`, { headers });
      return answer.json<TaskList>();
    };
    const shown = await list(within('preview'), '&total=true');
    expect([shown.tasks.map((task) => task.id), shown.total]).toEqual([[taskId], 1]);
    expect((await list()).tasks.map((task) => task.id)).toEqual([other, taskId].sort().reverse());
    expect((await list(within('staging'), '&status=queued')).count).toBe(0);
    expect((await list(within('production'), '&status=queued')).count).toBe(1);
    await send(`/tasks/${other}/trash`);
    const trashed = (headers: Record<string, string>) =>
      ask(`/tasks/trashed?projectId=${id}`, { headers }).then((answer) => answer.json<TaskList>());
    expect((await trashed(within('production'))).count).toBe(1);
    expect((await trashed(within('preview'))).count).toBe(0);
  });

  it('one that the project does not have is 400, and so is another than the body’s', async () => {
    const { id } = await newShop();
    const make = (headers: Record<string, string>, environment?: string) =>
      ask('/tasks', { json: { description: 'x', projectId: id, environment }, headers });
    expect(await refusalOf(await make(within('moon')))).toEqual([400, 'unknown_environment']);
    expect(await refusalOf(await make(within('staging'), 'production'))).toEqual([
      400,
      'invalid_request',
    ]);
    expect((await make(within('staging'), 'staging')).status).toBe(201);
    expect(await refusalOf(await make({}, 'moon'))).toEqual([400, 'invalid_request']);
    for (const path of [
      `/tasks?projectId=${id}`,
      `/v1/projects/${id}`,
      `/config?projectId=${id}`,
    ]) {
      const answer = await ask(path, { headers: within('moon') });
      expect([path, ...(await refusalOf(answer))]).toEqual([path, 400, 'unknown_environment']);
    }
  });

  it('filters the queue, and where a task stands there is said among those', async () => {
    const { id } = await newShop({ environments: [{ name: 'preview' }] });
    const [other = ''] = await newQueue(id, [{}]);
    const first = await newTask({ projectId: id, environment: 'preview' });
    await newTask({ projectId: id, environment: 'staging', priority: 'high' });
    const second = await newTask({ projectId: id, environment: 'preview', dependsOn: [other] });
    await eventually(async () => (await queueOf(id)).length).toBe(4);
    const queue = async (environment: string) => {
      const answer = await ask(`/queue?projectId=${id}`, { headers: within(environment) });
      const { items, count } = await answer.json<QueueAnswer>();
      return [count, ...items.map(({ taskId, position }) => [taskId, position])];
    };
    expect(await queue('preview')).toEqual([2, [first, 1], [second, 2]]);
    expect((await queue('staging'))[0]).toBe(1);
    expect(await queue('production')).toEqual([0]);
    expect((await read<QueueAnswer>(`/queue?projectId=${id}`)).body.count).toBe(4);
  });

  it('is looked at wherever a project is meant: at its tasks, its runners and its people', async () => {
    const { id } = await newShop({ environments: [{ name: 'preview' }] });
    const taskId = await newTask({ projectId: id });
    const runner = await newTestRunner(id);
    const paths = [
      ['GET', `/tasks/${taskId}`],
      ['GET', `/tasks/${taskId}/events`],
      ['GET', `/tasks/${taskId}/gates`],
      ['POST', `/tasks/${taskId}/pause`],
      ['POST', `/tasks/${taskId}/trash`],
      ['GET', `/runners/${runner.id}`],
      ['GET', '/v1/me'],
    ] as const;
    for (const [method, path] of paths) {
      const answer = await ask(path, { method, headers: within('moon') });
      expect([path, ...(await refusalOf(answer))]).toEqual([path, 400, 'unknown_environment']);
    }
    for (const headers of [within('preview'), within('staging'), {}]) {
      expect((await ask(`/tasks/${taskId}`, { headers })).status).toBe(200);
    }
    // What is no task of the caller's is not found, whatever the header says.
    const nowhere = `/tasks/task_0_${'0'.repeat(20)}`;
    const unknown = await ask(nowhere, { headers: within('moon') });
    expect(await refusalOf(unknown)).toEqual([404, 'not_found']);
  });

  it('a project keeps its environments in memory while D1 is away', async () => {
    const { id } = await newShop({ environments: [{ name: 'preview' }] });
    await newTask({ projectId: id });
    await env.DB.exec('ALTER TABLE projects RENAME TO projects_away');
    try {
      const taskId = await newTask({ projectId: id, environment: 'preview' });
      expect((await getTask(taskId)).environment).toBe('preview');
      expect((await send('/tasks', { description: 'at home' })).status).toBe(201);
    } finally {
      await env.DB.exec('ALTER TABLE projects_away RENAME TO projects');
    }
  });
});
