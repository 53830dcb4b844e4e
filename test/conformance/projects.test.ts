// §2: every route of a project works on the default one unless `projectId`, in the query or the body, says otherwise.

import { describe, expect, it } from 'vitest';
import { LOCAL_PROJECT_ID } from '../../src/contract/id.ts';
import { ask } from '../worker/ask.ts';
import { getTask, newProject, newTask, read, send } from '../worker/world.ts';
import { refusal } from './checks.ts';
import { act } from './states.ts';

const TEMPLATE = { name: 'n', description: 'd', workflow: 'feature' };
const WRONG = ['prj_0000000000000000000000000z', 'x', ''];
const trashedIn = async (projectId: string) =>
  (await read<{ count: number }>(`/tasks/trashed?projectId=${projectId}`)).body.count;

describe('projectId', () => {
  it('is the default project unless it is said', async () => {
    expect((await getTask(await newTask())).projectId).toBe(LOCAL_PROJECT_ID);
  });

  it('of a new task stands in the body or in the query', async () => {
    const projectId = await newProject();
    const json = { description: 'x' };
    for (const [path, body] of [
      ['/tasks', { ...json, projectId }],
      [`/tasks?projectId=${projectId}`, json],
    ] as const) {
      const { body: made } = await send<{ taskId: string }>(path, body);
      expect([path, (await getTask(made.taskId)).projectId]).toEqual([path, projectId]);
    }
  });

  it('of a new template stands in the body or in the query', async () => {
    const projectId = await newProject();
    for (const [path, body] of [
      ['/templates', { ...TEMPLATE, projectId }],
      [`/templates?projectId=${projectId}`, TEMPLATE],
    ] as const) {
      const { body: made } = await send<{ id: string }>(path, body);
      const found = await read(`/templates/${made.id}?projectId=${projectId}`);
      expect([path, found.status]).toEqual([path, 200]);
    }
  });

  it('of a template that is changed or deleted stands in the query or in the body', async () => {
    const projectId = await newProject();
    for (const place of ['query', 'body']) {
      const { body: made } = await send<{ id: string }>('/templates', { ...TEMPLATE, projectId });
      for (const method of ['PUT', 'DELETE']) {
        const query = place === 'query' ? `?projectId=${projectId}` : '';
        const json = { name: 'Other', ...(place === 'body' ? { projectId } : {}) };
        const { status } = await send(`/templates/${made.id}${query}`, json, { method });
        expect([place, method, status]).toEqual([place, method, 200]);
      }
    }
  });

  it('of the trash stands in the query or in the body: no other trash is emptied', async () => {
    for (const place of ['query', 'body']) {
      const projectId = await newProject();
      for (const fields of [{ projectId }, {}]) await act(await newTask(fields), 'trash');
      const kept = await trashedIn(LOCAL_PROJECT_ID);
      const { body } = await (place === 'query'
        ? send(`/tasks/trash?projectId=${projectId}`, {}, { method: 'DELETE' })
        : send('/tasks/trash', { projectId }, { method: 'DELETE' }));
      expect([place, body]).toMatchObject([place, { deletedCount: 1 }]);
      expect([await trashedIn(projectId), await trashedIn(LOCAL_PROJECT_ID)]).toEqual([0, kept]);
    }
  });

  it('of a project that is not there is 404, for every route that takes it', async () => {
    for (const projectId of WRONG) {
      for (const path of [
        ...['/tasks', '/tasks/paused', '/tasks/trashed', '/tasks/archived', '/templates'],
        ...['/agents', '/agents/planner', '/workflows', '/config', '/daemon/health'],
      ]) {
        const answer = await refusal(`${path}?projectId=${projectId}`);
        expect([path, answer.status, answer.code]).toEqual([path, 404, 'not_found']);
      }
      for (const [path, json] of [
        ['/tasks', { description: 'x' }],
        ['/templates', TEMPLATE],
      ] as const) {
        expect((await refusal(path, { json: { ...json, projectId } })).status).toBe(404);
      }
    }
  });
});

describe('a text', () => {
  it.each(['\\u0000', '\\ud800', '\\u202e', '\\ufeff', '\\u2028', '😀'])(
    'with %s in it is taken or refused, never a fault of the server',
    async (character) => {
      const post = (path: string, field: string, rest = '') =>
        ask(path, {
          method: 'POST',
          body: `{"${field}":"a${character}b"${rest}}`,
          headers: { 'Content-Type': 'application/json' },
        });
      const projectId = await newProject();
      const made = await post('/tasks', 'description', `,"projectId":"${projectId}"`);
      expect([201, 400]).toContain(made.status);
      const taskId = await newTask({ projectId });
      for (const answer of [
        await post(`/tasks/${taskId}/log`, 'message'),
        await post(`/tasks/${taskId}/status`, 'message', ',"status":"in-progress"'),
        await post('/templates', 'name', ',"description":"d","workflow":"w"'),
        await post(`/tasks/${taskId}/pause`, 'reason'),
      ]) {
        expect([200, 201, 400]).toContain(answer.status);
      }
      const { body } = await read<{ count: number }>(`/tasks?projectId=${projectId}`);
      expect(body.count).toBe(made.status === 201 ? 2 : 1);
      expect((await getTask(taskId)).id).toBe(taskId);
    },
  );
});
