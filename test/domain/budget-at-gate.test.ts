// A task that stands before a gate reaches a limit: neither question answers the other.

import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/domain/command.ts';
import { gateNamed } from '../../src/domain/gates.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { ADA, BOB, LOCAL, RUNNER_A } from './actors.ts';
import { goodResult } from './results.ts';
import { ask, BIRTH_MS, createCommand, refused, stateAfter } from './world.ts';

/** A run of Ada's that stands before the gate of its first stage, and has used up its time. */
function stoppedAtGate(): { readonly state: TaskState; readonly now: number } {
  const kind = { workflow: 'bugfix', autonomy: 'manual', maxRetries: 0 } as const;
  const { id: runnerId, name: runnerName } = RUNNER_A;
  const by = { actor: RUNNER_A, leaseId: 'lse_1', runnerId, runnerName };
  let state = stateAfter(null, createCommand(kind, { actor: ADA }));
  state = stateAfter(state, { type: 'claim', now: BIRTH_MS, ...by });
  const { lease, work } = state;
  if (lease === undefined || work === undefined) throw new Error('Nobody is at work.');
  const limitMs = BIRTH_MS + (state.plan.limits.maxWallMinutes ?? 0) * 60_000;
  const now = limitMs - 5_000;
  state = stateAfter(state, {
    ...{ type: 'finish-work', now, actor: RUNNER_A, leaseId: 'lse_1', epoch: lease.epoch },
    ...{ workId: work.workId, result: goodResult(state, lease, false) },
  });
  expect(state.status).toBe('waiting-approval');
  state = stateAfter(state, { type: 'tick', now: limitMs + 5_000 });
  expect(state).toMatchObject({ status: 'paused', pauseReason: 'budget' });
  expect(state.hold?.gateId).toBe(gateNamed(state, 'investigation')?.id);
  expect(gateNamed(state, 'budget')).toMatchObject({ status: 'pending' });
  return { state, now: limitMs + 6_000 };
}

describe('a task that has reached a limit where it stands before a gate', () => {
  const gate = 'investigation';
  const decide = (decision: 'approve' | 'request-changes') =>
    ({ type: 'decide-gate', gate, decision, comment: 'Again' }) as const;

  it.each([
    ['approved', decide('approve')],
    ['sent back', decide('request-changes')],
    ['waived', { type: 'waive-gate', gate, reason: 'Hotfix' } as const],
  ])('stays paused while that gate is %s, and goes on once the limit is raised', (_, said) => {
    const { state, now } = stoppedAtGate();
    const { after, events } = ask(state, { ...said, now, actor: BOB } as Command);
    const types = events.map(({ type }) => type);
    expect(types).not.toContain('work:given');
    expect(types).not.toContain('task:queued');
    expect(after).toMatchObject({ status: 'paused', pauseReason: 'budget' });
    if (after === null) throw new Error('The task is gone.');
    const { actionHash } = gateNamed(after, 'budget') ?? {};
    const raise = { type: 'decide-gate', gate: 'budget', decision: 'approve', actionHash } as const;
    const raised = stateAfter(after, { ...raise, now: now + 1_000, actor: BOB });
    expect(raised.status).toBe('queued');
  });

  it('is not reported past it', () => {
    const stopped = stoppedAtGate();
    // Its runner has stopped by then.
    const now = stopped.now + 60_000;
    const state = stateAfter(stopped.state, { type: 'tick', now });
    const report = { status: 'in-progress' } as const;
    const { decided, after } = ask(state, { type: 'report-status', now, actor: LOCAL, report });
    expect(refused(decided).code).toBe('invalid_transition');
    expect(after).toEqual(state);
  });
});

describe('an approver who edits how far a limit is raised', () => {
  const { state, now } = stoppedAtGate();
  const { action, actionHash } = gateNamed(state, 'budget') ?? {};
  if (action === undefined || actionHash === undefined) throw new Error('Nobody is asked.');
  const from = String(action.params['from']);
  const edit = (edited: unknown) =>
    ask(state, {
      ...{ type: 'edit-gate', gate: 'budget', action: edited, baseActionHash: actionHash },
      ...{ now, actor: BOB },
    } as Command);

  it.each(['NaN', '-5', '1e400', 'Infinity', '0x10', '15,5', ' 900 ', '900.5', '1000000001', from])(
    'is not taken for a number with %j',
    (to) => {
      const { params } = action;
      expect(refused(edit({ ...action, params: { ...params, to } }).decided).code).toBe(
        'invalid_action',
      );
    },
  );

  it('changes nothing else', () => {
    for (const other of [
      { ...action, target: { limit: 'dailyBudget' } },
      { ...action, params: { ...action.params, from: '0' } },
      { ...action, params: { ...action.params, unit: 'usd' } },
    ]) {
      expect(refused(edit(other).decided).code).toBe('invalid_action');
    }
  });

  it('raises it to what they say', () => {
    const { events } = edit({ ...action, params: { ...action.params, to: '900' } });
    const raised = events.find(({ type }) => type === 'budget:extended');
    expect(raised?.data).toMatchObject({
      limit: action.target['limit'],
      from: Number(from),
      to: 900,
    });
  });
});
