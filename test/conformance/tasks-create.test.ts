// Cases 7–10 and 16–20: creating a task.

import { describe, expect, it } from 'vitest';
import { AUTONOMIES, EFFORTS, PRIORITIES } from '../../src/contract/task.ts';
import { ask } from '../worker/ask.ts';
import { getTask, newProject, newTask, read, send } from '../worker/world.ts';
import { JSON_TYPE, NO_USAGE, refusal } from './checks.ts';

const DESCRIPTION = 'Add a health check endpoint!';
const create = (json: unknown) => refusal('/tasks', { json });

describe('creating a task', () => {
  it('7 is 201 with exactly the printed body, and says where the task is', async () => {
    const answer = await ask('/tasks', { json: { description: DESCRIPTION, workflow: 'feature' } });
    expect(answer.status).toBe(201);
    const body: { taskId: string } = await answer.json();
    expect(body).toEqual({
      taskId: expect.stringMatching(/^task_[0-9a-z]+_[0-9a-f]{20}$/),
      status: 'pending',
      message: 'Task created and execution started',
    });
    expect(answer.headers.get('Location')).toBe(`/tasks/${body.taskId}`);
  });

  it('8 without a description is 400', async () => {
    for (const json of [
      {},
      { description: '' },
      { description: ' \n\t ' },
      { workflow: 'bugfix' },
    ]) {
      expect(await create(json)).toMatchObject({
        status: 400,
        code: 'invalid_request',
        error: 'Description is required',
        errors: [{ path: 'description', message: 'Description is required' }],
      });
    }
  });

  it('9 keeps workflow, autonomy and acceptance criteria', async () => {
    const fields = { workflow: 'bugfix', autonomy: 'review-before-merge' };
    const given = { ...fields, acceptanceCriteria: 'It answers 200' };
    expect(await getTask(await newTask(given))).toMatchObject(given);
  });

  it('10 fills in the defaults, and says that it waits for a runner', async () => {
    const projectId = await newProject();
    const json = { description: DESCRIPTION, projectId };
    const { body } = await send<{ taskId: string }>('/tasks', json);
    const task = await getTask(body.taskId);
    expect(task).toMatchObject({
      id: body.taskId,
      projectId,
      environment: 'development',
      description: DESCRIPTION,
      status: 'queued',
      waitingFor: 'runner',
      workflow: 'feature',
      autonomy: 'review-before-merge',
      priority: 'normal',
      effort: 'medium',
      attempt: 1,
      retryCount: 0,
      maxRetries: 3,
      resumeAttempts: 0,
      dependsOn: [],
      blockedBy: [],
      subtaskIds: [],
      logs: [],
      artifacts: [],
      usage: NO_USAGE,
    });
    expect(task).not.toHaveProperty('acceptanceCriteria');
  });

  it('10 the autonomy is that of the config, and of its workflow where there is one', async () => {
    const overrides = { bugfix: 'full' };
    const projectId = await newProject({ autonomy: { default: 'manual', overrides } });
    for (const [workflow, autonomy] of [
      ['feature', 'manual'],
      ['bugfix', 'full'],
    ]) {
      const json = { description: 'x', projectId, workflow };
      const { body } = await send<{ taskId: string }>('/tasks', json);
      expect((await getTask(body.taskId)).autonomy).toBe(autonomy);
    }
  });

  it('16 id and branch name follow the formula, and two tasks never share one', async () => {
    const ids = await Promise.all(
      Array.from({ length: 8 }, () => newTask({ description: DESCRIPTION })),
    );
    const tasks = await Promise.all(ids.map((id) => getTask(id)));
    for (const { id, branchName } of tasks) {
      expect(id).toMatch(/^task_[0-9a-z]+_[0-9a-f]{20}$/);
      const [, millis = '', random = ''] = id.split('_');
      const slug = 'add-a-health-check-endpoint';
      expect(branchName).toBe(`apex/${millis}${random.slice(0, 4)}-${slug}`);
      expect(Math.abs(Number.parseInt(millis, 36) - Date.now())).toBeLessThan(60_000);
    }
    expect(new Set(tasks.map(({ branchName }) => branchName)).size).toBe(8);
  });

  it('16 the prefix of a branch is the one of the config', async () => {
    const projectId = await newProject({ git: { branchPrefix: 'work/' } });
    expect((await getTask(await newTask({ projectId }))).branchName).toMatch(/^work\/[0-9a-z]+-/);
  });

  it.each([
    ['$(touch F); `id`', 'touch-f-id'],
    ['Größe ändern', 'gre-ndern'],
    ['日本語', 'task'],
    ['---', 'task'],
    [`${'ab '.repeat(16)}xx-yy`, `${'ab-'.repeat(16)}xx`],
    [`${'x'.repeat(49)} yz`, 'x'.repeat(49)],
    ['__A__b--C  d__', 'a-b-c-d'],
    ['fix: login\n\tpage #12', 'fix-login-page-12'],
  ])('16 the slug of %j', async (description, slug) => {
    const { branchName } = await getTask(await newTask({ description }));
    expect(branchName.replace(/^apex\/[0-9a-z]+-/, '')).toBe(slug);
  });

  it.each(['{"description":', 'null', '[{"description":"x"}]', '"x"', '7', '{"a":1}x'])(
    '17 the body %j is 400',
    async (body) => {
      const answer = await refusal('/tasks', { method: 'POST', body, headers: JSON_TYPE });
      expect(answer).toMatchObject({ status: 400, code: 'invalid_json' });
    },
  );

  it('18 without a body it is 400, with a content type and without one', async () => {
    for (const init of [{ body: '', headers: JSON_TYPE }, { headers: JSON_TYPE }, {}]) {
      expect(await refusal('/tasks', { method: 'POST', ...init })).toMatchObject({
        ...{ status: 400, error: 'Description is required' },
      });
    }
  });

  it('19 a wrong type is 400 and names the field', async () => {
    for (const description of [123, true, {}, [], null]) {
      expect(await create({ description })).toMatchObject({
        status: 400,
        code: 'invalid_request',
        error: 'Description must be a string',
        errors: [{ path: 'description', message: 'Description must be a string' }],
      });
    }
    for (const [field, error] of [
      ['acceptanceCriteria', 'AcceptanceCriteria must be a string'],
      ['workflow', 'Workflow must be a string'],
    ]) {
      expect(await create({ description: 'x', [field ?? '']: 1 })).toMatchObject({
        ...{ status: 400, error, errors: [{ path: field }] },
      });
    }
  });

  it('20 a body over 1 MiB is 413, one of 1 MiB is read', async () => {
    const padded = (bytes: number) => {
      const empty = JSON.stringify({ pad: '' }).length;
      return { method: 'POST', body: JSON.stringify({ pad: 'x'.repeat(bytes - empty) }) };
    };
    const headers = JSON_TYPE;
    expect(await refusal('/tasks', { ...padded(1_048_577), headers })).toMatchObject({
      ...{ status: 413, code: 'too_large' },
    });
    expect(await refusal('/tasks', { ...padded(1_048_576), headers })).toMatchObject({
      ...{ status: 400, error: 'Description is required' },
    });
  });
});

