// OWASP AISVS 1.0, C9.2: an approval is used once, and not for ever.

import { describe, expect, it } from 'vitest';
import type { SeenGate } from '../gate-world.ts';
import { later, ring, stopTheClock } from '../leased-world.ts';
import { claimOne, configure, getGate, newTask, newTestRunner, read, send } from '../world.ts';
import { DONE, newApprovalWorld, told } from './approval-world.ts';

describe('9.2.4 an approval is used once, by a nonce that nobody can guess', () => {
  it('of twenty uses at once one counts, and nothing is left of it', async () => {
    const { asAgent, ada, seen, consume } = await newApprovalWorld();
    await asAgent();
    await ada.decide('approve');
    const gate = await seen();
    const uses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => consume(gate, { consumeId: `cns_${index}` })),
    );
    const refused = uses.filter(({ status }) => status !== 200).map(told);
    expect(refused).toEqual(Array(19).fill([409, 'gate_consumed']));
    expect((await seen()).state).toBe('consumed');
    expect(await ada.decide('withdraw')).toEqual([409, 'gate_consumed']);
    expect(told(await consume(gate, { consumeId: 'cns_late' }))).toEqual([409, 'gate_consumed']);
  });

  it('the same thing a second time needs a second approval', async () => {
    const { asAgent, ada, seen, consume } = await newApprovalWorld();
    await asAgent();
    await ada.decide('approve');
    const first = await seen();
    await consume(first);
    expect((await asAgent()).status).toBe(201);
    const second = await seen();
    expect(second).toMatchObject({ state: 'pending', actionHash: first.actionHash, instance: 2 });
    const use = { consumeId: 'cns_2', nonce: first.nonce };
    expect(told(await consume(second, use))).toEqual([409, 'gate_not_approved']);
    await ada.decide('approve', { actionHash: second.actionHash });
    expect(told(await consume(await seen(), use))).toEqual([409, 'action_mismatch']);
    expect((await consume(await seen(), { consumeId: 'cns_2' })).status).toBe(200);
  });

  it('the nonce is told to the holder alone, after the approval alone, and never twice the same', async () => {
    const { asAgent, ada, agent, seen, taskId } = await newApprovalWorld();
    const nonces = new Set<unknown>();
    for (let n = 1; n <= 10; n += 1) {
      const name = `push.${n}`;
      await asAgent({ name });
      expect(await seen(name)).not.toHaveProperty('nonce');
      expect(await ada.decide('approve', {}, name)).toEqual(DONE);
      const { nonce } = await seen(name);
      expect(nonce).toMatch(/^[\w-]{22}$/);
      nonces.add(nonce);
      for (const token of [agent, ada.token]) {
        const { body } = await read<SeenGate>(`/tasks/${taskId}/gates/${name}`, token);
        expect(JSON.stringify(body)).not.toContain(nonce);
      }
    }
    expect(nonces.size).toBe(10);
  });

  it('a lease that has ended uses nothing; the next holder does, once', async () => {
    const { asAgent, ada, seen, consume, holder, runner, taskId } = await newApprovalWorld();
    await asAgent();
    await ada.decide('approve');
    const gate = await seen();
    await holder.release();
    expect((await consume(gate)).status).toBe(409);
    const next = await claimOne(runner);
    expect(told(await consume(gate))).toEqual([409, 'stale_epoch']);
    const { leaseId, epoch } = next.grant.lease;
    const use = { leaseId, epoch, consumeId: 'cns_next' };
    expect((await consume(await seen(), use)).status).toBe(200);
    expect(told(await consume(gate, { ...use, consumeId: 'cns_more' }))).toEqual([
      ...[409, 'gate_consumed'],
    ]);
    expect(await getGate(taskId, 'push')).toMatchObject({ consume: { leaseId, epoch } });
  });
});

describe('9.2.5 every question and every approval ends, and is refused from then on', () => {
  stopTheClock();

  it('no gate that waits is without an end, whoever has put it there', async () => {
    const { asAgent, asRunner, projectId } = await newApprovalWorld();
    const asked = [await asAgent(), await asRunner({ name: 'deploy' })].map(({ body }) => body);
    for (const { expiresAt = '' } of asked) {
      expect(Date.parse(expiresAt) - Date.now()).toBe(86_400_000);
    }
    await configure(projectId, { gates: [{ name: 'plan', trigger: 'after:investigation' }] });
    const fields = { projectId, workflow: 'bugfix', autonomy: 'full' };
    const taskId = await newTask(fields);
    const other = await claimOne(await newTestRunner(projectId));
    await other.result(other.grant.work.workId);
    const { expiresAt = '' } = await getGate(taskId, 'plan');
    expect(Date.parse(expiresAt) - Date.now()).toBe(7 * 86_400_000);
  });

  it.each(['approve', 'reject'])(
    'to %s after the end is refused though no alarm has run',
    async (verb) => {
      const { asAgent, ada, seen, consume } = await newApprovalWorld();
      await asAgent({ policy: { expiresInSeconds: 60 } });
      later(60_000);
      expect(await ada.decide(verb)).toEqual([409, 'gate_decided']);
      expect(told(await consume(await seen()))).toEqual([409, 'gate_not_approved']);
    },
  );

  it('a question that nobody has answered is a no: the alarm says so', async () => {
    const { asAgent, ada, seen, taskId } = await newApprovalWorld();
    await asAgent({ policy: { expiresInSeconds: 20 } });
    later(21_000);
    await ring(taskId);
    expect(await seen()).toMatchObject({ state: 'expired', status: 'rejected', reason: 'timeout' });
    expect(await ada.decide('approve')).toEqual([409, 'gate_decided']);
  });

  it('an approval that was not used in its time is none: before the alarm, and after it', async () => {
    const { asAgent, ada, seen, consume, holder, taskId } = await newApprovalWorld();
    await asAgent({ policy: { consumeWithinSeconds: 30 } });
    await ada.decide('approve');
    const gate = await seen();
    later(30_000);
    await holder.beat();
    expect(told(await consume(gate))).toEqual([409, 'gate_not_approved']);
    later(1_000);
    await ring(taskId);
    expect(told(await consume(gate))).toEqual([409, 'gate_not_approved']);
    expect((await seen(gate.id)).state).toBe('expired');
  });

  it('an approval ends with its task', async () => {
    const { asAgent, ada, seen, consume, taskId } = await newApprovalWorld();
    await asAgent();
    await ada.decide('approve');
    const gate = await seen();
    await send(`/tasks/${taskId}/cancel`);
    expect((await consume(gate)).status).toBe(409);
    expect((await getGate(taskId, 'push')).consume).toBeUndefined();
  });
});
