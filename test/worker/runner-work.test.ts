// A run: one stage after the other, gates on the way, the merge, the end.

import { abortAllDurableObjects, evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { newWorkingWorld } from './leased-world.ts';
import {
  allEvents,
  claimOne,
  getGate,
  getTask,
  type Holder,
  newTestRunner,
  read,
  send,
  taskStub,
  typesOf,
  workOn,
} from './world.ts';

const decide = (taskId: string, gate: string, verb = 'approve', json: unknown = {}) =>
  send(`/tasks/${taskId}/gates/${gate}/${verb}`, json);

describe('a run', () => {
  it('case 100: goes through every stage to the merge and the end, each an event', async () => {
    const { taskId, holder } = await newWorkingWorld({ autonomy: 'full' });
    const next = await workOn(holder);
    expect(next).toEqual({ do: 'stop', status: 'completed', released: true });
    const task = await getTask(taskId);
    expect(task.status).toBe('completed');
    expect(task).not.toHaveProperty('lease');
    expect(task.stages.map(({ status, summary }) => [status, summary])).toEqual(
      ['investigation', 'fix', 'testing', 'review'].map((name) => ['completed', `did ${name}`]),
    );
    const events = await allEvents(taskId);
    const types = typesOf(events);
    expect(types.slice(0, 4)).toEqual([
      ...['task:created', 'task:queued', 'lease:acquired', 'task:started'],
    ]);
    expect(types.slice(-2)).toEqual(['lease:ended', 'task:completed']);
    const stages = events.flatMap((event) =>
      event.type === 'task:stage-changed' ? event.data.stage : [],
    );
    expect(stages).toEqual(['investigation', 'fix', 'testing', 'review']);
    expect(events.at(-1)?.data).toMatchObject({ id: taskId, status: 'completed' });
  });

  it('outputs of a stage are the inputs of the next', async () => {
    const { holder } = await newWorkingWorld({ autonomy: 'full' });
    const outputs = { root_cause: 'an off-by-one', affected_files: 'a.ts' };
    const { body } = await holder.result(holder.grant.work.workId, { outputs });
    expect(body.next).toMatchObject({ do: 'work', work: { stage: 'fix', inputs: outputs } });
  });

  it('holds at the gate after the last stage, and approval brings the merge by heartbeat', async () => {
    const { taskId, holder } = await newWorkingWorld({ autonomy: 'review-before-merge' });
    const next = await workOn(holder);
    const { id } = await getGate(taskId, 'review');
    expect(next).toEqual({
      ...{ do: 'hold', for: 'gate', holdMs: 60_000, gates: [{ id, name: 'review' }] },
    });
    expect((await holder.beat()).body['gates']).toMatchObject([
      { id, name: 'review', state: 'pending' },
    ]);
    await decide(taskId, 'review');
    const commands = (await holder.beat()).body['commands'] as { type: string; data: object }[];
    expect(commands).toMatchObject([{ type: 'work', data: { work: { kind: 'merge' } } }]);
    const data = commands[0]?.data as { work: Holder['grant']['work'] } | undefined;
    expect(await workOn(holder, data?.work)).toMatchObject({ do: 'stop', status: 'completed' });
  });

  it('released at a hold, and approved after that, is queued, and the next claim gets the merge', async () => {
    const { taskId, projectId, runner, holder } = await newWorkingWorld({
      autonomy: 'review-before-merge',
    });
    await workOn(holder);
    const ok = { status: 200, body: { ok: true } };
    expect(await holder.release('gate')).toEqual(ok);
    expect(await holder.release('gate')).toEqual(ok);
    expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
    const other = await newTestRunner(projectId);
    expect((await other.claim()).body.grants).toEqual([]);
    await evictDurableObject(taskStub(taskId));
    await decide(taskId, 'review');
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 1 });
    const next = await claimOne(runner);
    expect(next.grant.work).toMatchObject({ kind: 'merge', action: { type: 'git.merge' } });
    expect(next.grant.resume.lastRunnerId).toBe(runner.id);
    expect(await workOn(next)).toMatchObject({ status: 'completed' });
  });

  it('a grant tells what the task had used before it', async () => {
    const { runner, holder } = await newWorkingWorld({});
    expect(holder.grant.resume.usage).toMatchObject({ totalTokens: 0, estimatedCost: 0 });
    const data = { inputTokens: 10, outputTokens: 5, reportedCost: 0.25 };
    await holder.events([{ n: 1, type: 'usage:report', data }]);
    await holder.release('drain');
    const { usage } = (await claimOne(runner)).grant.resume;
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 5, estimatedCost: 0.25 });
  });

  it('request-changes at a hold hands the stage out again with the comment', async () => {
    const { taskId, runner, holder } = await newWorkingWorld({ autonomy: 'review-before-merge' });
    await workOn(holder);
    await decide(taskId, 'review', 'request-changes', { comment: 'Smaller, please.' });
    const [command] = (await holder.beat()).body['commands'] as { data: { work: object } }[];
    expect(command?.data.work).toMatchObject({
      ...{ stage: 'review', try: 2 },
      feedback: [{ gate: 'review', comment: 'Smaller, please.' }],
    });
    const { leaseId, epoch } = holder.grant.lease;
    const path = `/tasks/${taskId}/work?leaseId=${leaseId}&epoch=${epoch}`;
    expect((await read(path, runner.token)).body['work']).toEqual(command?.data.work);
  });

  it('rejected at a hold ends the task and the lease', async () => {
    const { taskId, holder } = await newWorkingWorld({ autonomy: 'review-before-merge' });
    await workOn(holder);
    await decide(taskId, 'review', 'reject', { comment: 'no' });
    expect(await getTask(taskId)).toMatchObject({
      ...{ status: 'failed', error: 'Gate "review" rejected: no' },
    });
    expect(await holder.beat()).toMatchObject({ status: 409, body: { code: 'stale_epoch' } });
  });

  it('an early approval of the default action is asked again when the stage is done', async () => {
    const { taskId, holder } = await newWorkingWorld({ autonomy: 'review-before-merge' });
    await decide(taskId, 'review');
    expect(await workOn(holder)).toMatchObject({ do: 'hold', gates: [{ name: 'review' }] });
    expect(await getGate(taskId, 'review')).toMatchObject({
      ...{ status: 'pending', instance: 2, action: { type: 'stage.continue' } },
    });
  });

  it('outlives a crash of every object between the steps', async () => {
    const { taskId, holder } = await newWorkingWorld({ autonomy: 'full' });
    expect(await workOn(holder, holder.grant.work, () => abortAllDurableObjects())).toMatchObject({
      do: 'stop',
      status: 'completed',
    });
    const seqs = (await allEvents(taskId)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });
});
