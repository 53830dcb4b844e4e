// The default project: made by the first request that needs one, once.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { Listing } from '../../src/contract/listing.ts';
import type { TaskList } from '../../src/contract/page.ts';
import type { Project } from '../../src/contract/project.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { addMember, newTeam, signedIn } from './project-world.ts';
import { askAs, signInAs } from './signin-world.ts';
import { getTask, newTask } from './world.ts';

const PERSON = `INSERT INTO users (id, name, created_at) VALUES (?1, 'Bo', ?2)`;

/** A person who belongs to nothing yet. */
async function newcomer() {
  const id = newId('usr', Date.now());
  await env.DB.prepare(PERSON).bind(id, Date.now()).run();
  const { cookie } = await signInAs(id);
  const ask = (path: string, init: RequestInit & { json?: unknown } = {}) =>
    askAs(cookie, path, init);
  const projects = async () => (await (await ask('/v1/projects')).json<Listing<Project>>()).data;
  return { id, ask, projects };
}

describe('the default project', () => {
  it('is made by the first request that needs it, and not before', async () => {
    const { id, ask, projects } = await newcomer();
    expect(await projects()).toEqual([]);
    const made = await ask('/tasks', { json: { description: 'first' } });
    expect(made.status).toBe(201);
    const [project, ...others] = await projects();
    expect(others).toEqual([]);
    expect(project).toMatchObject({ name: 'Default', role: 'owner', createdBy: id });
    expect(project?.environments.map(({ name }) => name)).toEqual([
      'production',
      'staging',
      'development',
    ]);
    const { tasks } = await (await ask('/tasks')).json<TaskList>();
    expect(tasks.map(({ projectId }) => projectId)).toEqual([project?.id]);
    const audit = 'SELECT action, actor FROM audit WHERE project_id = ?';
    expect((await env.DB.prepare(audit).bind(project?.id).all()).results).toEqual([
      { action: 'project.created', actor: id },
    ]);
  });

  it('is one, however many first requests come at once', async () => {
    const { ask, projects } = await newcomer();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? ask('/tasks') : ask('/tasks', { json: { description: `${index}` } }),
      ),
    );
    expect(answers.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
    expect(await projects()).toHaveLength(1);
    const { tasks } = await (await ask('/tasks')).json<TaskList>();
    expect(tasks).toHaveLength(10);
  });

  it('that was deleted is followed by another', async () => {
    const { ask, projects } = await newcomer();
    await ask('/tasks');
    const [first] = await projects();
    const path = `/v1/projects/${first?.id}`;
    const deleted = await ask(path, { method: 'DELETE', headers: { 'If-Match': '"v1"' } });
    expect(deleted.status).toBe(204);
    expect((await ask('/tasks')).status).toBe(200);
    const [second, ...others] = await projects();
    expect([second?.id === first?.id, others]).toEqual([false, []]);
  });

  it('is not made for a credential that is for other projects', async () => {
    const { id, ask, projects } = await newcomer();
    const team = await newTeam();
    await addMember(team.projectId, id, 'developer');
    const json = {
      name: 'narrow',
      projectIds: [team.projectId],
      scopes: ['tasks:read', 'tasks:write', 'projects:write'],
    };
    const made = await ask('/v1/tokens', { json });
    const { token } = await made.json<{ token: string }>();
    const headers = bearer(token);
    const task = await askRequired('/tasks', { headers, json: { description: 'x' } });
    const { taskId } = await task.json<{ taskId: string }>();
    expect((await getTask(taskId)).projectId).toBe(team.projectId);
    const project = await askRequired('/v1/projects', { headers, json: { name: 'x' } });
    expect(await refusalOf(project)).toEqual([403, 'scope_exceeds_yours']);
    expect((await projects()).map((shown) => shown.id)).toEqual([team.projectId]);
  });
});

describe('a credential for some environments', () => {
  it('sees and makes tasks there alone', async () => {
    const person = await signedIn();
    const { projectId } = person;
    const scopes = ['tasks:read', 'tasks:write', 'projects:read'];
    const json = { name: 'staging only', environments: ['staging'], scopes };
    const { token } = await (await person.ask('/v1/tokens', { json })).json<{ token: string }>();
    const headers = bearer(token);
    const other = await newTask({ projectId, environment: 'production' });
    const mine = await newTask({ projectId, environment: 'staging' });
    const ask = (path: string, init: RequestInit & { json?: unknown } = {}) =>
      askRequired(path, { ...init, headers: { ...headers, ...init.headers } });
    const { tasks } = await (await ask('/tasks')).json<TaskList>();
    expect(tasks.map(({ id }) => id)).toEqual([mine]);
    expect((await ask(`/tasks/${mine}`)).status).toBe(200);
    expect(await refusalOf(await ask(`/tasks/${other}`))).toEqual([403, 'environment_forbidden']);
    const within = { headers: { 'AeThex-Environment': 'production' } };
    for (const answer of [
      await ask('/tasks', within),
      await ask('/tasks', { json: { description: 'x' } }),
      await ask('/tasks', { json: { description: 'x', environment: 'production' } }),
      await ask('/v1/projects', within),
      await ask(`/v1/projects/${projectId}`, within),
    ]) {
      expect(await refusalOf(answer)).toEqual([403, 'environment_forbidden']);
    }
    const made = await ask('/tasks', { json: { description: 'x', environment: 'staging' } });
    expect(made.status).toBe(201);
  });
});
