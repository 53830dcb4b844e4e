// An approval that was used, has run out or was taken back lets nobody do anything more, and no task waits for it for ever.

import { describe, expect, it } from 'vitest';
import type { Gate } from '../../src/contract/gate.ts';
import type { PolicyTerms } from '../../src/contract/gate-policy.ts';
import { actionHash } from '../../src/domain/action.ts';
import type { Command } from '../../src/domain/command.ts';
import { defaultConfig } from '../../src/domain/config.ts';
import { gateNonce } from '../../src/domain/gate-binding.ts';
import { gateNamed } from '../../src/domain/gates.ts';
import { makePlan } from '../../src/domain/plan.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { ADA, agentOf, BOB, MEMBERS, RUNNER_A } from './actors.ts';
import { changesOf, goodResult, resultOf } from './results.ts';
import { BIRTH_MS, createCommand, stateAfter, taken } from './world.ts';

const DAY_MS = 86_400_000;
const APPROVAL = { required: 1, from: null, preventSelfApproval: null };

const claim = (now: number): Command => ({
  ...{ type: 'claim', now, actor: RUNNER_A, leaseId: `lse_${now}` },
  ...{ runnerId: RUNNER_A.id, runnerName: RUNNER_A.name },
});

const held = (state: TaskState, now: number) => ({
  ...{ now, actor: RUNNER_A, leaseId: state.lease?.leaseId ?? '', epoch: state.epoch },
});

const lost = (state: TaskState, now: number): Command => ({
  ...{ type: 'expire-lease', now, leaseId: state.lease?.leaseId ?? '', confirmed: true },
});

function named(state: TaskState, name: string): Gate {
  const gate = gateNamed(state, name);
  if (gate === undefined) throw new Error(`There is no gate ${name}.`);
  return gate;
}

const approve = (state: TaskState, name: string, now: number): Command => ({
  ...{ type: 'decide-gate', now, actor: BOB, gate: name, decision: 'approve' },
  actionHash: named(state, name).actionHash,
  signin: { via: 'console', authTimeMs: now },
});

const use = (state: TaskState, name: string, now: number): Command => {
  const { id: gateId, actionHash: hash } = named(state, name);
  const nonce = gateNonce(state, gateId);
  const what = { gate: name, gateId, nonce, actionHash: hash, consumeId: `cns_${now}` };
  return { type: 'consume-gate', ...held(state, now), ...what };
};

/** A task in a protected environment that stands before the gate of its merge. */
function beforeMerge(policy: PolicyTerms = {}): TaskState {
  const kind = { workflow: 'bugfix', autonomy: 'full', maxRetries: 3 } as const;
  const waits = { waitSeconds: 0, expiresInSeconds: 7 * 86_400 };
  const place = { environment: 'production', protection: { ...APPROVAL, ...waits } };
  const plan = taken(makePlan(defaultConfig('demo'), { ...kind, place }));
  const gates = plan.gates.map((gate) => ({ ...gate, policy: { ...gate.policy, ...policy } }));
  const born = createCommand(kind, { plan: { ...plan, gates }, actor: ADA });
  let state = stateAfter(stateAfter(null, born), claim(BIRTH_MS));
  while (state.work !== undefined && state.lease !== undefined) {
    const result = goodResult(state, state.lease, false);
    const { workId } = state.work;
    state = stateAfter(state, { type: 'finish-work', ...held(state, BIRTH_MS), workId, result });
  }
  expect(named(state, 'environment').action.type).toBe('git.merge');
  return state;
}

describe('an approval of a merge', () => {
  it('that was used by a runner that is gone since is asked for again', () => {
    let state = beforeMerge();
    state = stateAfter(state, approve(state, 'environment', BIRTH_MS + 1));
    expect(state.work).toMatchObject({ kind: 'merge', gateId: named(state, 'environment').id });
    state = stateAfter(state, use(state, 'environment', BIRTH_MS + 2));
    state = stateAfter(state, lost(state, BIRTH_MS + 60_000));
    expect(state.status).toBe('waiting-approval');
    expect(named(state, 'environment')).toMatchObject({ instance: 2, state: 'pending' });
  });

  it('is of what an approver has made of it', () => {
    let state = beforeMerge({ allowEdit: true });
    const { action, actionHash: baseActionHash } = named(state, 'environment');
    const edited = { ...action, params: { ...action.params, strategy: 'squash' } };
    state = stateAfter(state, {
      ...{ type: 'edit-gate', now: BIRTH_MS + 1, actor: BOB, gate: 'environment' },
      ...{ action: edited, baseActionHash, facts: MEMBERS },
      signin: { via: 'console', authTimeMs: BIRTH_MS + 1 },
    });
    expect(named(state, 'environment')).toMatchObject({ instance: 1, state: 'approved' });
    expect(state.work).toMatchObject({ kind: 'merge', action: edited });
    state = stateAfter(state, use(state, 'environment', BIRTH_MS + 2));
    const { work, lease } = state;
    if (work === undefined || lease === undefined) throw new Error('Nobody merges.');
    const result = resultOf(lease, { effectiveHash: actionHash(edited) });
    const finish = { ...held(state, BIRTH_MS + 3), workId: work.workId, result };
    state = stateAfter(state, { type: 'finish-work', ...finish });
    expect(state.status).toBe('completed');
  });
});

describe('an approval whose time is over', () => {
  it('is not used by the result of the work, though no alarm has rung', () => {
    const kind = { workflow: 'bugfix', autonomy: 'review-before-commit', maxRetries: 0 } as const;
    let state = stateAfter(stateAfter(null, createCommand(kind)), claim(BIRTH_MS));
    while (state.work?.kind === 'stage' && state.lease !== undefined) {
      const { workId } = state.work;
      const result = { ...goodResult(state, state.lease, false), changes: changesOf('1') };
      state = stateAfter(state, { type: 'finish-work', ...held(state, BIRTH_MS), workId, result });
    }
    state = stateAfter(state, approve(state, 'commit', BIRTH_MS + 1));
    const { work, lease } = state;
    if (work === undefined || lease === undefined) throw new Error('Nobody commits.');
    const late = held(state, BIRTH_MS + 1 + DAY_MS);
    const finish = { ...late, workId: work.workId, result: resultOf(lease) };
    const after = stateAfter(state, { type: 'finish-work', ...finish });
    expect(named(after, 'commit')).not.toHaveProperty('consume');
    expect(after.status).toBe('failed');
  });
});

describe('a question that its asker takes back', () => {
  it('after its lease has ended leaves the work to another runner', () => {
    const kind = { workflow: 'bugfix', autonomy: 'full', maxRetries: 3 } as const;
    let state = stateAfter(stateAfter(null, createCommand(kind)), claim(BIRTH_MS));
    const action = {
      type: 'git.push',
      target: { remote: 'origin', branch: 'main' },
      params: { head: 'a' },
    };
    state = stateAfter(state, {
      ...{ type: 'request-gate', now: BIRTH_MS, actor: agentOf(state, state.epoch), name: 'push' },
      ...{ action, blocking: true },
    });
    state = stateAfter(state, lost(state, BIRTH_MS + 60_000));
    expect(state).toMatchObject({ status: 'waiting-approval' });
    const cancel = { gate: 'push', reason: 'Never mind' };
    const now = BIRTH_MS + 61_000;
    state = stateAfter(state, { type: 'cancel-gate', now, actor: RUNNER_A, ...cancel });
    expect(named(state, 'push').state).toBe('cancelled');
    expect(state.status).toBe('queued');
  });
});
