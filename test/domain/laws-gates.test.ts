import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '../../src/contract/event.ts';
import { actionHash } from '../../src/domain/action.ts';
import { gateNamed } from '../../src/domain/gates.ts';
import { isEnded, type TaskState } from '../../src/domain/task.ts';
import { holds, holdsAtEachStep } from './law.ts';
import type { Step } from './world.ts';

const DECIDED: ReadonlySet<TaskEvent['type']> = new Set([
  'gate:approved',
  'gate:rejected',
  'gate:changes-requested',
]);

const standing = (state: TaskState | null) =>
  state?.gates.find(({ id }) => id === state.hold?.gateId);

const undecided = (state: TaskState) =>
  state.plan.gates.filter(({ name }) => gateNamed(state, name)?.status !== 'approved');

const gives = ({ events }: Step, kind: string): boolean =>
  events.some((event) => event.type === 'work:given' && event.data.kind === kind);

describe('gates', () => {
  it('hold the task exactly while it waits for an approval', () => {
    holdsAtEachStep(({ after }) => {
      expect(after?.hold !== undefined).toBe(after?.status === 'waiting-approval');
      if (after?.hold !== undefined) expect(standing(after)?.status).toBe('pending');
    });
  });

  it('let nothing go on before the decision', () => {
    holdsAtEachStep(({ before, after, events }) => {
      const gate = standing(before);
      if (gate === undefined || after === null) return;
      if (after.gates.find(({ id }) => id === gate.id)?.status !== 'pending') return;
      const types = events.map(({ type }) => type);
      expect(types).not.toContain('work:given');
      expect(types).not.toContain('task:completed');
      const retried = types.includes('task:retried');
      if (!isEnded(after.status) && !retried) expect(after.hold?.gateId).toBe(gate.id);
    });
  });

  it('are all approved when a report completes the task', () => {
    holdsAtEachStep(({ after, before }) => {
      if (after?.status !== 'completed' || before?.status === 'completed' || after.merged) return;
      expect(undecided(after)).toEqual([]);
    });
  });

  it('are all approved for a concrete action when a runner completes the task', () => {
    holdsAtEachStep(({ after, before, events }) => {
      if (before?.status === 'completed' || after?.status !== 'completed') return;
      if (before?.lease === undefined && !after.merged) return;
      expect(events.at(-1)?.type).toBe('task:completed');
      const after_ = after.plan.gates.filter(({ at }) => at === 'after');
      for (const { name } of after_) expect(gateNamed(after, name)?.status).toBe('approved');
      if (after.committed) expect(undecided(after)).toEqual([]);
    });
  });

  it('that guard commits have approved this very tree when the first commit is given', () => {
    holdsAtEachStep((step) => {
      const { after } = step;
      const planned = after?.plan.gates.some(({ at }) => at === 'commit');
      if (after === null || !planned || after.committed || !gives(step, 'commit')) return;
      const gate = gateNamed(after, 'commit');
      expect(gate?.status).toBe('approved');
      expect(after.work?.action && actionHash(after.work.action)).toBe(gate?.actionHash);
    });
  });

  it('that stand before the merge are approved when it is given', () => {
    holdsAtEachStep((step) => {
      const { after } = step;
      if (after === null || !gives(step, 'merge')) return;
      const planned = after.plan.gates.filter(({ at }) => at === 'after');
      for (const { name } of planned) {
        const gate = gateNamed(after, name);
        expect(gate?.status).toBe('approved');
        expect(gate?.action.type).toBe('stage.continue');
      }
    });
  });

  it('are decided by persons, or rejected by the clock once their time is over', () => {
    holdsAtEachStep(({ before, command, events }) => {
      for (const event of events.filter(({ type }) => DECIDED.has(type))) {
        if (command.type === 'tick') {
          expect(event.type).toBe('gate:rejected');
          expect(event.data).toMatchObject({ reason: 'timeout' });
          expect(Date.parse(standing(before)?.expiresAt ?? '9999')).toBeLessThanOrEqual(
            command.now,
          );
          continue;
        }
        expect(command.type).toBe('decide-gate');
        expect('actor' in command && command.actor.kind).toBe('person');
      }
    });
  });

  it('of an ended task are not decided any more', () => {
    holdsAtEachStep(({ before, command, events }) => {
      if (before === null || !isEnded(before.status) || command.type !== 'decide-gate') return;
      expect(events).toEqual([]);
    });
  });

  it('Final states never change.', () => {
    holdsAtEachStep(({ before, after }) => {
      for (const gate of before?.gates ?? []) {
        // An approval that waits to be used can still lapse with its attempt, or its time.
        if (gate.state === 'pending' || gate.state === 'approved') continue;
        expect(after?.gates.find(({ id }) => id === gate.id)).toEqual(gate);
      }
    });
  });

  it('have ids and instances of their own, and the hash of their action', () => {
    holds(({ states }) => {
      const gates = states.at(-1)?.gates ?? [];
      expect(new Set(gates.map(({ id }) => id)).size).toBe(gates.length);
      for (const gate of gates) expect(gate.actionHash).toBe(actionHash(gate.action));
    });
  });
});

describe('the hash of an action', () => {
  const params = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, maxKeys: 6 });
  const action = (entries: readonly (readonly [string, unknown])[]) =>
    actionHash({ type: 'git.commit', target: {}, params: Object.fromEntries(entries) });

  it('does not know the order of keys', () => {
    const property = fc.property(params, (values) => {
      const entries = Object.entries(values);
      expect(action(entries.toReversed())).toBe(action(entries));
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it('is another one for every changed parameter', () => {
    const property = fc.property(params, fc.nat(), fc.jsonValue(), (values, which, value) => {
      const entries = Object.entries(values);
      const changed = entries.map(([key, before], index) =>
        index === which % entries.length ? ([key, value] as const) : ([key, before] as const),
      );
      const same = JSON.stringify(changed) === JSON.stringify(entries);
      fc.pre(!same && JSON.stringify(value) !== '-0');
      const sorted = (list: readonly (readonly [string, unknown])[]) =>
        JSON.stringify(sortKeys(Object.fromEntries(list)));
      expect(action(changed) === action(entries)).toBe(sorted(changed) === sorted(entries));
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, sortKeys(member)] as const);
  return { members: members.sort(([a], [b]) => (a < b ? -1 : 1)) };
}
