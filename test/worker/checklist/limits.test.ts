// OWASP AISVS 1.0, C9.1: how far agents can go before something stops them that is none of theirs.

import { describe, expect, it } from 'vitest';
import { decompose, execute, newFamily, plain, split } from '../../conformance/family.ts';
import { ask } from '../ask.ts';
import { later, newLeasedWorld, ring, stopTheClock } from '../leased-world.ts';
import {
  allEvents,
  claimOne,
  configure,
  eventually,
  getGate,
  getTask,
  type Holder,
  newProject,
  newTask,
  newTestRunner,
  read,
  send,
  typesOf,
} from '../world.ts';
import { newApprovalWorld, told } from './approval-world.ts';

const countOf = async (projectId: string) =>
  (await read<{ count: number }>(`/tasks?projectId=${projectId}`)).body.count;

describe('9.1.1 an execution has limits: depth, fan-out, concurrency, time', () => {
  it('three levels of subtasks, and no fourth, though an agent asks for it', async () => {
    const projectId = await newProject();
    let last = await newTask({ projectId });
    for (const name of ['Child', 'Grandchild', 'Great-grandchild']) {
      const [id = ''] = await split(last, plain(name));
      last = id;
    }
    expect(told(await decompose(last, plain('Deeper')))).toEqual([409, 'too_many_subtasks']);
    expect(await countOf(projectId)).toBe(4);
  });

  it('fifty subtasks of a task, at once or one after the other', async () => {
    const taskId = await newTask();
    const names = (count: number) => plain(...Array.from({ length: count }, (_, n) => `Part ${n}`));
    expect((await decompose(taskId, names(51))).status).toBe(400);
    expect((await decompose(taskId, names(49))).status).toBe(200);
    expect((await decompose(taskId, plain('The fiftieth'))).status).toBe(200);
    expect(told(await decompose(taskId, plain('One more')))).toEqual([409, 'too_many_subtasks']);
    const { body } = await read<{ count: number }>(`/tasks/${taskId}/subtasks`);
    expect(body.count).toBe(50);
  });

  it('so many at work in a project, however many runners ask at once', async () => {
    const projectId = await newProject({ limits: { maxConcurrentTasks: 2 } });
    for (let n = 0; n < 5; n += 1) await newTask({ projectId });
    const runners = await Promise.all(Array.from({ length: 4 }, () => newTestRunner(projectId)));
    const answers = await Promise.all(runners.map((runner) => runner.claim({ slots: 4 })));
    expect(answers.flatMap(({ body }) => body.grants)).toHaveLength(2);
    const { queue } = (await runners[0]?.claim({ slots: 4 }))?.body ?? {};
    expect(queue).toMatchObject({ claimable: 0, waiting: { concurrency: 3 } });
  });

  it('fifty questions to people, and a log line of so many bytes', async () => {
    const { asAgent, holder } = await newApprovalWorld();
    for (let n = 0; n < 50; n += 1) await asAgent({ name: `ask.${n}`, blocking: false });
    const more = await asAgent({ name: 'more', blocking: false });
    expect(told(more)).toEqual([409, 'too_many_gates']);
    const entry = { n: 1, type: 'log:entry', data: { message: 'x'.repeat(70_000) } };
    expect(told(await holder.events([entry]))).toEqual([400, 'invalid_event']);
  });
});

/** The runner beats as long as it is let, and its task looks at the clock. */
async function beatUntilRefused(holder: Holder, minutesMax: number): Promise<number> {
  for (let minute = 1; minute <= minutesMax; minute += 1) {
    later(60_000);
    const { status } = await holder.beat({ workId: holder.grant.work.workId });
    if (status !== 200) return minute;
    await ring(holder.taskId);
  }
  return Number.POSITIVE_INFINITY;
}

/** Nothing that this holder or its agent sends is taken any more. */
async function expectOver({ taskId, grant, events, beat, result }: Holder) {
  const token = grant.agentToken;
  const before = await getTask(taskId);
  const entry = { n: 1, type: 'log:entry', data: { message: 'still here' } };
  for (const answer of [await events([entry]), await beat(), await result(grant.work.workId)]) {
    expect(told(answer)).toEqual([409, 'stale_epoch']);
  }
  for (const [path, json] of [
    ['status', { status: 'in-progress' }],
    ['log', { message: 'still here' }],
    ['gates', { name: 'push', action: { type: 'custom', target: { name: 'x' }, params: {} } }],
  ] as const) {
    const { status } = await send(`/tasks/${taskId}/${path}`, json, { token });
    expect([path, status >= 400 && status < 500]).toEqual([path, true]);
  }
  expect(await getTask(taskId)).toEqual(before);
}

describe('9.1.3 a breaker ends the execution, whatever the agent does', () => {
  stopTheClock();

  it('a stage past its timeout is taken from a runner that beats and logs on', async () => {
    const { taskId, holder } = await newLeasedWorld({ workflow: 'bugfix', autonomy: 'full' });
    const minutes = await beatUntilRefused(holder, 90);
    // An hour, and two graces in which its runner ends it by itself.
    expect(minutes).toBeGreaterThanOrEqual(60);
    expect(minutes).toBeLessThanOrEqual(63);
    expect((await getTask(taskId)).lease).toBeUndefined();
    await expectOver(holder);
  }, 60_000);

  it('a cancel is an end at once, and a pause after its grace', async () => {
    const cancelled = await newLeasedWorld({ workflow: 'bugfix' });
    await cancelled.holder.beat();
    await send(`/tasks/${cancelled.taskId}/cancel`);
    await expectOver(cancelled.holder);
    expect((await getTask(cancelled.taskId)).status).toBe('cancelled');

    const paused = await newLeasedWorld({ workflow: 'bugfix' });
    await paused.holder.beat();
    await send(`/tasks/${paused.taskId}/pause`);
    later(31_000);
    await ring(paused.taskId);
    await expectOver(paused.holder);
    expect((await getTask(paused.taskId)).status).toBe('paused');
  });

  it('an agent of which nothing comes any more is stopped where the project says so', async () => {
    const limits = { stallMinutes: 2, onStall: 'pause' };
    const { taskId, holder } = await newLeasedWorld({ workflow: 'bugfix' }, { limits });
    await beatUntilRefused(holder, 4);
    expect(await getTask(taskId)).toMatchObject({ status: 'paused', pauseReason: 'stalled' });
    await expectOver(holder);
  });
});

