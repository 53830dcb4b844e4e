// Results of work: each taken once, after its events, and answered again the same.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { newWorkingWorld } from './leased-world.ts';
import {
  allEvents,
  claimOne,
  getTask,
  logBatch,
  report,
  send,
  taskStub,
  typesOf,
} from './world.ts';

describe('a result', () => {
  it("A result waits for its producers' events", async () => {
    const { taskId, holder } = await newWorkingWorld();
    const { workId } = holder.grant.work;
    await holder.events(logBatch(1, 2));
    const before = await getTask(taskId);
    expect(await holder.result(workId, { producers: { main: 5 } })).toMatchObject({
      status: 409,
      body: { code: 'events_outstanding', producer: 'main', expected: 3 },
    });
    expect(await getTask(taskId)).toEqual(before);
    await holder.events(logBatch(3, 3));
    expect((await holder.result(workId, { producers: { main: 5 } })).status).toBe(200);
  });

  it('that comes again, word for word, has the same answer and writes nothing', async () => {
    const { taskId, holder } = await newWorkingWorld();
    const { workId } = holder.grant.work;
    const fields = { summary: 'found it', outputs: { root_cause: 'x' } };
    const first = await holder.result(workId, fields);
    const before = await allEvents(taskId);
    expect(await holder.result(workId, fields)).toEqual(first);
    await evictDurableObject(taskStub(taskId));
    expect(await holder.result(workId, fields)).toEqual(first);
    expect(await allEvents(taskId)).toEqual(before);
  });

  it('that comes ten times at once is taken once', async () => {
    const { taskId, holder } = await newWorkingWorld();
    const { workId } = holder.grant.work;
    const answers = await Promise.all(Array.from({ length: 10 }, () => holder.result(workId)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const finished = typesOf(await allEvents(taskId)).filter((type) => type === 'work:finished');
    expect(finished).toHaveLength(1);
  });

  it('that ended the task is answered again too', async () => {
    const { holder } = await newWorkingWorld({ autonomy: 'full' });
    let last = holder.grant.work.workId;
    for (;;) {
      const { body } = await holder.result(last);
      if (body.next.do !== 'work') {
        expect(body.next).toMatchObject({ do: 'stop', status: 'completed' });
        expect(await holder.result(last)).toEqual({ status: 200, body });
        return;
      }
      last = body.next.work.workId;
    }
  });

  it('that differs from the one that was taken is 409, one of unknown work 404', async () => {
    const { taskId, holder } = await newWorkingWorld();
    const { workId } = holder.grant.work;
    await holder.result(workId, { summary: 'one' });
    const before = await getTask(taskId);
    expect(await holder.result(workId, { summary: 'two' })).toMatchObject({
      ...{ status: 409, body: { code: 'work_finished' } },
    });
    for (const id of ['wrk_unknown', 'x', '%20']) {
      expect(await holder.result(id)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect((await holder.result(workId, { outcome: 'done' })).status).toBe(400);
    expect(await getTask(taskId)).toEqual(before);
  });

  it('failed and retryable is tried again; not retryable fails the task with its message', async () => {
    for (const [retryable, status] of [
      [true, 'queued'],
      [false, 'failed'],
    ] as const) {
      const { taskId, holder } = await newWorkingWorld();
      const error = { code: 'agent_exit', message: 'exit 3', retryable };
      const { body } = await holder.result(holder.grant.work.workId, { outcome: 'failed', error });
      expect(body.next).toEqual({ do: 'stop', status, released: true });
      const task = await getTask(taskId);
      expect([task.status, task.attempt]).toEqual([status, retryable ? 2 : 1]);
      if (!retryable) expect(task.error).toBe('exit 3');
    }
  });

  it('paused gives the lease back and pauses the task; resumed it begins the stage again', async () => {
    const { taskId, runner, holder } = await newWorkingWorld();
    const { work } = holder.grant;
    const outcome = { outcome: 'paused', pauseReason: 'usage_limit' };
    expect((await holder.result(work.workId, outcome)).body.next).toMatchObject({ do: 'stop' });
    expect(await getTask(taskId)).toMatchObject({ status: 'paused', pauseReason: 'usage_limit' });
    await send(`/tasks/${taskId}/resume`);
    const next = await claimOne(runner);
    expect(next.grant.work).toMatchObject({ stage: work.stage, try: 2 });
  });

  it('decides, not a status: completed by anybody is 409 while work is handed out', async () => {
    const { taskId, holder } = await newWorkingWorld();
    const { agentToken } = holder.grant;
    expect(await report(taskId, { status: 'completed' }, agentToken)).toMatchObject({
      ...{ status: 409, body: { code: 'invalid_transition' } },
    });
    expect(await report(taskId, { status: 'completed' })).toMatchObject({
      ...{ status: 409, body: { code: 'lease_held' } },
    });
  });

  it('that comes again when the next work is done is 409 too, and hands out nothing twice', async () => {
    const { taskId, holder } = await newWorkingWorld({ autonomy: 'full' });
    const { workId } = holder.grant.work;
    const { body } = await holder.result(workId);
    if (body.next.do !== 'work') throw new Error('There is no second stage.');
    await holder.result(body.next.work.workId);
    const before = await allEvents(taskId);
    expect(await holder.result(workId)).toMatchObject({
      ...{ status: 409, body: { code: 'work_finished' } },
    });
    expect(await allEvents(taskId)).toEqual(before);
  });

  it('is all that a live lease waits for: retry and resume are 409, failed and cancel end it', async () => {
    for (const act of ['failed', 'cancel'] as const) {
      const { taskId, holder } = await newWorkingWorld();
      const before = await getTask(taskId);
      for (const verb of ['retry', 'resume']) {
        const { status, body } = await send(`/tasks/${taskId}/${verb}`);
        expect([status, body['code']]).toEqual([409, 'invalid_transition']);
      }
      expect(await getTask(taskId)).toEqual(before);
      const ended =
        act === 'cancel'
          ? await send(`/tasks/${taskId}/cancel`)
          : await report(taskId, { status: 'failed', message: 'stop' });
      expect(ended.status).toBe(200);
      expect(await getTask(taskId)).not.toHaveProperty('lease');
      expect(await holder.result(holder.grant.work.workId)).toMatchObject({
        ...{ status: 409, body: { code: 'stale_epoch' } },
      });
    }
  });
});