describe('the enums of a task', () => {
  it.each([
    ['autonomy', 'Autonomy', AUTONOMIES],
    ['priority', 'Priority', PRIORITIES],
    ['effort', 'Effort', EFFORTS],
  ] as const)('%s has its values and refuses all others', async (field, name, values) => {
    for (const value of values) {
      expect(await getTask(await newTask({ [field]: value }))).toMatchObject({ [field]: value });
    }
    const error = `${name} must be one of: ${values.join(', ')}`;
    for (const value of ['bogus', '', ' ', values[0].toUpperCase(), null, 1, true, [values[0]]]) {
      expect(await create({ description: 'x', [field]: value })).toMatchObject({
        ...{
          status: 400,
          code: 'invalid_request',
          error,
          errors: [{ path: field, message: error }],
        },
      });
    }
  });

  it('an unknown workflow is 400 and names those there are', async () => {
    for (const workflow of ['docs', 'test', '', 'Feature', 'toString', '__proto__x']) {
      expect(await create({ description: 'x', workflow })).toMatchObject({
        status: 400,
        code: 'unknown_workflow',
        error: `Unknown workflow: ${workflow}`,
        workflows: ['feature', 'bugfix', 'refactor'],
      });
    }
  });

  it('a refused create leaves nothing behind', async () => {
    const projectId = await newProject();
    for (const json of [{}, { description: 1 }, { description: 'x', workflow: 'nope' }]) {
      expect(await create({ projectId, ...json })).toMatchObject({ status: 400 });
    }
    const { body } = await read(`/tasks?projectId=${projectId}&total=true`);
    expect(body).toEqual({ tasks: [], count: 0, total: 0 });
  });
});
