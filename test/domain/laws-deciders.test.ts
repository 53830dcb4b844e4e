// Who decides at gates, what counts, and what a gate holds: each law under its own sentence.

import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '../../src/contract/event.ts';
import type { Gate } from '../../src/contract/gate.ts';
import { gateDueAt } from '../../src/domain/deadlines.ts';
import { decide } from '../../src/domain/decide.ts';
import type { GateCommand } from '../../src/domain/gate-command.ts';
import { isLive } from '../../src/domain/gate-live.ts';
import { policyOf } from '../../src/domain/gate-policy.ts';
import { isEnded, type TaskState } from '../../src/domain/task.ts';
import { agentElsewhere, agentOf, RUNNER_A, RUNNER_B, SERVICE } from './actors.ts';
import { person, pushOf } from './gate-moves.ts';
import {
  type GateStep,
  gateHistories,
  holdsAtEachGateStep,
  holdsInGateHistories,
} from './gate-play.ts';
import { refused } from './world.ts';

const DECIDED: ReadonlySet<TaskEvent['type']> = new Set([
  ...(['gate:approved', 'gate:rejected', 'gate:changes-requested', 'gate:waived'] as const),
]);
const DECIDING: ReadonlySet<string> = new Set(['decide-gate', 'edit-gate', 'waive-gate']);

const gateIn = ({ gates }: TaskState, gateId: string): Gate | undefined =>
  gates.find(({ id }) => id === gateId);

/** The decisions of a step, each on its gate as it was. */
function decisionsOf({ before, events }: GateStep) {
  return events.flatMap((event) => {
    const { data, type } = event;
    if (!DECIDED.has(type) || !('gateId' in data) || data.gateId === undefined) return [];
    return [{ event, gate: gateIn(before, data.gateId) }];
  });
}

const isByPerson = ({ command }: GateStep): boolean =>
  DECIDING.has(command.type) && 'actor' in command && command.actor.kind === 'person';

const isByClock = ({ before, command }: GateStep, gate: Gate | undefined): boolean => {
  const dueAt = gate === undefined ? null : gateDueAt(before, gate);
  return dueAt !== null && dueAt <= command.now;
};

/** Whether a limit has been reached, and nobody has said yet what becomes of that. */
const isOpen = ({ source, status }: Gate): boolean => source === 'budget' && status === 'pending';

/** Everybody who is no person, of this task and of others. */
const machines = (state: TaskState) => [
  agentOf(state, state.epoch),
  agentOf(state, state.epoch - 1),
  agentElsewhere(state),
  ...[RUNNER_A, RUNNER_B, SERVICE],
];

type Asked<C> = C extends unknown ? Omit<C, 'now' | 'actor'> : never;

/** All that only people ask of a gate. */
function askedOfPeople({ id: gate, actionHash }: Gate): readonly Asked<GateCommand>[] {
  return [
    ...(['approve', 'reject', 'request-changes'] as const).map(
      (decision) => ({ type: 'decide-gate', gate, decision, actionHash, comment: 'x' }) as const,
    ),
    { type: 'waive-gate', gate, reason: 'x' },
    { type: 'edit-gate', gate, action: pushOf('z'), baseActionHash: actionHash },
    { type: 'delegate-gate', gate, to: { id: 'usr_bob', role: 'owner' } },
    { type: 'withdraw-vote', gate },
  ];
}

