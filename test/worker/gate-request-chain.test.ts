// Who asks at a gate in the midst of work, and for whom: nobody of that chain approves it.

import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { Gate } from '../../src/contract/gate.ts';
import type { ClaimAnswer, Registered } from '../../src/contract/runner.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { push } from './gate-world.ts';
import { newMember } from './people.ts';
import { newProject, send } from './world.ts';

/** Ada's task on Bob's machine, in a project where Cyd could decide as well. */
async function newChain() {
  const projectId = await newProject();
  const member = () => newMember(projectId, 'developer');
  const [ada, bob, cyd] = [await member(), await member(), await member()];
  const wanted = { description: 'Ship it', workflow: 'bugfix', autonomy: 'full', projectId };
  const task = await send('/tasks', wanted, ada);
  expect(task.status).toBe(201);
  const machine = { name: 'mac', instanceId: newId('i', Date.now()), projectId, capacity: 1 };
  const { body: runner } = await send<Registered>('/runners', machine, bob);
  const claim = { requestId: newId('clm', Date.now()), waitMs: 5_000 };
  const path = `/runners/${runner.runner.id}/claim`;
  const { body } = await send<ClaimAnswer>(path, claim, { token: runner.token });
  const [grant] = body.grants;
  if (grant === undefined) throw new Error('No grant');
  const { leaseId, epoch } = grant.lease;
  const taskId = grant.task.id;
  const gates = `/tasks/${taskId}/gates`;
  const asks = {
    agent: (fields: Record<string, unknown> = {}) =>
      send<Gate>(gates, { name: 'push', action: push(), ...fields }, { token: grant.agentToken }),
    runner: (fields: Record<string, unknown> = {}) =>
      send<Gate>(gates, { name: 'push', action: push(), leaseId, epoch, ...fields }, runner),
  };
  const approve = async ({ token }: { readonly token: string }) =>
    refusalOf(await askRequired(`${gates}/push/approve`, { json: {}, headers: bearer(token) }));
  return { ada, bob, cyd, asks, approve, taskId, runnerId: runner.runner.id };
}

const ASKERS = ['agent', 'runner'] as const;

describe('a request', () => {
  it('of the agent says who it is, on whose machine, and for whom it asks', async () => {
    const { ada, bob, asks, taskId, runnerId } = await newChain();
    const { body } = await asks.agent();
    expect(body.requester).toEqual({
      sub: expect.stringMatching(/^agt_/),
      ...{ runnerId, runnerOwner: bob.userId, onBehalfOf: ada.userId },
    });
    expect(body.context).toMatchObject({ taskId, stage: 'investigation', attempt: 1 });
  });

  it('of the runner names it, and whose task it is all the same', async () => {
    const { ada, bob, asks, runnerId } = await newChain();
    const { body } = await asks.runner();
    expect(body.requester).toEqual({
      ...{ sub: runnerId, runnerId, runnerOwner: bob.userId, onBehalfOf: ada.userId },
    });
  });

  it.each(ASKERS)(
    'of the %s is approved by nobody of its chain, and by somebody else',
    async (who) => {
      const { ada, bob, cyd, asks, approve } = await newChain();
      await asks[who]();
      expect(await approve(ada)).toEqual([403, 'self_approval']);
      expect(await approve(bob)).toEqual([403, 'self_approval']);
      expect(await approve(cyd)).toEqual([200, undefined]);
    },
  );

  it.each(ASKERS)(
    'of the %s takes no requester, no context and no state from its body',
    async (who) => {
      const { ada, cyd, asks } = await newChain();
      const forged = {
        requester: { sub: cyd.userId },
        context: { environment: 'moon' },
        onBehalfOf: cyd.userId,
        state: 'approved',
        status: 'approved',
        votes: [{ approver: 'Cyd', approverId: cyd.userId, decision: 'approve' }],
        standing: { standingId: 'sta_x', grantor: { id: cyd.userId } },
        source: 'autonomy',
      };
      const { status, body } = await asks[who](forged);
      expect(status).toBe(201);
      expect(body).toMatchObject({
        state: 'pending',
        source: 'request',
        requester: { onBehalfOf: ada.userId },
      });
      expect(body.context?.environment).not.toBe('moon');
      expect(body.votes ?? []).toEqual([]);
    },
  );
});
