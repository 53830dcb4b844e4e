// Creating and reading tasks: cases 7–11 and 16–20 of the conformance table, and the shapes.

import { describe, expect, it } from 'vitest';
import { AUTONOMIES, EFFORTS, PRIORITIES, Task } from '../../src/contract/task.ts';
import { ask } from './ask.ts';
import { getTask, newProject, newTask, read, send } from './world.ts';

const DESCRIPTION = 'Add a health check endpoint!';
const TASK_MEMBERS = [
  ...['id', 'projectId', 'environment', 'description', 'status', 'workflow', 'autonomy'],
  ...['priority', 'effort', 'branchName', 'attempt', 'retryCount', 'maxRetries'],
  ...['resumeAttempts', 'dependsOn', 'blockedBy', 'subtaskIds', 'stages', 'gates', 'createdAt'],
  ...['createdBy', 'updatedAt', 'usage', 'logs', 'artifacts', 'seq'],
];
const NO_USAGE = { inputTokens: 0, outputTokens: 0, totalTokens: 0, estimatedCost: 0 };

const refused = async (json: unknown) => {
  const { status, body } = await send('/tasks', json);
  return [status, body['code'], body['error']];
};

async function everyNull(value: unknown): Promise<string[]> {
  return [...JSON.stringify(value).matchAll(/"(\w+)":null/g)].map((match) => match[1] ?? '');
}

