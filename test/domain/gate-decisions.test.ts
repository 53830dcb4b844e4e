// Who approves a gate, when it counts, and what the clock does, each told once.

import { describe, expect, it } from 'vitest';
import type { ConfigGate } from '../../src/contract/config-workflow.ts';
import type { Actor } from '../../src/contract/principal.ts';
import { changeConfig } from '../../src/domain/config.ts';
import { decide } from '../../src/domain/decide.ts';
import type { DecideGate } from '../../src/domain/gate-command.ts';
import { gateNamed } from '../../src/domain/gates.ts';
import { makePlan } from '../../src/domain/plan.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { ADA, BOB, LOCAL, MEMBERS, RUNNER_A } from './actors.ts';
import { goodResult } from './results.ts';
import { BIRTH_MS, createCommand, refused, stateAfter, taken } from './world.ts';

const KIND = { workflow: 'bugfix', autonomy: 'full', maxRetries: 0 } as const;
const DAY_MS = 86_400_000;

/** A task of Ada's that stands before its gate `security`, by a report. */
function standing(gate: Partial<ConfigGate>): TaskState {
  const gates = [{ name: 'security', trigger: 'after:fix', ...gate }];
  const { config } = taken(changeConfig('demo', {}, { gates }));
  const plan = taken(makePlan(config, KIND));
  const born = stateAfter(null, createCommand(KIND, { plan, actor: ADA }));
  const report = { status: 'completed' } as const;
  return stateAfter(born, { type: 'report-status', now: BIRTH_MS, actor: LOCAL, report });
}

const approve = (actor: Actor, change: Partial<DecideGate> = {}): DecideGate => ({
  type: 'decide-gate',
  now: BIRTH_MS + 1_000,
  actor,
  gate: 'security',
  decision: 'approve',
  facts: MEMBERS,
  ...change,
});

const stateOf = (task: TaskState) => gateNamed(task, 'security')?.state;