describe('9.1.4 loops, exhaustion and partial failure come to an end', () => {
  stopTheClock();

  it('work that fails again and again fails the task after its tries', async () => {
    const projectId = await newProject({ limits: { maxRetries: 2, retryDelayMs: 1_000 } });
    const taskId = await newTask({ projectId, workflow: 'bugfix', autonomy: 'full' });
    const runner = await newTestRunner(projectId);
    let tries = 0;
    for (; (await getTask(taskId)).status !== 'failed' && tries < 20; tries += 1) {
      const { grants } = (await runner.claim()).body;
      const [grant] = grants;
      if (grant === undefined) {
        later(60_000);
        continue;
      }
      const error = { code: 'agent_exit', message: 'again', retryable: true };
      const { leaseId, epoch } = grant.lease;
      const path = `/tasks/${taskId}/work/${grant.work.workId}/result`;
      await send(path, { leaseId, epoch, outcome: 'failed', error }, runner);
    }
    expect(tries).toBeLessThan(20);
    expect((await getTask(taskId)).status).toBe('failed');
  });

  it('runners that are lost again and again fail it too, and none of them comes back', async () => {
    const limits = { leaseTtlSeconds: 15, retryDelayMs: 1_000, maxRetries: 2 };
    const projectId = await newProject({ limits });
    const taskId = await newTask({ projectId });
    const lost: Holder[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      later(60_000);
      const holder = await claimOne(await newTestRunner(projectId));
      await holder.beat();
      lost.push(holder);
      later(16_000);
      await ring(taskId);
    }
    expect(await getTask(taskId)).toMatchObject({ status: 'failed', error: 'runner_lost' });
    for (const holder of lost) await expectOver(holder);
  });

  it('tasks that would wait for each other are never made', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const circle = [
      { description: 'A', dependsOn: ['B'] },
      { description: 'B', dependsOn: ['A'] },
    ];
    expect(told(await decompose(taskId, circle))).toEqual([400, 'dependency_cycle']);
    expect(await countOf(projectId)).toBe(1);
  });

  it('one part that fails fails the whole, once, and the others are not begun', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two', 'Three'), {
      strategy: 'sequential',
    });
    await execute(parentId);
    await eventually(async () => (await getTask(ids[0] ?? '')).status).toBe('queued');
    for (const status of ['in-progress', 'failed']) {
      await send(`/tasks/${ids[0]}/status`, { status, error: 'broken' });
    }
    await eventually(async () => (await getTask(parentId)).status).toBe('failed');
    expect((await getTask(parentId)).error).toBe('1 subtask(s) failed');
    expect((await getTask(ids[2] ?? '')).status).toBe('pending');
    const ends = typesOf(await allEvents(parentId)).filter((type) => type === 'task:failed');
    expect(ends).toHaveLength(1);
  });
});

describe('9.1.5 policy is data with a strict form, and only ever tightened by who asks', () => {
  it.each([
    ['limits', { limits: { maxConcurrentTasks: -1 } }],
    ['limits', { limits: { leaseTtlSeconds: 1 } }],
    ['gates', { gates: [{ name: 'x', trigger: 'sometimes' }] }],
    ['gates', { gates: [{ name: 'x', trigger: 'before:merge', quorum: 0 }] }],
    ['gates', { gates: [{ name: 'budget', trigger: 'before:merge' }] }],
  ])(
    'a policy of %s that means nothing is refused, and nothing of it is kept',
    async (_, patch) => {
      const projectId = await newProject();
      const config = async () => (await ask(`/config?projectId=${projectId}`)).json();
      const before = await config();
      const json = { project: { testCommand: 'npm test' }, ...patch };
      const { status } = await send(`/config?projectId=${projectId}`, json, { method: 'PATCH' });
      expect(status).toBe(400);
      expect(await config()).toEqual(before);
    },
  );

  it('what an agent adds to the rule of a project makes it stricter, or is not there', async () => {
    const { asAgent } = await newApprovalWorld();
    const asked = { expiresInSeconds: 30 * 86_400, required: 1, preventSelfApproval: false };
    const { body } = await asAgent({ policy: asked });
    expect(body.policy?.expiresInSeconds).toBe(86_400);
    const strict = await asAgent({ name: 'deploy', policy: { required: 3, expiresInSeconds: 60 } });
    expect(strict.body.policy).toMatchObject({ required: 3, expiresInSeconds: 60 });
  });

  it('a gate keeps the policy that it has opened under', async () => {
    const { asAgent, seen, projectId, taskId } = await newApprovalWorld();
    await asAgent({ policy: { required: 2 } });
    const before = await seen();
    await configure(projectId, { gates: [{ name: 'push', trigger: 'before:merge', quorum: 1 }] });
    expect(await getGate(taskId, 'push')).toMatchObject({
      ...{ policy: { required: 2 }, policyHash: before.policyHash },
    });
  });
});