describe('gates', () => {
  it('come to all ends in these histories', () => {
    const gates = gateHistories().flatMap((steps) => steps.at(-1)?.after.gates ?? []);
    const ends = new Set(gates.map(({ state }) => state));
    expect([...ends].toSorted()).toEqual([
      ...['approved', 'cancelled', 'changes-requested', 'consumed', 'expired', 'pending'],
      ...['rejected', 'waived'],
    ]);
  });

  it('Nothing but a person’s decision or the clock approves or rejects a gate.', () => {
    holdsAtEachGateStep((step) => {
      for (const { event, gate } of decisionsOf(step)) {
        expect(isByPerson(step) || isByClock(step, gate)).toBe(true);
        if (isByPerson(step)) continue;
        // The clock says no, or counts what people have said before.
        if (event.type === 'gate:rejected') expect(event.data.reason).toBe('timeout');
        else expect(gate?.votes?.length).toBeGreaterThanOrEqual(gate?.policy?.required ?? 1);
      }
      for (const gate of step.before.gates) {
        const { status } = gateIn(step.after, gate.id) ?? gate;
        if (status === gate.status || (status !== 'approved' && status !== 'rejected')) continue;
        expect(isByPerson(step) || isByClock(step, gate)).toBe(true);
      }
    });
  });

  it('Nobody votes but by a decision of their own.', () => {
    holdsAtEachGateStep((step) => {
      const { before, after, command } = step;
      for (const gate of after.gates) {
        const known = new Set(gateIn(before, gate.id)?.votes?.map(({ approverId }) => approverId));
        const added = (gate.votes ?? []).filter(({ approverId }) => !known.has(approverId));
        if (added.length === 0) continue;
        expect(isByPerson(step)).toBe(true);
        const who = 'actor' in command ? command.actor.id : '';
        expect(added.map(({ approverId }) => approverId)).toEqual([who]);
      }
    });
  });

  it('No agent, runner, service or `act` token decides, over all principal kinds and modes.', () => {
    holdsInGateHistories((steps) => {
      for (const { after } of steps.slice(-2)) {
        const gate = after.gates.at(-1);
        if (gate === undefined) continue;
        for (const actor of machines(after)) {
          const code = actor.kind === 'agent' ? 'agent_forbidden' : 'human_required';
          for (const open of [true, false]) {
            for (const asked of askedOfPeople(gate)) {
              const now = Date.parse(after.updatedAt);
              const command = { ...asked, now, actor: { ...actor, open } };
              expect(refused(decide(after, command)).code).toBe(code);
            }
          }
        }
      }
    });
  });

  it('Approved implies `required` distinct eligible voters for one `actionHash`.', () => {
    holdsInGateHistories((steps) => {
      const eligible = new Set<string>();
      for (const step of steps) {
        const { command, facts, events } = step;
        if (isByPerson(step) && 'actor' in command) {
          const { id, open } = command.actor;
          if (open || Object.hasOwn(facts.standings, id)) eligible.add(`${id}`);
        }
        for (const event of events) {
          if (event.type !== 'gate:approved') continue;
          const gate = gateIn(step.after, event.data.gateId);
          const { votes = [], actionHash } = event.data;
          const voters = new Set(votes.map(({ approverId }) => approverId));
          expect(voters.size).toBe(votes.length);
          expect(voters.size).toBeGreaterThanOrEqual(gate?.policy?.required ?? 1);
          expect(actionHash).toBe(gate?.actionHash);
          for (const vote of votes) {
            expect([vote.actionHash, vote.decision]).toEqual([actionHash, 'approve']);
            expect(eligible).toContain(vote.approverId);
            // Whoever had voted before could still do so when the last vote came.
            const isWeighed = isByPerson(step) && 'actor' in command && !command.actor.open;
            if (isWeighed) expect(Object.keys(facts.standings)).toContain(vote.approverId);
          }
        }
      }
    });
  });

  it('A reached blocking gate holds the task.', () => {
    holdsAtEachGateStep(({ before, after, events, command }) => {
      for (const event of events) {
        if (event.type !== 'gate:required') continue;
        const gate = gateIn(after, event.data.gateId);
        if (gate?.status !== 'pending' || gate.blocking === false) continue;
        // Work that has failed for good ends the task, whatever it has used up.
        if (isEnded(after.status)) continue;
        // A limit that is reached stops the task itself, wherever it stands.
        const isStopped = after.gates.some(isOpen);
        expect(after.status).toBe(isStopped ? 'paused' : 'waiting-approval');
        if (gate.source !== 'budget') expect(after.hold).toBeDefined();
      }
      if (before.status === 'paused' && [before, after].every(({ gates }) => gates.some(isOpen))) {
        expect(['paused', 'failed', 'cancelled']).toContain(after.status);
      }
      const { hold } = before;
      const isStill = gateIn(after, hold?.gateId ?? '')?.status === 'pending';
      if (hold === undefined || !isStill) return;
      const types = events.map(({ type }) => type);
      for (const type of ['work:given', 'work:finished', 'task:completed', 'task:stage-changed']) {
        // A stage that asked in its midst may end; what comes after it is held.
        if (type === 'work:finished' && hold.kind === 'asked') continue;
        expect(types).not.toContain(type);
      }
      const isPaused = command.type === 'pause' || after.status === 'paused';
      const isAnew = types.some((type) => ['task:retried', 'lease:ended'].includes(type));
      const isOver = types.some((type) => ['task:failed', 'task:cancelled'].includes(type));
      if (!isPaused && !isAnew && !isOver) expect(after.hold?.gateId).toBe(hold.gateId);
    });
  });

  it('The old hash cannot approve a replaced action.', () => {
    let replaced = 0;
    holdsAtEachGateStep(({ before, after, command, facts }) => {
      const actor = person('usr_cleo', { usr_cleo: 'owner' });
      for (const { id, name, actionHash } of before.gates) {
        const newest = after.gates.findLast((gate) => gate.name === name);
        if (newest?.status !== 'pending' || newest.actionHash === actionHash) continue;
        replaced += 1;
        for (const gate of [name, id]) {
          const old = { type: 'decide-gate', now: command.now, actor, facts, gate } as const;
          const decided = decide(after, { ...old, decision: 'approve', actionHash });
          // Said again of an instance that was approved so, it changes nothing.
          if (decided.ok) expect([gate, decided.value.drafts]).toEqual([id, []]);
          if (decided.ok) continue;
          const codes = ['action_changed', 'not_an_approver', 'invalid_transition'];
          // An instance that somebody has decided says so; one whose time is over, too.
          const { state = '' } = gateIn(after, id) ?? {};
          const isDecided = gate === id && state !== 'cancelled';
          const isOver = Date.parse(newest.expiresAt ?? '9999') <= command.now;
          expect(isDecided || isOver ? [...codes, 'gate_decided'] : codes).toContain(
            decided.refusal.code,
          );
        }
      }
    });
    expect(replaced).toBeGreaterThan(50);
  });

  it('of one name are live one at a time: an approval that does not fit any more is none', () => {
    holdsAtEachGateStep(({ after: { gates } }) => {
      for (const gate of gates.filter(isLive)) {
        expect(gates.findLast(({ name }) => name === gate.name)?.id).toBe(gate.id);
      }
    });
  });

  it('Approvals under a ban are of others than those who ask.', () => {
    holdsAtEachGateStep(({ after, events }) => {
      for (const event of events) {
        if (event.type !== 'gate:approved') continue;
        const gate = gateIn(after, event.data.gateId);
        if (gate === undefined || policyOf(gate).preventSelfApproval !== true) continue;
        for (const { approverId, delegatedBy } of event.data.votes ?? []) {
          expect([approverId, delegatedBy]).not.toContain(after.createdBy);
        }
      }
    });
  });
});