describe('a gate', () => {
  it('is not approved by who has made the task, unless nobody else could', () => {
    const task = standing({ preventSelfApproval: true, quorum: 2 });
    expect(refused(decide(task, approve(ADA))).code).toBe('self_approval');
    // Where the project has nobody else it is no ban, unless the policy says so.
    const alone = standing({});
    const own = approve(ADA, { facts: { standings: {}, eligible: 1 } });
    expect(stateOf(stateAfter(alone, own))).toBe('consumed');
    expect(refused(decide(alone, approve(ADA))).code).toBe('self_approval');
    expect(refused(decide(alone, approve(ADA, { facts: undefined }))).code).toBe('unavailable');
  });

  it('A voter who lost the role does not count.', () => {
    const task = stateAfter(standing({ quorum: 2 }), approve(BOB));
    const cleo: Actor = { ...BOB, id: 'usr_cleo', name: 'Cleo' };
    const without = { standings: {}, eligible: 2 };
    const still = stateAfter(task, approve(cleo, { facts: without }));
    expect(stateOf(still)).toBe('pending');
    expect(gateNamed(still, 'security')?.votes?.map(({ approverId }) => approverId)).toEqual([
      'usr_cleo',
    ]);
    expect(stateOf(stateAfter(task, approve(cleo)))).toBe('consumed');
  });

  it('An early decision on the default action is asked again when a concrete one comes.', () => {
    const gates = [{ name: 'security', trigger: 'after:investigation' }];
    const { config } = taken(changeConfig('demo', {}, { gates }));
    const plan = taken(makePlan(config, KIND));
    const born = stateAfter(null, createCommand(KIND, { plan, actor: ADA }));
    const declared = gateNamed(born, 'security')?.actionHash;
    const early = stateAfter(born, approve(BOB, { actionHash: declared }));
    expect(gateNamed(early, 'security')).toMatchObject({
      state: 'consumed',
      action: { type: 'gate.default' },
    });
    const { id: runnerId, name: runnerName } = RUNNER_A;
    const by = { actor: RUNNER_A, leaseId: 'lse_1', runnerId, runnerName };
    const working = stateAfter(early, { type: 'claim', now: BIRTH_MS + 2_000, ...by });
    const { lease, work } = working;
    if (lease === undefined || work === undefined) throw new Error('Nobody is at work.');
    const reached = stateAfter(working, {
      ...{ type: 'finish-work', now: BIRTH_MS + 3_000, actor: RUNNER_A, leaseId: 'lse_1' },
      ...{ epoch: lease.epoch, workId: work.workId, result: goodResult(working, lease, false) },
    });
    expect(reached.status).toBe('waiting-approval');
    const asked = gateNamed(reached, 'security');
    expect(asked).toMatchObject({
      ...{ instance: 2, state: 'pending', action: { type: 'stage.continue' } },
    });
    // What was said early is for that hash alone.
    const late = { now: BIRTH_MS + 4_000 };
    const old = approve(BOB, { ...late, actionHash: declared });
    expect(refused(decide(reached, old)).code).toBe('action_changed');
    const seen = approve(BOB, { ...late, actionHash: asked?.actionHash });
    expect(stateAfter(reached, seen).status).toBe('in-progress');
  });

  it('Approve with a lost answer, repeated: 200 and one vote.', () => {
    const once = stateAfter(standing({}), approve(BOB));
    expect(decide(once, approve(BOB))).toEqual({ ok: true, value: { drafts: [] } });
    expect(gateNamed(once, 'security')?.votes).toHaveLength(1);
  });

  it('Wait time holds back an early quorum.', () => {
    const task = stateAfter(standing({ waitSeconds: 3_600 }), approve(BOB));
    expect(stateOf(task)).toBe('pending');
    const early = decide(task, { type: 'tick', now: BIRTH_MS + 3_599_000 });
    expect(early).toEqual({ ok: true, value: { drafts: [] } });
    const opened = stateAfter(task, { type: 'tick', now: BIRTH_MS + 3_600_000 });
    expect(opened).toMatchObject({ status: 'completed' });
    expect(gateNamed(opened, 'security')).toMatchObject({ state: 'consumed', approverId: BOB.id });
  });

  it('Escalation happens once.', () => {
    const terms = {
      approvers: ['usr_bob'],
      onExpiry: 'escalate',
      escalateTo: ['usr_ada'],
    } as const;
    const task = standing({
      ...terms,
      approvers: ['usr_bob'],
      escalateTo: ['usr_ada'],
      expiresInSeconds: 86_400,
    });
    const asked = stateAfter(task, { type: 'tick', now: BIRTH_MS + DAY_MS });
    const gate = gateNamed(asked, 'security');
    expect(gate).toMatchObject({ state: 'pending', approvers: ['usr_bob', 'usr_ada'] });
    expect(gate?.bindingHash).not.toBe(gateNamed(task, 'security')?.bindingHash);
    const over = stateAfter(asked, { type: 'tick', now: BIRTH_MS + 2 * DAY_MS });
    expect(over).toMatchObject({ status: 'failed' });
    expect(stateOf(over)).toBe('expired');
  });

  it('Approval after `expiresAt` is refused though the alarm has not run.', () => {
    const task = standing({ expiresInSeconds: 60 });
    const late = refused(decide(task, approve(BOB, { now: BIRTH_MS + 60_000 })));
    expect([late.code, late.extra]).toEqual(['gate_decided', { state: 'expired' }]);
  });

  it('asks for a fresh sign-in and for the hash of what was seen, where its policy does', () => {
    const task = standing({ stepUpSeconds: 300, requireActionHash: true });
    expect(refused(decide(task, approve(BOB))).code).toBe('precondition_required');
    const actionHash = gateNamed(task, 'security')?.actionHash;
    const stale = refused(decide(task, approve(BOB, { actionHash })));
    expect([stale.code, stale.extra]).toEqual([
      'insufficient_user_authentication',
      { max_age: 300 },
    ]);
    const signin = { via: 'console', authTimeMs: BIRTH_MS };
    expect(stateOf(stateAfter(task, approve(BOB, { actionHash, signin })))).toBe('consumed');
  });

  it('is waived by a project admin who has not asked for it, and by nobody else', () => {
    const task = standing({});
    const waive = (actor: Actor) =>
      ({ type: 'waive-gate', now: BIRTH_MS, actor, gate: 'security', reason: 'Hotfix' }) as const;
    expect(refused(decide(task, waive(ADA))).code).toBe('self_approval');
    const developer: Actor = { ...BOB, projects: { [task.projectId]: 'developer' } };
    expect(refused(decide(task, waive(developer))).code).toBe('role_too_low');
    const after = stateAfter(task, waive(BOB));
    expect(after.status).toBe('completed');
    expect(gateNamed(after, 'security')).toMatchObject({
      state: 'waived',
      status: 'not-required',
      reason: 'skipped',
      approver: BOB.name,
      approverId: BOB.id,
      comment: 'Hotfix',
    });
  });

  it('has a binding that another secret, action or policy changes', () => {
    const bound = (task: TaskState) => gateNamed(task, 'security')?.bindingHash;
    expect(bound(standing({}))).toBe(bound(standing({})));
    expect(bound(standing({}))).not.toBe(bound(standing({ allowEdit: true })));
    expect(bound(standing({}))).toMatch(/^sha256:/);
  });
});
