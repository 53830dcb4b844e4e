import { describe, expect, it } from 'vitest';
import { newAskingWorld, push } from './gate-world.ts';
import { allEvents, getTask, read, typesOf } from './world.ts';

const other = push('b'.repeat(40));

describe('a gate that an agent asks for', () => {
  it('holds the task while its lease lives on, and lets it go on once it is approved', async () => {
    const { asAgent, taskId, person, holder } = await newAskingWorld();
    const { status, body } = await asAgent({ advisory: { summary: 'ships it' } });
    expect([status, body.status, body.source, body.blocking]).toEqual([
      ...[201, 'pending', 'request', true],
    ]);
    expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
    const beaten = await holder.beat();
    expect(beaten.status).toBe(200);
    expect(beaten.body['gates']).toEqual([
      { id: body.id, name: 'push', state: 'pending', actionHash: body.actionHash },
    ]);
    expect((await person('approve')).status).toBe(200);
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress', lease: {} });
  });

  it('does not hold the task where it is not to be waited for', async () => {
    const { asAgent, taskId } = await newAskingWorld();
    expect((await asAgent({ blocking: false })).status).toBe(201);
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress' });
  });

  it('is the same gate when it is asked for in other words', async () => {
    const { asAgent, asRunner, taskId } = await newAskingWorld();
    const first = await asAgent({ advisory: { summary: 'one' } });
    const again = await asRunner({ advisory: { summary: 'two' } });
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    expect(typesOf(await allEvents(taskId)).filter((type) => type === 'gate:required')).toEqual([
      'gate:required',
    ]);
  });

  it('is closed when the action changes, and the next one wants to know what was seen', async () => {
    const { asAgent, person, taskId } = await newAskingWorld();
    const first = await asAgent();
    const next = await asAgent({ action: other });
    expect([next.status, next.body.instance]).toEqual([201, 2]);
    const { body } = await read(`/tasks/${taskId}/gates/${first.body.id}`);
    expect(body).toMatchObject({ state: 'cancelled', status: 'not-required' });
    expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
    expect(await person('approve')).toMatchObject({ status: 428 });
    const { actionHash } = next.body;
    const stale = { actionHash: first.body.actionHash };
    expect(await person('approve', stale)).toMatchObject({ body: { code: 'action_changed' } });
    expect((await person('approve', { actionHash })).status).toBe(200);
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress' });
  });

  it('is only denied when it is rejected: the stage goes on', async () => {
    const { asAgent, person, taskId, holder } = await newAskingWorld();
    await asAgent();
    expect((await person('reject', { comment: 'not today' })).status).toBe(200);
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress', lease: {} });
    const beaten = await holder.beat();
    expect(beaten.body['gates']).toMatchObject([{ name: 'push', state: 'rejected' }]);
  });

  it('lets the task go on only when none that it waits for is left', async () => {
    const { asAgent, person, taskId } = await newAskingWorld();
    await asAgent();
    await asAgent({ name: 'deploy' });
    await person('approve');
    expect(await getTask(taskId)).toMatchObject({
      status: 'waiting-approval',
      waitingDetail: { gates: [{ name: 'deploy' }] },
    });
    await person('reject', {}, 'deploy');
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress' });
  });

  it('holds the result of the stage until it is decided', async () => {
    const { asAgent, person, holder, taskId } = await newAskingWorld({ autonomy: 'full' });
    await asAgent();
    const done = await holder.result(holder.grant.work.workId);
    expect(done.body.next).toMatchObject({ do: 'hold', gates: [{ name: 'push' }] });
    await person('reject');
    const beaten = await holder.beat();
    expect(beaten.body['commands']).toMatchObject([{ type: 'work' }, { type: 'gate' }]);
    expect((await getTask(taskId)).status).toBe('in-progress');
  });
});

