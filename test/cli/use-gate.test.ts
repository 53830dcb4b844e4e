// An approval is used once, by the holder of the lease, right before what it allows.
import { describe, expect, it } from 'vitest';
import { Api } from '../../cli/run/api.ts';
import { HolderCalls } from '../../cli/run/holder-calls.ts';
import { LeaseGates } from '../../cli/run/lease-gates.ts';
import { RunnerLink } from '../../cli/run/runner-link.ts';
import { useGate, useGateInTime } from '../../cli/run/use-gate.ts';
import { gateOf, gateServer, PUSH, type Said } from './gate-server.ts';
import { grantOf, stageWork, TASK } from './scripted-server.ts';

const approved: Said = [200, gateOf({ status: 'approved', state: 'approved', nonce: 'n0nce' })];
const pending: Said = [200, gateOf()];
const used: Said = [200, { ok: true, action: PUSH, receipt: 'a.b.c' }];
const refused = (code: string): Said => [409, { code, error: `It is ${code}.` }];

/** What the holder of a lease asks of a server that answers so. */
const holding = async (...script: readonly Said[]) => {
  const { url, heard } = await gateServer(...script);
  const registration = {
    ...{ name: 'r', instanceId: 'i_1', labels: [], environments: [], adapters: [], capacity: 1 },
    protocols: [],
  };
  const api = new Api(url, () => undefined);
  const link = new RunnerLink({ api, ownerToken: undefined, registration });
  const calls = new HolderCalls(link, grantOf(stageWork('wrk_1'), {}));
  const signal = new AbortController().signal;
  return { calls, heard, use: { gateId: 'gate_1', consumeId: 'wrk_1', signal } };
};

describe('the use of an approval', () => {
  it('names the lease, the nonce and the hash, and tells what is to be done now', async () => {
    const { calls, heard, use } = await holding(approved, used);
    expect(await useGate(calls, use)).toEqual({ how: 'used', action: PUSH });
    expect(heard.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /tasks/${TASK}/gates/gate_1`,
      `POST /tasks/${TASK}/gates/gate_1/consume`,
    ]);
    expect(heard[1]?.body).toEqual({
      ...{ leaseId: 'lse_1', epoch: 7, gateId: 'gate_1', nonce: 'n0nce' },
      ...{ actionHash: 'sha256:x', consumeId: 'wrk_1' },
    });
  });

  it('is not tried while people are asked', async () => {
    const { calls, heard, use } = await holding(pending);
    expect(await useGate(calls, use)).toEqual({ how: 'pending' });
    expect(heard).toHaveLength(1);
  });

  it('is not tried where people have said no, or are asked no more', async () => {
    for (const fields of [
      { status: 'rejected' },
      { status: 'not-required', reason: 'cancelled' },
    ]) {
      const { calls, heard, use } = await holding([200, gateOf(fields)]);
      const message = `The gate is not approved: ${fields.reason ?? fields.status}`;
      expect(await useGate(calls, use)).toEqual({
        ...{ how: 'refused', code: 'gate_not_approved', message },
      });
      expect(heard).toHaveLength(1);
    }
  });

  it('that comes right after a vote was taken back is no use: people are asked once more', async () => {
    const { calls, use } = await holding(approved, refused('gate_not_approved'));
    expect(await useGate(calls, use)).toEqual({ how: 'pending' });
  });

  it.each(['gate_consumed', 'action_mismatch', 'stale_epoch', 'no_lease'])(
    'that is refused with %s allows nothing',
    async (code) => {
      const { calls, use } = await holding(approved, refused(code));
      expect(await useGate(calls, use)).toEqual({
        ...{ how: 'refused', code, message: `It is ${code}.` },
      });
    },
  );

  it('whose answer is lost is repeated as the same use', async () => {
    const { calls, heard, use } = await holding(approved, [503, {}], used);
    expect(await useGate(calls, use)).toEqual({ how: 'used', action: PUSH });
    expect(heard[2]).toEqual(heard[1]);
  });

  it('for a work of the lease waits for people', async () => {
    const { calls, heard, use } = await holding(pending, approved, approved, used);
    expect(await useGateInTime(calls, use)).toEqual({ how: 'used', action: PUSH });
    const wait = `/tasks/${TASK}/gates/gate_1/wait?state=pending&timeoutMs=20000`;
    expect(heard[1]?.path).toBe(wait);
  });

  it('for a work ends with its lease', async () => {
    const { calls, use } = await holding(pending);
    expect(await useGateInTime(calls, { ...use, signal: AbortSignal.abort() })).toMatchObject({
      ...{ how: 'refused', code: 'stopped' },
    });
  });

  it('for the agent tells it the action, and neither the lease nor the nonce nor the receipt', async () => {
    const { calls, use } = await holding(approved, used);
    const gates = new LeaseGates(calls, use.signal);
    expect(await gates.useForAgent('gate_1')).toEqual({
      ...{ status: 200, body: { ok: true, action: PUSH } },
    });
  });
});