describe('creating a task', () => {
  it('case 7: is 201 with exactly the printed body', async () => {
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

  it('case 8: without a description is 400', async () => {
    for (const json of [{}, { description: '' }, { description: ' \n\t ' }]) {
      expect(await refused(json)).toEqual([400, 'invalid_request', 'Description is required']);
    }
  });

  it('case 9: keeps workflow, autonomy and acceptance criteria', async () => {
    const fields = { workflow: 'bugfix', autonomy: 'review-before-merge' };
    const given = { ...fields, acceptanceCriteria: 'It answers 200' };
    expect(await getTask(await newTask(given))).toMatchObject(given);
  });

  it('case 10: fills in the defaults, and says that it waits for a runner', async () => {
    const projectId = await newProject();
    const { body } = await send<{ taskId: string }>('/tasks', {
      description: DESCRIPTION,
      projectId,
    });
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
  });

  it('case 16: id and branch name follow the formula, and two tasks never share one', async () => {
    const [first, second] = await Promise.all([
      newTask({ description: DESCRIPTION }),
      newTask({ description: DESCRIPTION }),
    ]);
    const [one, two] = [await getTask(first), await getTask(second)];
    for (const { id, branchName } of [one, two]) {
      const [, millis = '', random = ''] = id.split('_');
      const slug = 'add-a-health-check-endpoint';
      expect(branchName).toBe(`apex/${millis}${random.slice(0, 4)}-${slug}`);
      expect(Math.abs(Number.parseInt(millis, 36) - Date.now())).toBeLessThan(60_000);
    }
    expect(one.branchName).not.toBe(two.branchName);
  });

  it.each([
    ['$(touch F); `id`', 'touch-f-id'],
    ['Größe ändern', 'gre-ndern'],
    ['日本語', 'task'],
    [`${'ab '.repeat(16)}xx-yy`, `${'ab-'.repeat(16)}xx`],
    ['__A__b--C  d__', 'a-b-c-d'],
  ])('case 16: the slug of %j', async (description, slug) => {
    const { branchName } = await getTask(await newTask({ description }));
    expect(branchName.replace(/^apex\/[0-9a-z]+-/, '')).toBe(slug);
  });

  it.each([
    ['case 17', '{"description":'],
    ['case 17', 'null'],
    ['case 17', '[{"description":"x"}]'],
    ['case 18', ''],
  ])('%s: the body %j is 400', async (_case, body) => {
    const headers = { 'Content-Type': 'application/json' };
    expect((await ask('/tasks', { method: 'POST', body, headers })).status).toBe(400);
  });

  it('case 19: a wrong type is 400 and names the field', async () => {
    expect(await refused({ description: 123 })).toEqual([
      400,
      'invalid_request',
      'Description must be a string',
    ]);
    for (const [field, value] of [
      ['acceptanceCriteria', 1],
      ['workflow', {}],
      ['autonomy', 7],
      ['priority', true],
      ['effort', []],
      ['maxRetries', 11],
      ['maxRetries', -1],
      ['maxRetries', 'x'],
      ['metadata', 'x'],
      ['metadata', { x: 'y'.repeat(16_385) }],
      ['description', 'x'.repeat(20_001)],
      ['acceptanceCriteria', 'x'.repeat(20_001)],
      ['dependsOn', 'task_x'],
    ] as const) {
      const { status, body } = await send('/tasks', { description: 'x', [field]: value });
      expect([field, status]).toEqual([field, 400]);
      expect(body['errors']).toMatchObject([{ path: field }]);
    }
  });

  it('counts the characters of a description after trimming it', async () => {
    const description = ` \n${'x'.repeat(20_000)}\t `;
    expect((await getTask(await newTask({ description }))).description).toBe(description.trim());
  });

  it('case 20: a body over 1 MiB is 413', async () => {
    const { status } = await send('/tasks', { description: 'x', pad: 'x'.repeat(1_048_576) });
    expect(status).toBe(413);
  });

  it('refuses a value outside an enum with the list of values', async () => {
    for (const [field, name, values] of [
      ['autonomy', 'Autonomy', AUTONOMIES],
      ['priority', 'Priority', PRIORITIES],
      ['effort', 'Effort', EFFORTS],
    ] as const) {
      const message = `${name} must be one of: ${values.join(', ')}`;
      for (const value of ['bogus', '', null, 1]) {
        const given = { description: 'x', [field]: value };
        expect(await refused(given)).toEqual([400, 'invalid_request', message]);
      }
    }
  });

  it('refuses an unknown workflow and names those there are', async () => {
    for (const workflow of ['docs', '', '__proto__x', 'toString', 'constructor']) {
      const { status, body } = await send('/tasks', { description: 'x', workflow });
      expect([status, body['code'], body['error']]).toEqual([
        400,
        'unknown_workflow',
        `Unknown workflow: ${workflow}`,
      ]);
      expect(body['workflows']).toEqual(['feature', 'bugfix', 'refactor']);
    }
  });

  it('ignores fields that it does not know', async () => {
    await newTask({ projectPath: '/tmp/x', id: 'task_0_0', status: 'completed' });
  });

  it('a refused create leaves nothing behind', async () => {
    const projectId = await newProject();
    for (const json of [{}, { description: 1 }, { description: 'x', workflow: 'nope' }]) {
      expect((await send('/tasks', { projectId, ...json })).status).toBe(400);
    }
    const { body } = await read(`/tasks?projectId=${projectId}&total=true`);
    expect(body).toEqual({ tasks: [], count: 0, total: 0 });
  });
});

describe('reading a task', () => {
  it('has all members that it always has, none that is null, and no prompt', async () => {
    const task = await getTask(await newTask());
    for (const member of TASK_MEMBERS) expect(task).toHaveProperty(member);
    const optional = ['waitingFor', 'waitingDetail'];
    expect(Object.keys(task).sort()).toEqual([...TASK_MEMBERS, ...optional].sort());
    expect(await everyNull(task)).toEqual([]);
    expect(JSON.stringify(task)).not.toMatch(/prompt|conversation|projectPath/);
    expect(Task.parse(task)).toEqual(task);
    expect(
      task.stages.map(({ name, agent, status, attempts }) => [name, agent, status, attempts]),
    ).toEqual([
      ['planning', 'planner', 'pending', 0],
      ['architecture', 'architect', 'pending', 0],
      ['implementation', 'developer', 'pending', 0],
      ['testing', 'tester', 'pending', 0],
      ['review', 'reviewer', 'pending', 0],
    ]);
  });

  it('case 11: what is no task is 404 with one text', async () => {
    const ids = [
      ...['non-existent-id', 'task_0_00000000000000000000', 'x'.repeat(5_000), '日本語', '%00'],
      ...['..%2f..%2fconfig', 'task_x_00000000000000000000%2fgates', "';DROP TABLE tasks;--"],
      ...['TASK_0_00000000000000000000', 'task_0_0000000000000000000G', 'a.b', '*', '0'],
    ];
    for (const id of ids) {
      const { status, body } = await read(`/tasks/${id}`);
      expect([id, status, body['error'], body['code']]).toEqual([
        id,
        404,
        'Task not found',
        'not_found',
      ]);
    }
  });

  it('the fixed words are no ids', async () => {
    for (const word of ['trash/gates', 'paused/cancel', 'archived/log']) {
      expect((await read(`/tasks/${word}`)).status).toBe(404);
    }
  });
});