describe('a request is refused', () => {
  it.each([
    ['without a name', { name: '' }, 400, 'invalid_request'],
    ['under the name of a limit', { name: 'budget' }, 400, 'invalid_request'],
    ['under the id of a gate', { name: 'gate_1' }, 400, 'invalid_request'],
    ['for something that is no action', { action: { type: 'git.push' } }, 400, 'invalid_action'],
    ['for nothing', { action: null }, 400, 'invalid_action'],
    [
      'for what the task asks about by itself',
      {
        action: {
          type: 'budget.extend',
          target: { limit: 'cost' },
          params: { unit: 'usd', from: '1', to: '2' },
        },
      },
      ...[400, 'invalid_action'],
    ],
  ] as const)('%s', async (_, fields, status, code) => {
    const { asAgent, taskId } = await newAskingWorld();
    const before = await getTask(taskId);
    expect(await asAgent(fields)).toMatchObject({ status, body: { code } });
    expect(await getTask(taskId)).toEqual(before);
  });

  it('under the name of a gate of the plan', async () => {
    const { asAgent } = await newAskingWorld({ autonomy: 'manual' });
    expect(await asAgent({ name: 'fix' })).toMatchObject({ status: 400 });
  });

  it('of a runner that names no lease, or one that has ended', async () => {
    const { asRunner, lease } = await newAskingWorld();
    expect(await asRunner({ leaseId: undefined })).toMatchObject({ status: 400 });
    const stale = { epoch: lease.epoch - 1 };
    expect(await asRunner(stale)).toMatchObject({ status: 409, body: { code: 'stale_epoch' } });
  });

  it('beyond the fiftieth', async () => {
    const { asAgent } = await newAskingWorld();
    for (let n = 1; n <= 50; n += 1) {
      expect((await asAgent({ name: `ask.${n}`, blocking: false })).status).toBe(201);
    }
    expect(await asAgent({ name: 'one-more', blocking: false })).toMatchObject({
      ...{ status: 409, body: { code: 'too_many_gates' } },
    });
    expect((await asAgent({ name: 'ask.7', blocking: false })).status).toBe(200);
  });
});

describe('an approval', () => {
  it('is used once, by the holder, who alone learns the nonce and only then', async () => {
    const { asAgent, person, seen, consume, taskId, agent } = await newAskingWorld();
    await asAgent();
    expect(await seen()).not.toHaveProperty('nonce');
    expect(await consume(await seen())).toMatchObject({ body: { code: 'gate_not_approved' } });
    await person('approve');
    for (const token of [agent, undefined]) {
      const { body } = await read(`/tasks/${taskId}/gates/push`, token);
      expect(body).not.toHaveProperty('nonce');
    }
    const gate = await seen();
    expect(gate.nonce).toMatch(/^[\w-]{22}$/);
    const used = { status: 200, body: { ok: true, action: push() } };
    expect(await consume(gate)).toMatchObject(used);
    expect(await consume(gate)).toMatchObject(used);
    expect(await consume(gate, { consumeId: 'cns_2' })).toMatchObject({
      ...{ status: 409, body: { code: 'gate_consumed' } },
    });
    expect(await seen()).toMatchObject({ state: 'consumed', status: 'approved' });
    const events = await allEvents(taskId);
    expect(typesOf(events).filter((type) => type === 'gate:consumed')).toHaveLength(1);
  });

  it.each([
    ['another nonce', { nonce: 'x'.repeat(22) }, 'action_mismatch'],
    ['another action', { actionHash: 'sha256:x' }, 'action_mismatch'],
    ['an epoch that has passed', { epoch: 0 }, 'stale_epoch'],
    ['another lease', { leaseId: 'lse_x' }, 'stale_epoch'],
  ])('is not used under %s, and stays what it is', async (_, fields, code) => {
    const { asAgent, person, seen, consume } = await newAskingWorld();
    await asAgent();
    await person('approve');
    const gate = await seen();
    expect(await consume(gate, fields)).toMatchObject({ status: 409, body: { code } });
    expect(await seen()).toEqual(gate);
  });

  it('is given again by the same person without an effect, when its answer was lost', async () => {
    const { asAgent, person, seen } = await newAskingWorld();
    await asAgent();
    for (const _ of [1, 2]) expect((await person('approve')).status).toBe(200);
    expect((await seen()).votes).toHaveLength(1);
  });
});
