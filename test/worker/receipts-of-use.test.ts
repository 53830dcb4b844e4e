import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { Work } from '../../src/contract/work.ts';
import { verifyBundle } from '../../verify/verify-bundle.ts';
import { ask } from './ask.ts';
import { newAskingWorld } from './gate-world.ts';
import { publicKeys, readReceipt, receiptsOf } from './receipt-world.ts';
import { claimOne, newProject, newTask, newTestRunner, send, taskStub } from './world.ts';

const kindsOf = async (taskId: string, gate: string) =>
  (await Promise.all((await receiptsOf(taskId, gate)).map(readReceipt))).map(({ kind }) => kind);

describe('a use of an approval', () => {
  it('has a receipt with the nonce of its decision, which its answer bears, and a bundle with both holds', async () => {
    const { asAgent, person, seen, consume, taskId, lease, runner } = await newAskingWorld();
    await asAgent();
    await person('approve');
    const gate = await seen();
    const { body } = await consume(gate);
    const receipts = await receiptsOf(taskId, 'push');
    expect(receipts.at(-1)).toBe(body['receipt']);
    expect(await consume(gate)).toMatchObject({ status: 200, body });
    const [decision, use, ...more] = await Promise.all(receipts.map(readReceipt));
    expect(more).toEqual([]);
    const { nonce, actionHash } = gate;
    expect(decision).toMatchObject({ kind: 'gate.decision', nonce, actionHash, consumed: null });
    expect(use).toMatchObject({
      ...{ kind: 'gate.consumed', decision: 'approved', nonce, actionHash },
      consumed: { sub: runner.id, ...lease },
    });
    const bundle = new Uint8Array(await (await ask(`/tasks/${taskId}/export`)).arrayBuffer());
    const keys = new Map((await publicKeys()).keys.map((jwk) => [String(jwk.kid), jwk]));
    async function* source() {
      yield bundle;
    }
    expect((await verifyBundle(source(), keys)).receipts).toEqual([decision, use]);
  });

  it('that is repeated has the same receipt, after a restart too, and there is no second one', async () => {
    const { asAgent, person, seen, consume, taskId } = await newAskingWorld();
    await asAgent();
    await person('approve');
    const gate = await seen();
    const first = await consume(gate);
    await evictDurableObject(taskStub(taskId));
    expect((await consume(gate)).body).toEqual(first.body);
    expect(await kindsOf(taskId, 'push')).toEqual(['gate.decision', 'gate.consumed']);
  });

  it('is answered with its own receipt, however many its gate has', async () => {
    const { asAgent, person, seen, consume, taskId } = await newAskingWorld();
    await asAgent();
    await person('approve');
    const gate = await seen();
    // Somebody has approved it and taken that back a hundred times.
    await runInDurableObject(taskStub(taskId), (_object, { storage: { sql } }) => {
      sql.exec(
        `INSERT INTO receipts(seq, gate_id, receipt, checkpoint, block_last, blocks)
         SELECT -value, ?, 'an old one', NULL, 0, 0 FROM json_each(?)`,
        ...[gate.id, JSON.stringify(Array.from({ length: 100 }, (_, index) => index + 1))],
      );
    });
    const { body } = await consume(gate);
    expect(await readReceipt(String(body['receipt']))).toMatchObject({ kind: 'gate.consumed' });
  });

  it('that is refused has none', async () => {
    const { asAgent, person, seen, consume, taskId } = await newAskingWorld();
    await asAgent();
    await person('approve');
    const refused = await consume(await seen(), { nonce: 'x'.repeat(22) });
    expect([refused.status, refused.body]).not.toHaveProperty('1.receipt');
    expect(await kindsOf(taskId, 'push')).toEqual(['gate.decision']);
  });

  it('that comes with the result of the work, for its runner named none, has one as well', async () => {
    const projectId = await newProject();
    const fields = { workflow: 'bugfix', autonomy: 'review-before-commit' };
    const taskId = await newTask({ projectId, ...fields });
    const holder = await claimOne(await newTestRunner(projectId));
    const changes = { files: 1, insertions: 1, deletions: 0, tree: 'abc', paths: ['src/a.ts'] };
    let { work } = holder.grant;
    for (;;) {
      const { body } = await holder.result(work.workId, { changes });
      if (body.next.do !== 'work') break;
      work = body.next.work;
    }
    await send(`/tasks/${taskId}/gates/commit/approve`);
    const [command] = (await holder.beat()).body['commands'] as { data: { work: Work } }[];
    expect(command?.data.work).toMatchObject({ kind: 'commit' });
    expect((await holder.result(command?.data.work.workId ?? '')).status).toBe(200);
    expect(await kindsOf(taskId, 'commit')).toEqual(['gate.decision', 'gate.consumed']);
  });
});
