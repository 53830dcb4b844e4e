// A stage that runs again begins without what was asked for, or agreed to, in the run before.

import { describe, expect, it } from 'vitest';
import { newAskingWorld, push } from './gate-world.ts';
import { allEvents, getTask, read } from './world.ts';

/** The agent may push and waits for a deploy; its stage has ended, and a person sends it back. */
async function newSentBack() {
  const world = await newAskingWorld({ autonomy: 'manual' });
  const { asAgent, person, seen, holder } = world;
  await asAgent({ blocking: false });
  await person('approve');
  const approved = await seen();
  const waiting = await asAgent({ name: 'deploy', action: push('c'.repeat(40)), blocking: false });
  const { body } = await holder.result(holder.grant.work.workId, { summary: 'looked into it' });
  const stage = holder.grant.work.stage;
  expect(body.next).toMatchObject({ do: 'hold', gates: [{ name: stage }] });
  expect((await person('request-changes', { comment: 'Not this way' }, stage)).status).toBe(200);
  return { ...world, approved, waiting: waiting.body };
}

describe('changes that are requested at a stage', () => {
  it('cancel what was asked for in it, and say why', async () => {
    const { taskId, approved, waiting } = await newSentBack();
    for (const { id } of [approved, waiting]) {
      const { body } = await read(`/tasks/${taskId}/gates/${id}`);
      expect(body).toMatchObject({ status: 'not-required', state: 'cancelled' });
    }
    const cancelled = (await allEvents(taskId)).flatMap((event) =>
      event.type === 'gate:cancelled' ? [event.data] : [],
    );
    expect(cancelled.map(({ gateId, reason, byId }) => [gateId, reason, byId])).toEqual([
      [approved.id, 'stage_rerun', 'usr_local'],
      [waiting.id, 'stage_rerun', 'usr_local'],
    ]);
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress' });
  });

  it('leave nothing behind that may be used in the next run: people are asked again', async () => {
    const { approved, consume, asAgent, person } = await newSentBack();
    expect(await consume(approved)).toMatchObject({
      ...{ status: 409, body: { code: 'gate_not_approved', state: 'cancelled' } },
    });
    const again = await asAgent();
    expect([again.status, again.body.instance, again.body.state]).toEqual([201, 2, 'pending']);
    expect(await person('approve')).toMatchObject({ status: 428 });
  });

  it('leave alone what has been used', async () => {
    const world = await newAskingWorld({ autonomy: 'manual' });
    const { asAgent, person, seen, consume, holder } = world;
    await asAgent();
    await person('approve');
    await consume(await seen());
    const { stage, workId } = holder.grant.work;
    await holder.result(workId);
    await person('request-changes', { comment: 'Not this way' }, stage);
    expect(await seen()).toMatchObject({ status: 'approved', state: 'consumed' });
  });
});

describe('a stage that has failed and is tried again', () => {
  it('begins without what people had agreed to in the try before', async () => {
    const { asAgent, person, seen, holder, taskId } = await newAskingWorld({ autonomy: 'full' });
    await asAgent();
    await person('approve');
    const error = { code: 'agent_exit', message: 'It broke', retryable: true };
    await holder.result(holder.grant.work.workId, { outcome: 'failed', error });
    expect((await getTask(taskId)).status).toBe('queued');
    expect(await seen()).toMatchObject({ status: 'not-required', state: 'cancelled' });
  });
});
