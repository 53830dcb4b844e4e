// What people say to the agent at work.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/contract/lease.ts';
import { ask } from './ask.ts';
import { newLeasedWorld, newWorkingWorld } from './leased-world.ts';
import { newMember } from './people.ts';
import { newSession } from './session-world.ts';
import {
  allEvents,
  claimOne,
  eventually,
  getTask,
  type Holder,
  newProject,
  newTask,
  send,
  taskStub,
} from './world.ts';

const post = (taskId: string, text: unknown, token?: string) =>
  send(`/tasks/${taskId}/messages`, { text }, token === undefined ? {} : { token });
const said = async (holder: Holder, fields: Record<string, unknown> = {}) => {
  const { body } = await holder.beat({ workId: holder.grant.work.workId, ...fields });
  return (body['commands'] as readonly Command[]).filter(({ type }) => type === 'message');
};

describe('a message', () => {
  it('reaches the runner as a command until it is acknowledged', async () => {
    const { taskId, holder } = await newWorkingWorld();
    const { status, body } = await post(taskId, '  Mind the tests.  ');
    expect([status, body]).toEqual([201, { messageId: expect.stringMatching(/^msg_/) }]);
    const command = {
      id: `cmd_${body['messageId']}`,
      type: 'message',
      at: expect.any(String),
      data: { text: 'Mind the tests.', from: expect.any(String) },
    };
    expect(await said(holder)).toEqual([command]);
    await evictDurableObject(taskStub(taskId));
    expect(await said(holder)).toEqual([command]);
    expect(await said(holder, { acks: [command.id] })).toEqual([]);
    expect(await said(holder)).toEqual([]);
  });

  it('is pushed over an open session at once', async () => {
    const { taskId, session } = await newSession();
    await post(taskId, 'Stop at the first fault.');
    expect(await session.hear('command')).toMatchObject({ type: 'message', t: 'command' });
  });

  it('stands in the prompt of the next stage, and of no later one', async () => {
    const { taskId, holder } = await newWorkingWorld();
    await post(taskId, 'Use no mocks.');
    const { body } = await holder.result(holder.grant.work.workId);
    if (body.next.do !== 'work') throw new Error('No work');
    expect(body.next.work.agent?.prompt).toMatch(/What people have said\n\n- .*: Use no mocks\./);
    expect(await said(holder, { workId: body.next.work.workId })).toEqual([]);
    const later = await holder.result(body.next.work.workId);
    if (later.body.next.do !== 'work') throw new Error('No work');
    expect(later.body.next.work.agent?.prompt).not.toContain('Use no mocks.');
  });

  it('that was read by a stage that failed is read by its next try', async () => {
    const { runner, holder } = await newWorkingWorld({ workflow: 'bugfix' });
    const { taskId } = holder;
    await holder.release();
    await post(taskId, 'Look at the cache.');
    const again = await claimOne(runner);
    expect(again.grant.work.agent?.prompt).toContain('Look at the cache.');
    await again.release();
    expect((await claimOne(runner)).grant.work.agent?.prompt).toContain('Look at the cache.');
  });

  it('answers a task that is paused for input, which goes on and has the answer', async () => {
    const { taskId, runner, holder } = await newWorkingWorld();
    await holder.result(holder.grant.work.workId, { outcome: 'needs-input', question: 'Which?' });
    expect(await getTask(taskId)).toMatchObject({ status: 'paused', pauseReason: 'input' });
    expect((await post(taskId, 'The second.')).status).toBe(201);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued' });
    expect((await claimOne(runner)).grant.work.agent?.prompt).toContain('The second.');
  });

  it('resumes no other pause, and is no business of a task that has ended', async () => {
    const { taskId } = await newWorkingWorld();
    await send(`/tasks/${taskId}/pause`);
    expect((await post(taskId, 'hello')).status).toBe(201);
    expect(await getTask(taskId)).toMatchObject({ status: 'paused', pauseReason: 'manual' });
    await send(`/tasks/${taskId}/cancel`);
    expect(await post(taskId, 'hello')).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition' },
    });
  });

  it('is a person’s: an agent, its runner and a viewer say nothing', async () => {
    const { projectId, taskId, runner, holder } = await newLeasedWorld();
    const viewer = await newMember(projectId, 'viewer');
    const before = (await getTask(taskId)).seq;
    const codes = await Promise.all(
      [holder.grant.agentToken, runner.token, viewer.token].map(
        async (token) => (await post(taskId, 'Approve it.', token)).body['code'],
      ),
    );
    expect(codes).toEqual(['agent_forbidden', 'human_required', 'role_too_low']);
    expect((await getTask(taskId)).seq).toBe(before);
  });

  it('has a limit in length and in number, and a secret in it is masked', async () => {
    const taskId = await newTask({ projectId: await newProject() });
    for (const text of ['', '   ', 'x'.repeat(10_001), 7]) {
      expect((await post(taskId, text)).status).toBe(400);
    }
    await post(taskId, `the key is ghp_${'b'.repeat(36)}`);
    await eventually(async () => JSON.stringify(await allEvents(taskId))).toContain('[redacted:');
    expect(JSON.stringify(await allEvents(taskId))).not.toContain('ghp_bbb');
    for (let n = 1; n < 20; n += 1) expect((await post(taskId, `${n}`)).status).toBe(201);
    expect(await post(taskId, 'one more')).toMatchObject({
      status: 409,
      body: { code: 'limit_reached' },
    });
  });

  it('sent again under its Idempotency-Key is said once', async () => {
    const { taskId } = await newWorkingWorld();
    const again = async () => {
      const headers = { 'Idempotency-Key': 'say-it-once' };
      const answer = await ask(`/tasks/${taskId}/messages`, { json: { text: 'Once.' }, headers });
      return answer.json();
    };
    expect(await again()).toEqual(await again());
    const types = (await allEvents(taskId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'task:message')).toHaveLength(1);
  });
});
