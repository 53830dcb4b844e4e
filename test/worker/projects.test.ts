// Projects: made with their environments, listed, changed, deleted.

import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { purgeProjects } from '../../src/actions/purge-projects.ts';
import { LOCAL_PROJECT_ID } from '../../src/contract/id.ts';
import type { Project } from '../../src/contract/project.ts';
import { ask, refusalOf } from './ask.ts';
import { getTask, newTask, newTestRunner, projectStub, read, send } from './world.ts';

const DAY_MS = 86_400_000;

async function newShop(fields: Record<string, unknown> = {}): Promise<Project> {
  const { status, body } = await send<Project>('/v1/projects', { name: 'Shop', ...fields });
  expect(status).toBe(201);
  return body;
}
const remove = (id: string, headers: Record<string, string>) =>
  ask(`/v1/projects/${id}`, { method: 'DELETE', headers });
const auditOf = async (projectId: string) => {
  const sql = 'SELECT action FROM audit WHERE project_id = ? ORDER BY seq';
  const { results } = await env.DB.prepare(sql).bind(projectId).all<{ action: string }>();
  return results.map(({ action }) => action);
};

describe('making a project', () => {
  it('answers with all its members, its place and its revision', async () => {
    const production = { name: 'production', url: 'https://shop.example', protected: true };
    const answer = await ask('/v1/projects', {
      json: { name: ' Shop ', environments: [production, { name: 'preview' }] },
    });
    expect(answer.status).toBe(201);
    const project = await answer.json<Project>();
    expect(answer.headers.get('Location')).toBe(`/v1/projects/${project.id}`);
    expect(answer.headers.get('ETag')).toBe('"v1"');
    expect(project).toMatchObject({
      name: 'Shop',
      description: '',
      role: 'owner',
      defaultEnvironment: 'development',
      createdBy: 'usr_local',
      revision: 1,
    });
    const nothing = { url: null, approval: null, currentDeploymentId: null };
    const rest = { ...nothing, isProduction: false, protected: false };
    expect(project.environments.map(({ createdAt: _, ...shown }) => shown)).toEqual([
      { ...rest, ...production, isProduction: true },
      { ...rest, name: 'staging' },
      { ...rest, name: 'development' },
      { ...rest, name: 'preview' },
    ]);
    const again = await ask(`/v1/projects/${project.id}`);
    expect(await again.json()).toEqual(project);
    const known = { 'If-None-Match': '"v1"' };
    expect((await ask(`/v1/projects/${project.id}`, { headers: known })).status).toBe(304);
    expect(await auditOf(project.id)).toEqual(['project.created']);
  });

  it('keeps the part of the config that comes along, checked as a change of the config is', async () => {
    const { id } = await newShop({ config: { limits: { maxRetries: 7 } } });
    const { body } = await read<{ limits: { maxRetries: number }; project: { name: string } }>(
      `/config?projectId=${id}`,
    );
    expect([body.limits.maxRetries, body.project.name]).toEqual([7, 'Shop']);
    const wrong = await send<{ code: string; errors: { pointer: string }[] }>('/v1/projects', {
      name: 'Shop',
      config: { limits: { maxRetries: -1 } },
    });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'validation_failed']);
    expect(wrong.body.errors[0]?.pointer).toBe('/config/limits/maxRetries');
  });

  it.each<[string, unknown]>([
    ['no name', {}],
    ['an empty name', { name: '  ' }],
    ['a long name', { name: 'x'.repeat(101) }],
    ['a name of two lines', { name: 'a\nb' }],
    ['a NUL', { name: 'a\u0000b' }],
    ['a lone surrogate', { name: 'a\ud800b' }],
    ['a number', { name: 1 }],
    ['an unknown member', { name: 'a', id: 'prj_00000000000000000000000001' }],
    ['a wrong environment', { name: 'a', environments: [{ name: 'A' }] }],
    ['an environment twice', { name: 'a', environments: [{ name: 'x' }, { name: 'x' }] }],
    ['a script for a link', { name: 'a', environments: [{ name: 'x', url: 'javascript:1' }] }],
    ['an unknown default', { name: 'a', defaultEnvironment: 'moon' }],
    [
      'eleven environments',
      { name: 'a', environments: Array.from({ length: 8 }, (_, n) => ({ name: `e${n}` })) },
    ],
  ])('%s is 422', async (_name, json) => {
    expect(await refusalOf(await ask('/v1/projects', { json }))).toEqual([
      422,
      'validation_failed',
    ]);
  });

  it('twenty at once with one key are one project, and each is answered with it', async () => {
    const headers = { 'Idempotency-Key': `shop-${Date.now()}` };
    const json = { name: 'Once', config: { limits: { maxRetries: 2 } } };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask('/v1/projects', { json, headers })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const made = await Promise.all(answers.map((answer) => answer.json<Project>()));
    const ids = new Set(made.map(({ id }) => id));
    expect(ids.size).toBe(1);
    const first = answers.filter(({ headers: of }) => !of.has('Idempotent-Replayed'));
    expect(first).toHaveLength(1);
    const [id = ''] = ids;
    expect((await read<Project>(`/v1/projects/${id}`)).status).toBe(200);
    expect((await read<{ limits: object }>(`/config?projectId=${id}`)).body.limits).toMatchObject({
      maxRetries: 2,
    });
    const other = await ask('/v1/projects', { json: { name: 'Other' }, headers });
    expect(await refusalOf(other)).toEqual([422, 'idempotency_mismatch']);
  });
});

