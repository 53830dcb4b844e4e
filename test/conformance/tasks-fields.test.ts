// Creating a task: every further field that it takes, kept as given or refused.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import { getTask, newProject, newTask, read, send } from '../worker/world.ts';
import { refusal } from './checks.ts';

const create = (fields: Record<string, unknown>) =>
  refusal('/tasks', { json: { description: 'x', ...fields } });
const newTemplate = async (fields: Record<string, unknown> = {}) => {
  const json = { name: 'n', description: 'From the template', workflow: 'bugfix', ...fields };
  const { status, body } = await send<{ id: string }>('/templates', json);
  expect(status).toBe(201);
  return body.id;
};
const createdFrom = async (json: Record<string, unknown>) => {
  const { status, body } = await send<{ taskId: string }>('/tasks', json);
  expect(status).toBe(201);
  return getTask(body.taskId);
};

describe('the fields of a new task', () => {
  it.each([
    ['maxRetries', 0],
    ['maxRetries', 10],
    ['environment', 'production'],
    ['environment', 'staging'],
    ['environment', 'development'],
    ['metadata', { ticket: 'A-1', deep: [{ x: null }] }],
    ['requires', ['linux', 'gpu']],
    ['concurrency', { key: 'deploy', max: 1 }],
    ['acceptanceCriteria', 'a\n b '],
  ])('%s %j is kept', async (field, value) => {
    expect(await getTask(await newTask({ [field]: value }))).toMatchObject({ [field]: value });
  });

  it.each([
    ['maxRetries', 11],
    ['maxRetries', -1],
    ['maxRetries', 1.5],
    ['maxRetries', '3'],
    ['maxRetries', null],
    ['metadata', 'x'],
    ['metadata', []],
    ['metadata', null],
    ['environment', 'moon'],
    ['environment', 7],
    ['dependsOn', 'task_x'],
    ['dependsOn', {}],
    ['requires', 'linux'],
    ['concurrency', 'deploy'],
    ['limits', 7],
    ['templateId', 7],
    ['projectId', 7],
  ])('%s %j is 400 and names the field', async (field, value) => {
    expect(await create({ [field]: value })).toMatchObject({
      ...{ status: 400, code: 'invalid_request', errors: [{ path: field }] },
    });
  });

  it.each([
    [{ requires: [7] }, 'requires.0'],
    [{ dependsOn: [7] }, 'dependsOn.0'],
    [{ concurrency: { key: 'x' } }, 'concurrency.max'],
    [{ concurrency: { key: 'x', max: 0 } }, 'concurrency.max'],
    [{ concurrency: { max: 1 } }, 'concurrency.key'],
    [{ limits: { maxCostPerTask: -1 } }, 'limits.maxCostPerTask'],
    [{ limits: { maxCostPerTask: 'x' } }, 'limits.maxCostPerTask'],
  ])('%j is 400 and names %s', async (fields, path) => {
    expect(await create(fields)).toMatchObject({ status: 400, errors: [{ path }] });
  });

  it('limits may be lower than those of the config, never higher', async () => {
    const projectId = await newProject({ limits: { maxCostPerTask: 5 } });
    await newTask({ projectId, limits: { maxCostPerTask: 5, maxTokensPerTask: 1_000 } });
    expect(await create({ projectId, limits: { maxCostPerTask: 5.01 } })).toMatchObject({
      ...{ status: 400, errors: [{ path: 'limits.maxCostPerTask' }] },
    });
  });

  it('metadata may have 16 KiB when it is written, in bytes', async () => {
    const empty = JSON.stringify({ x: '' }).length;
    const metadata = { x: 'y'.repeat(16_384 - empty) };
    expect(await getTask(await newTask({ metadata }))).toMatchObject({ metadata });
    const over = { x: `${metadata.x}y` };
    expect(await create({ metadata: over })).toMatchObject({ errors: [{ path: 'metadata' }] });
    const wide = { x: '語'.repeat(6_000) };
    expect(await create({ metadata: wide })).toMatchObject({ errors: [{ path: 'metadata' }] });
  });

  it('dependsOn names tasks of the project, at most 50', async () => {
    const projectId = await newProject();
    const first = await newTask({ projectId });
    const task = await getTask(await newTask({ projectId, dependsOn: [first] }));
    expect(task).toMatchObject({
      ...{ status: 'pending', waitingFor: 'dependency', dependsOn: [first], blockedBy: [first] },
    });
    const foreign = await newTask();
    for (const id of [newTaskId(Date.now()), 'x', '', foreign]) {
      const answer = await create({ projectId, dependsOn: [first, id] });
      expect(answer).toMatchObject({ status: 400, code: 'unknown_dependency' });
    }
    expect(await create({ dependsOn: Array(51).fill(first) })).toMatchObject({
      ...{ status: 400, errors: [{ path: 'dependsOn' }] },
    });
    const { body } = await read(`/tasks?projectId=${projectId}&total=true`);
    expect(body['total']).toBe(2);
  });

  it('a project that is not there is 404', async () => {
    for (const projectId of ['prj_0000000000000000000000000z', 'x', '']) {
      expect(await create({ projectId })).toMatchObject({ status: 404, code: 'not_found' });
    }
  });

  it('a template fills what the body leaves out', async () => {
    const rest = { priority: 'urgent', effort: 'xl', acceptanceCriteria: 'All green' };
    const templateId = await newTemplate({ ...rest, tags: ['a'] });
    const filled = { description: 'From the template', workflow: 'bugfix', ...rest };
    expect(await createdFrom({ templateId })).toMatchObject(filled);
    const own = { description: 'My own', workflow: 'refactor', priority: 'low', effort: 'xs' };
    expect(await createdFrom({ templateId, ...own })).toMatchObject({ ...rest, ...own });
  });

  it('the workflow of a template is checked when it is used', async () => {
    const templateId = await newTemplate({ workflow: 'docs' });
    expect(await refusal('/tasks', { json: { templateId } })).toMatchObject({
      ...{ status: 400, code: 'unknown_workflow', error: 'Unknown workflow: docs' },
    });
    expect(await createdFrom({ templateId, workflow: 'bugfix' })).toMatchObject({
      ...{ description: 'From the template', workflow: 'bugfix' },
    });
  });

  it('a template that is not there is refused, and a blank description is none', async () => {
    for (const templateId of ['template_0_00000000000000000000', 'x', '']) {
      expect(await create({ templateId })).toMatchObject({
        ...{ status: 400, errors: [{ path: 'templateId' }] },
      });
    }
    const templateId = await newTemplate();
    expect(await create({ templateId, description: ' ' })).toMatchObject({
      ...{ status: 400, error: 'Description is required' },
    });
  });

  it('fields that it does not know are ignored', async () => {
    const task = await getTask(
      await newTask({ projectPath: '/tmp/x', id: 'task_0_0', status: 'completed', usage: 9 }),
    );
    expect(task.status).toBe('queued');
    expect(task.id).not.toBe('task_0_0');
    expect(task).not.toHaveProperty('projectPath');
  });
});
