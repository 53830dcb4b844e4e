import { describe, expect, it } from 'vitest';
import { decide } from '../../src/domain/decide.ts';
import { gateNamed } from '../../src/domain/gates.ts';
import { BOB } from './actors.ts';
import type { History } from './histories.ts';
import { holds, holdsAtEachStep } from './law.ts';
import { stateAfter } from './world.ts';

interface Vote {
  readonly gateId: string;
  readonly voter: string;
  readonly hash: string | undefined;
}

/** Who has said yes to which gate, and to which action. In open mode people are told apart by the names they give. */
function votesOf({ steps }: History): Vote[] {
  return steps.flatMap(({ before, command, events }) => {
    if (command.type !== 'decide-gate' || command.decision !== 'approve') return [];
    const event = events.find(({ type }) => type === 'gate:vote' || type === 'gate:approved');
    const gate = before === null ? undefined : gateNamed(before, command.gate);
    if (event === undefined || gate === undefined) return [];
    const { actor, approver = actor.name } = command;
    const voter = actor.open ? `${actor.id} ${approver}` : actor.id;
    return [{ gateId: gate.id, voter, hash: gate.actionHash }];
  });
}

describe('a gate with a quorum', () => {
  it('is approved by as many different people as it asks for, each for the same action', () => {
    holds((history) => {
      const votes = votesOf(history);
      for (const gate of history.states.at(-1)?.gates ?? []) {
        if (gate.status !== 'approved') continue;
        const own = votes.filter(
          (vote) => vote.gateId === gate.id && vote.hash === gate.actionHash,
        );
        const voters = new Set(own.map(({ voter }) => voter));
        expect(voters.size).toBeGreaterThanOrEqual(gate.quorum ?? 1);
      }
    });
  });

  it('is still pending while votes are missing, and counts nobody twice', () => {
    holds(({ states }) => {
      for (const { status, votes = [], quorum = 1 } of states.at(-1)?.gates ?? []) {
        if (status === 'pending') expect(votes.length).toBeLessThan(quorum);
        const voters = votes.map(({ approver, approverId }) => `${approverId} ${approver}`);
        expect(new Set(voters).size).toBe(votes.length);
      }
    });
  });

  it('is voted for by persons alone', () => {
    holdsAtEachStep(({ command, events }) => {
      if (!events.some(({ type }) => type === 'gate:vote')) return;
      expect('actor' in command && command.actor.kind).toBe('person');
    });
  });

  it('takes the yes of the same person again and changes nothing', () => {
    holdsAtEachStep(({ after, command, events }) => {
      if (command.type !== 'decide-gate' || command.decision !== 'approve') return;
      if (after === null || events.length === 0) return;
      const gates = events.flatMap(({ type, data }) =>
        type === 'gate:vote' || type === 'gate:approved' ? [data.gateId] : [],
      );
      const again = { ...command, gate: gates[0] ?? command.gate, actionHash: undefined };
      expect(decide(after, again)).toEqual({ ok: true, value: { drafts: [] } });
    });
  });

  it('takes it again too when others have made up the number since', () => {
    holds(({ steps, states }) => {
      const state = states.at(-1);
      if (state === undefined || state.trashedAt !== undefined) return;
      if (state.archivedAt !== undefined) return;
      for (const { before, command, events } of steps) {
        if (before === null || command.type !== 'decide-gate') continue;
        if (!events.some(({ type }) => type === 'gate:vote')) continue;
        // Who has made the task is not counted once somebody else could be asked.
        if (command.actor.open) continue;
        const asked = gateNamed(before, command.gate);
        const gate = state.gates.find(({ id }) => id === asked?.id);
        if (gate?.status !== 'approved' || gate.actionHash !== asked?.actionHash) continue;
        const again = { ...command, gate: gate.id, actionHash: undefined };
        expect(decide(state, again)).toEqual({ ok: true, value: { drafts: [] } });
      }
    });
  });
});

describe('a gate', () => {
  it('is decided by those alone whom it names', () => {
    holdsAtEachStep(({ before, command, events }) => {
      if (before === null || command.type !== 'decide-gate' || events.length === 0) return;
      const { approvers = [] } = gateNamed(before, command.gate) ?? {};
      if (approvers.length === 0) return;
      const { id, name, open } = command.actor;
      const said = open ? (command.approver ?? name) : name;
      expect(approvers.includes(id) || approvers.includes(said)).toBe(true);
    });
  });

  it('whose time is over takes no decision, though nobody has looked at the clock yet', () => {
    holdsAtEachStep(({ before, command, events }) => {
      if (before === null || command.type !== 'decide-gate') return;
      const { expiresAt = '9999' } = gateNamed(before, command.gate) ?? {};
      if (Date.parse(expiresAt) <= command.now) expect(events).toEqual([]);
    });
    holds(({ states }) => {
      for (const state of states) {
        const gate = state.gates.find(({ id }) => id === state.hold?.gateId);
        if (gate?.expiresAt === undefined) continue;
        const by = { now: Date.parse(gate.expiresAt), actor: BOB, gate: gate.id };
        for (const decision of ['approve', 'reject', 'request-changes'] as const) {
          expect(decide(state, { type: 'decide-gate', ...by, decision }).ok).toBe(false);
        }
        const late = stateAfter(state, { type: 'tick', now: by.now });
        expect(late).toMatchObject({ status: 'failed', error: expect.stringContaining('timeout') });
      }
    });
  });

  it('has the time it was given, from when it is reached', () => {
    holdsAtEachStep(({ events, after }) => {
      for (const event of events) {
        if (event.type !== 'gate:required') continue;
        const { policy } = after?.gates.find(({ id }) => id === event.data.gateId) ?? {};
        const { expiresAt = '' } = event.data;
        const seconds = policy?.expiresInSeconds ?? Number.NaN;
        expect(Date.parse(expiresAt)).toBe(Date.parse(event.timestamp) + seconds * 1_000);
      }
    });
  });
});