describe('changing a project', () => {
  it('changes what is named, and says that it is another by now', async () => {
    const { id } = await newShop();
    const patch = (json: unknown, headers = {}) =>
      ask(`/v1/projects/${id}`, { method: 'PATCH', json, headers });
    const changed = await patch({ name: 'Store', defaultEnvironment: 'staging' });
    expect(changed.headers.get('ETag')).toBe('"v2"');
    expect(await changed.json()).toMatchObject({ name: 'Store', revision: 2, description: '' });
    expect(await refusalOf(await patch({ name: 'x' }, { 'If-Match': '"v1"' }))).toEqual([
      412,
      'revision_mismatch',
    ]);
    expect(await refusalOf(await patch({ defaultEnvironment: 'moon' }))).toEqual([
      422,
      'validation_failed',
    ]);
    const task = await newTask({ projectId: id });
    expect((await getTask(task)).environment).toBe('staging');
    expect((await read(`/v1/projects/${id}`)).body).toMatchObject({ name: 'Store', revision: 2 });
  });

  it('of two who have seen the same, one changes it', async () => {
    const { id } = await newShop();
    const names = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(
      names.map((name) =>
        ask(`/v1/projects/${id}`, {
          method: 'PATCH',
          json: { name },
          headers: { 'If-Match': '"v1"' },
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 412, 412, 412]);
  });
});

describe('deleting a project', () => {
  it('asks for the revision, and hides at once all that is in it', async () => {
    const { id } = await newShop();
    const taskId = await newTask({ projectId: id });
    const runner = await newTestRunner(id);
    expect(await refusalOf(await remove(id, {}))).toEqual([428, 'precondition_required']);
    expect(await refusalOf(await remove(id, { 'If-Match': '"v9"' }))).toEqual([
      412,
      'revision_mismatch',
    ]);
    expect((await remove(id, { 'If-Match': '"v1"' })).status).toBe(204);
    for (const path of [
      `/v1/projects/${id}`,
      `/tasks?projectId=${id}`,
      `/tasks/${taskId}`,
      `/tasks/${taskId}/events`,
      `/config?projectId=${id}`,
      `/runners/${runner.id}`,
    ]) {
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
    }
    expect((await runner.claim()).status).toBe(401);
    expect((await send('/tasks', { description: 'x', projectId: id })).status).toBe(404);
    const listed = await read<{ data: Project[] }>('/v1/projects?limit=100');
    expect(listed.body.data.map((project) => project.id)).not.toContain(id);
    expect(await auditOf(id)).toEqual(['project.created', 'runner.registered', 'project.deleted']);
  });

  it('hides it from a token of the local owner too', async () => {
    const { id } = await newShop();
    const taskId = await newTask({ projectId: id });
    const json = { name: 'mine', scopes: ['tasks:read', 'projects:read'] };
    const { body } = await send<{ token: string }>('/v1/tokens', json);
    expect((await read(`/tasks/${taskId}`, body.token)).status).toBe(200);
    expect((await read(`/v1/projects/${LOCAL_PROJECT_ID}`, body.token)).status).toBe(200);
    await remove(id, { 'If-Match': '*' });
    expect((await read(`/tasks/${taskId}`, body.token)).status).toBe(404);
    expect((await read(`/v1/projects/${id}`, body.token)).status).toBe(404);
    expect((await read('/tasks', body.token)).status).toBe(200);
  });

  it('thirty days later nothing is left but the audit', async () => {
    const { id } = await newShop();
    const taskId = await newTask({ projectId: id });
    const watched = { environment: 'production', name: 'x', url: 'https://shop.acme.com/' };
    const monitor = await send<{ id: string }>(`/v1/projects/${id}/monitors`, watched);
    const incident = { environment: 'production', title: 'x' };
    await send(`/v1/projects/${id}/incidents`, incident);
    const hook = { projectId: id, url: 'https://hooks.acme.com/', types: ['*'] };
    expect((await send('/v1/webhooks', hook)).status).toBe(201);
    await remove(id, { 'If-Match': '*' });
    const count = (table: string) =>
      env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE project_id = ?`)
        .bind(id)
        .first<number>('n');
    await purgeProjects(env, Date.now() + 29 * DAY_MS);
    expect(await count('environments')).toBe(3);
    expect(await purgeProjects(env, Date.now() + 31 * DAY_MS)).toBeGreaterThan(0);
    const listed = ['environments', 'members', 'tasks', 'runners', 'outbox', 'deployments'];
    for (const table of [...listed, 'monitors', 'incidents', 'webhook_endpoints']) {
      expect([table, await count(table)]).toEqual([table, 0]);
    }
    expect(await count('audit')).toBe(5);
    const { TASK } = env;
    expect(await TASK.getByName(taskId).entry()).toBeNull();
    expect(await projectStub(id).erase(1)).toBe(true);
    const watcher = env.MONITOR.getByName(monitor.body.id);
    const tables = (state: DurableObjectState) =>
      state.storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'checks'").toArray();
    expect(await runInDurableObject(watcher, (_, state) => tables(state))).toEqual([]);
  });

  it('the default project of the local owner stays', async () => {
    const answer = await remove(LOCAL_PROJECT_ID, { 'If-Match': '*' });
    expect(await refusalOf(answer)).toEqual([409, 'in_use']);
  });
});
