// What lies between a question and the deed: each law under its own sentence.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Gate } from '../../src/contract/gate.ts';
import type { Actor } from '../../src/contract/principal.ts';
import { actionHash } from '../../src/domain/action.ts';
import type { Command } from '../../src/domain/command.ts';
import { gateNonce } from '../../src/domain/gate-binding.ts';
import { gateNamed } from '../../src/domain/gates.ts';
import { gateRecords } from '../../src/domain/holder-gates.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { ADA, agentOf, BOB, RUNNER_A, RUNNER_B } from './actors.ts';
import { ask, BIRTH_MS, createCommand, type Step, stateAfter } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const RUNS = { numRuns: 1_000 };
const push = (head: string) => ({
  type: 'git.push' as const,
  target: { remote: 'origin', branch: 'main' },
  params: { head },
});

const claim = (runner: Actor, now: number): Command => ({
  ...{ type: 'claim', now, actor: runner, leaseId: `lse_${now}` },
  ...{ runnerId: runner.id, runnerName: runner.name },
});

/** A task at work under the runner A. */
function working(): TaskState {
  const kind = { workflow: 'bugfix', autonomy: 'full', maxRetries: 3 } as const;
  return stateAfter(stateAfter(null, createCommand(kind)), claim(RUNNER_A, BIRTH_MS + 1));
}

const request = (state: TaskState, now: number, head = 'a', fields = {}): Command => ({
  ...{ type: 'request-gate', now, actor: agentOf(state, state.epoch), name: 'push' },
  ...{ action: push(head), blocking: true, ...fields },
});

const decide = (
  actor: Actor,
  now: number,
  decision: 'approve' | 'reject',
  gate?: Gate,
): Command => ({
  ...{ type: 'decide-gate', now, actor, gate: 'push', decision },
  actionHash: gate?.actionHash,
});

interface Use {
  readonly runner?: Actor;
  readonly consumeId?: string;
  readonly epoch?: number;
  readonly gate?: Gate | undefined;
}

/** The right use of the newest instance, unless told otherwise. */
function consume(state: TaskState, now: number, use: Use = {}): Command {
  const { runner = RUNNER_A, consumeId = 'cns_1', epoch = state.epoch } = use;
  const { id = 'gate_0', actionHash: hash = '' } = use.gate ?? gateNamed(state, 'push') ?? {};
  const lease = { leaseId: state.lease?.leaseId ?? 'lse_0', epoch };
  const nonce = gateNonce(state, id);
  const what = { gate: 'push', gateId: id, nonce, actionHash: hash, consumeId };
  return { type: 'consume-gate', now, actor: runner, ...lease, ...what };
}

const MOVES = [
  ...['request', 'request', 'request other', 'approve', 'approve', 'reject', 'withdraw', 'edit'],
  ...[
    'consume',
    'consume',
    'consume again',
    'consume late',
    'consume old',
    'lose',
    'claim',
    'wait',
  ],
] as const;

function moveOf(move: string, state: TaskState, now: number, past: readonly TaskState[]): Command {
  const gate = gateNamed(state, 'push');
  switch (move) {
    case 'request':
      return request(state, now, 'a', { policy: { allowEdit: true } });
    case 'request other':
      return request(state, now, 'b');
    case 'approve':
      return decide(ADA, now, 'approve', gate);
    case 'reject':
      return decide(BOB, now, 'reject', gate);
    case 'withdraw':
      return { type: 'withdraw-vote', now, actor: ADA, gate: 'push' };
    case 'edit': {
      const baseActionHash = gate?.actionHash ?? '';
      return {
        type: 'edit-gate',
        now,
        actor: ADA,
        gate: 'push',
        action: push('c'),
        baseActionHash,
      };
    }
    case 'consume':
      return consume(state, now, {
        runner: state.lease?.runnerId === 'run_b' ? RUNNER_B : RUNNER_A,
      });
    case 'consume again':
      return consume(state, now, { consumeId: `cns_${now}` });
    case 'consume late':
      return consume(state, now, { epoch: state.epoch - 1 });
    case 'consume old': {
      const old = past.flatMap(({ gates }) => gates).find(({ name }) => name === 'push');
      return consume(state, now, { gate: old, consumeId: `cns_${now}` });
    }
    case 'lose':
      return { type: 'expire-lease', now, leaseId: state.lease?.leaseId ?? '', confirmed: true };
    case 'claim':
      return claim(now % 2 === 0 ? RUNNER_A : RUNNER_B, now);
    default:
      return { type: 'tick', now };
  }
}

/** Waits are up to a day: approvals lapse in ten minutes, questions in a day. */
const histories = fc.array(
  fc.record({
    move: fc.constantFrom(...MOVES),
    waitMs: fc.oneof(
      { weight: 8, arbitrary: fc.constant(1_000) },
      fc.integer({ min: 1, max: 90_000_000 }),
    ),
  }),
  { maxLength: 40, size: 'max' },
);

