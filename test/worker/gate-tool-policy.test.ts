// A gate of the config before calls of tools: what is asked for under its name is asked for on its terms.

import { describe, expect, it } from 'vitest';
import type { Gate } from '../../src/contract/gate.ts';
import { push } from './gate-world.ts';
import { newLeasedWorld } from './leased-world.ts';
import { send } from './world.ts';

const HOUR_S = 3_600;

/** All that a gate of the config may ask for. */
const TERMS = {
  preventSelfApproval: false,
  waitSeconds: 30,
  expiresInSeconds: 2 * HOUR_S,
  onExpiry: 'escalate',
  escalateTo: ['role:owner'],
  allowEdit: true,
  requireActionHash: true,
  stepUpSeconds: 600,
  consumeWithinSeconds: 120,
};
const GATE = { name: 'push', approvers: ['role:project-admin'], quorum: 2, ...TERMS };
const POLICY = { ...TERMS, required: 2, from: ['role:project-admin'] };

async function newToolWorld(...more: readonly Record<string, unknown>[]) {
  const gates = [{ ...GATE, trigger: 'tool:Bash(git push *)' }, ...more];
  const world = await newLeasedWorld({ workflow: 'bugfix' }, { gates });
  const { grant } = world.holder;
  await world.holder.beat({ workId: grant.work.workId });
  const asAgent = (fields: Record<string, unknown> = {}) =>
    send<Gate>(
      `/tasks/${world.taskId}/gates`,
      { name: 'push', action: push(), blocking: false, ...fields },
      { token: grant.agentToken },
    );
  return { ...world, asAgent, toolGates: grant.work.toolGates };
}

describe('a gate of the config before a tool', () => {
  it('reaches the runner with what it matches, and a request under its name has its whole policy', async () => {
    const { asAgent, toolGates } = await newToolWorld();
    expect(toolGates).toEqual([{ match: 'Bash(git push *)', gate: 'push' }]);
    expect((await asAgent()).body.policy).toEqual(POLICY);
    const other = await asAgent({ name: 'other' });
    expect(other.body.policy).toMatchObject({ required: 1, waitSeconds: 0, allowEdit: false });
  });

  it.each([
    ['more people', { required: 3 }, { required: 3 }],
    ['fewer people', { required: 1 }, {}],
    ['people of less say', { from: ['role:developer'] }, {}],
    ['people of more say', { from: ['role:owner'] }, { from: ['role:owner'] }],
    ['somebody by name, whom the project does not ask', { from: ['usr_ada0000'] }, {}],
    ['somebody of more say beside', { from: ['role:owner', 'Ada'] }, { from: ['role:owner'] }],
    ['nobody', { from: [] }, {}],
    ['no self-approval', { preventSelfApproval: true }, { preventSelfApproval: true }],
    ['a longer wait', { waitSeconds: 60 }, { waitSeconds: 60 }],
    ['no wait', { waitSeconds: 0 }, {}],
    ['less time', { expiresInSeconds: 60 }, { expiresInSeconds: 60 }],
    ['more time', { expiresInSeconds: 9 * HOUR_S }, {}],
    ['a no instead of others', { onExpiry: 'reject' }, { onExpiry: 'reject', escalateTo: [] }],
    ['nobody else', { escalateTo: [] }, { escalateTo: [] }],
    ['others than those', { escalateTo: ['role:viewer'] }, { escalateTo: [] }],
    ['an action that stays', { allowEdit: false }, { allowEdit: false }],
    ['no hash', { requireActionHash: false }, {}],
    ['a fresher sign-in', { stepUpSeconds: 60 }, { stepUpSeconds: 60 }],
    ['no sign-in', { stepUpSeconds: 0 }, {}],
    ['a use at once', { consumeWithinSeconds: 10 }, { consumeWithinSeconds: 10 }],
    ['a use some day', { consumeWithinSeconds: 9 * HOUR_S }, {}],
  ])('is only tightened by who asks for %s', async (_, policy, changed) => {
    const { asAgent } = await newToolWorld();
    expect((await asAgent({ policy })).body.policy).toEqual({ ...POLICY, ...changed });
  });

  it.each([
    ['WaitSeconds', { waitSeconds: 1e15 }],
    ['ExpiresInSeconds', { expiresInSeconds: -1 }],
    ['StepUpSeconds', { stepUpSeconds: 1e12 }],
    ['ConsumeWithinSeconds', { consumeWithinSeconds: 0 }],
    ['Required', { required: 0 }],
    ['From', { from: ['x'.repeat(201)] }],
    ['EscalateTo', { escalateTo: 'Ada' }],
    ['OnExpiry', { onExpiry: 'approve' }],
    ['AllowEdit', { allowEdit: 'no' }],
    ['Unknown members of policy: quorum', { quorum: 2 }],
  ])('refuses a policy that cannot be, and says what is wrong: %s', async (named, policy) => {
    const { asAgent } = await newToolWorld();
    const answer = await asAgent({ policy });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: expect.stringContaining(named) });
  });

  it('is not there in an environment that it does not name', async () => {
    const { asAgent, toolGates } = await newToolWorld({
      ...{ name: 'deploy', trigger: 'tool:Bash(deploy *)', environments: ['moon'], quorum: 4 },
    });
    expect(toolGates?.map(({ gate }) => gate)).toEqual(['push']);
    expect((await asAgent({ name: 'deploy' })).body.policy).toMatchObject({ required: 1 });
  });
});
