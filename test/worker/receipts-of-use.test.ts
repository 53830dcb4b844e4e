import { describe, expect, it } from 'vitest';
import { verifyBundle } from '../../cli/verify/verify-bundle.ts';
import { ask } from './ask.ts';
import { newAskingWorld } from './gate-world.ts';
import { publicKeys, readReceipt, receiptsOf } from './receipt-world.ts';

describe('the use of an approval', () => {
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
});