function holdsAtEachStep(
  law: (step: Step & { before: TaskState; after: TaskState }) => void,
): number {
  let uses = 0;
  const property = fc.property(histories, (moves) => {
    let state = working();
    let now = BIRTH_MS + 2;
    const past: TaskState[] = [state];
    for (const { move, waitMs } of moves) {
      now += waitMs;
      const step = ask(state, moveOf(move, state, now, past));
      if (step.after === null) throw new Error('The task is gone.');
      uses += step.events.filter(({ type }) => type === 'gate:consumed').length;
      law({ ...step, before: state, after: step.after });
      state = step.after;
      past.push(state);
    }
  });
  fc.assert(property, RUNS);
  return uses;
}

describe('an approval', () => {
  it('A gate is consumed at most once.', () => {
    const uses = holdsAtEachStep(({ events, before, after }) => {
      for (const event of events) {
        if (event.type !== 'gate:consumed') continue;
        const gate = before.gates.find(({ id }) => id === event.data.gateId);
        expect(gate).not.toHaveProperty('consume');
      }
      for (const { id, consume: use } of before.gates) {
        if (use === undefined) continue;
        expect(after.gates.find((gate) => gate.id === id)?.consume).toEqual(use);
      }
    });
    expect(uses).toBeGreaterThan(100);
  });

  it('Nothing is consumed after expiry, withdrawal, cancellation or under a stale epoch.', () => {
    holdsAtEachStep(({ command, events, before }) => {
      if (!events.some(({ type }) => type === 'gate:consumed')) return;
      if (command.type !== 'consume-gate') throw new Error('Something else has consumed it.');
      const gate = before.gates.find(({ id }) => id === command.gateId);
      expect(gate).toMatchObject({ state: 'approved', actionHash: command.actionHash });
      expect([command.epoch, command.leaseId]).toEqual([before.epoch, before.lease?.leaseId]);
      expect(command.nonce).toBe(gateNonce(before, command.gateId));
      const { respondedAt = '', policy, votes = [] } = gate ?? {};
      const usableMs = (policy?.consumeWithinSeconds ?? 0) * 1_000;
      expect(command.now - Date.parse(respondedAt)).toBeLessThan(usableMs);
      expect(votes.length).toBeGreaterThanOrEqual(policy?.required ?? 1);
    });
  });

  it('The runner dies between approval and consume: the next consumes, once.', () => {
    let state = working();
    let now = BIRTH_MS + 10;
    state = stateAfter(state, request(state, now));
    state = stateAfter(state, decide(ADA, now + 1, 'approve'));
    const dead = consume(state, now + 30_000);
    const leaseId = state.lease?.leaseId ?? '';
    state = stateAfter(state, { type: 'expire-lease', now: now + 2, leaseId, confirmed: true });
    now += 20_000;
    state = stateAfter(state, claim(RUNNER_B, now));
    expect(ask(state, dead).decided).toMatchObject({ refusal: { code: 'stale_epoch' } });
    const again = ask(state, request(state, now + 1));
    expect(again.events).toEqual([]);
    expect(gateNamed(state, 'push')?.state).toBe('approved');
    const used = ask(state, consume(state, now + 2, { runner: RUNNER_B, consumeId: 'cns_b' }));
    expect(used.events.map(({ type }) => type)).toEqual(['gate:consumed']);
    const after = used.after ?? state;
    const twice = ask(after, consume(after, now + 3, { runner: RUNNER_B, consumeId: 'cns_c' }));
    expect(twice.decided).toMatchObject({ refusal: { code: 'gate_consumed' } });
  });

  it('Approve with a lost answer, repeated: 200 and one vote.', () => {
    let state = working();
    state = stateAfter(state, request(state, BIRTH_MS + 10));
    const approve = decide(ADA, BIRTH_MS + 11, 'approve');
    state = stateAfter(state, approve);
    const again = ask(state, { ...approve, now: BIRTH_MS + 12 });
    expect(again.decided).toEqual({ ok: true, value: { drafts: [] } });
    expect(gateNamed(state, 'push')?.votes).toHaveLength(1);
  });

  it('An edit voids other votes and keeps three records.', () => {
    let state = working();
    const policy = { allowEdit: true, required: 2 };
    state = stateAfter(state, request(state, BIRTH_MS + 10, 'a', { policy }));
    state = stateAfter(state, decide(ADA, BIRTH_MS + 11, 'approve'));
    const baseActionHash = actionHash(push('a'));
    const edit = { type: 'edit-gate', gate: 'push', action: push('c'), baseActionHash } as const;
    state = stateAfter(state, { ...edit, now: BIRTH_MS + 12, actor: BOB });
    const edited = gateNamed(state, 'push');
    expect(edited?.votes?.map(({ approverId }) => approverId)).toEqual([BOB.id]);
    state = stateAfter(state, decide(ADA, BIRTH_MS + 13, 'approve', edited));
    const used = ask(state, consume(state, BIRTH_MS + 14));
    expect(used.events).toHaveLength(1);
    const gate = gateNamed(used.after ?? state, 'push');
    expect(gate && gateRecords(gate)).toMatchObject({
      ...{ proposed: push('a'), approved: push('c'), action: push('c') },
    });
  });
});
