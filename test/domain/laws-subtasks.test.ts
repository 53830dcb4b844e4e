import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../src/contract/subtask.ts';
import type { Command, NewSubtask, NoteSubtask } from '../../src/domain/command.ts';
import { decide } from '../../src/domain/decide.ts';
import { openSubtasks, subtaskOrders } from '../../src/domain/family.ts';
import { isEnded, isWorking, type SubtaskState, type TaskState } from '../../src/domain/task.ts';
import { LOCAL } from './actors.ts';
import { type End, familyEnd, type Part } from './family-end.ts';
import { subtaskRow } from './family-moves.ts';
import { holds, holdsAtEachStep } from './law.ts';
import { ask, BIRTH_MS, createCommand, stateAfter } from './world.ts';

const STOPS: ReadonlySet<string> = new Set(['task:cancelled', 'task:trashed']);
const SPENT = { inputTokens: 1, outputTokens: 2, costMicros: 3 };

/** Whether a subtask can never be begun, for one that it waits for has not done its work. */
function isCutOff(subtask: SubtaskState, all: readonly SubtaskState[]): boolean {
  const { status, again, dependsOn } = subtask;
  if (status !== 'pending' && again === undefined) return false;
  const siblings = all.filter(({ id }) => dependsOn.includes(id));
  return siblings.some((one) => {
    const isMissing = one.status === 'failed' || one.status === 'cancelled';
    return (isMissing && one.again === undefined) || isCutOff(one, all);
  });
}

describe('a task with subtasks', () => {
  it('is never completed while one of them is open, nor without the work of one that failed', () => {
    holdsAtEachStep(({ after, events }) => {
      if (after === null || !events.some(({ type }) => type === 'task:completed')) return;
      for (const subtask of after.subtasks) {
        const { status, again } = subtask;
        const isOver = (status === 'completed' || status === 'cancelled') && again === undefined;
        expect(isOver || isCutOff(subtask, after.subtasks)).toBe(true);
      }
    });
  });

  it('has failed by the time that the last open one has ended, if one of them failed', () => {
    holdsAtEachStep(({ before, after, command, events }) => {
      if (before === null || after === null || command.type !== 'note-subtask') return;
      if (events.length === 0 || before.trashedAt !== undefined || isEnded(before.status)) return;
      const failed = after.subtasks.filter(({ status, again }) => status === 'failed' && !again);
      if (openSubtasks(after).length > 0 || failed.length === 0) return;
      expect(after.status).toBe('failed');
      expect(after.error).toBe(`${failed.length} subtask(s) failed`);
    });
  });

  it('hears a thing once: told again, it changes nothing', () => {
    holdsAtEachStep(({ after, command }) => {
      if (command.type !== 'note-subtask' || after === null) return;
      expect(decide(after, command)).toEqual({ ok: true, value: { drafts: [] } });
    });
  });

  it('is held by no runner while they are at work, and is no work of its own', () => {
    holdsAtEachStep(({ after }) => {
      if (after === null || !after.executing) return;
      expect(after.lease).toBeUndefined();
      expect(after.work).toBeUndefined();
    });
  });

  it('that is at work without a runner and without open subtasks does not wait for them', () => {
    holdsAtEachStep(({ after }) => {
      if (after?.executing !== true || !isWorking(after.status)) return;
      expect(openSubtasks(after)).not.toEqual([]);
    });
  });

  it('has no subtask twice, at most fifty, and none below the third level', () => {
    holds(({ states }) => {
      const state = states.at(-1);
      const ids = state?.subtasks.map(({ id }) => id) ?? [];
      expect(ids.length).toBe(new Set(ids).size);
      expect(ids.length).toBeLessThanOrEqual(50);
      if (state?.parent?.depth === 3) expect(ids).toEqual([]);
    });
  });
});

describe('what a task asks of its subtasks', () => {
  it('is nothing while it does not wait for them, but that they end with it', () => {
    holdsAtEachStep(({ after, events }) => {
      if (after === null) return;
      const orders = subtaskOrders(after).filter(({ order }) => order !== 'cancel');
      if (!after.executing || !isWorking(after.status)) expect(orders).toEqual([]);
      const open = after.subtasks.filter(({ status }) => !isEnded(status));
      if (events.at(-1)?.type !== 'task:cancelled') return;
      const cancels = open.map(({ id, attempt }) => ({ id, attempt, order: 'cancel' }));
      expect(subtaskOrders(after)).toEqual(cancels);
    });
  });

  it('is to end of none that has ended, and of none before it was cancelled or thrown away', () => {
    holds(({ steps }) => {
      let wasStopped = false;
      for (const { after, events } of steps) {
        wasStopped ||= events.some(({ type }) => STOPS.has(type));
        if (after === null) continue;
        const cancels = subtaskOrders(after).filter(({ order }) => order === 'cancel');
        if (!wasStopped) expect(cancels).toEqual([]);
        for (const { id } of cancels) {
          const { status = 'completed' } = after.subtasks.find((known) => known.id === id) ?? {};
          expect(isEnded(status)).toBe(false);
        }
      }
    });
  });

  it('is to begin those that have not begun, and to repeat those whose work is missing', () => {
    holdsAtEachStep(({ after }) => {
      if (after === null) return;
      for (const { id, order } of subtaskOrders(after)) {
        const subtask = after.subtasks.find((known) => known.id === id);
        if (order === 'start') expect(subtask).toMatchObject({ status: 'pending' });
        if (order !== 'retry') continue;
        expect(subtask?.again).toBe(true);
        expect(['failed', 'cancelled']).toContain(subtask?.status);
      }
    });
  });

  it('is one at a time in sequence, none after a failure, none before those it waits for', () => {
    holdsAtEachStep(({ after }) => {
      if (after?.strategy !== 'sequential') return;
      const orders = subtaskOrders(after).filter(({ order }) => order !== 'cancel');
      const isAtWork = ({ status, again }: SubtaskState): boolean =>
        status !== 'pending' && !isEnded(status) && again === undefined;
      const atWork = after.subtasks.filter(isAtWork).length;
      expect(atWork === 0 ? orders.length : orders.length + 1).toBeLessThanOrEqual(1);
      const failed = after.subtasks.some(({ status, again }) => status === 'failed' && !again);
      if (failed) expect(orders).toEqual([]);
      for (const { id } of orders) {
        const wanted = after.subtasks.find((known) => known.id === id)?.dependsOn ?? [];
        const siblings = after.subtasks.filter((known) => wanted.includes(known.id));
        for (const { status } of siblings) expect(status).toBe('completed');
      }
    });
  });
});

const parts = fc
  .array(fc.tuple(fc.nat({ max: 31 }), fc.constantFrom<End>('completed', 'failed', 'cancelled')), {
    minLength: 1,
    maxLength: 5,
  })
  .map((drawn) =>
    drawn.map(([bits, end], index): Part => {
      const waitsFor = drawn.flatMap((_, at) => (at < index && (bits >> at) % 3 === 1 ? [at] : []));
      return { waitsFor, end };
    }),
  );

const family = fc.record({
  strategy: fc.constantFrom(...STRATEGIES),
  parts,
  order: fc.array(fc.nat({ max: 99 }), { minLength: 5, maxLength: 5 }),
  repeats: fc.array(fc.nat({ max: 99 }), { maxLength: 6 }),
});
type Family = typeof family extends fc.Arbitrary<infer T> ? T : never;

const idOf = (index: number): string => `task_sub_${index + 1}`;

/** A parent whose subtasks are at work. */
function parentOf({ strategy, parts: all }: Family): TaskState {
  const subtasks = all.map(({ waitsFor }, index): NewSubtask => {
    const made = { id: idOf(index), description: 'A part', workflow: 'bugfix' };
    const dependsOn = waitsFor.map(idOf);
    return { ...made, priority: 'normal', effort: 'medium', dependsOn };
  });
  const by = { now: BIRTH_MS + 1, actor: LOCAL };
  const kind = { workflow: 'bugfix', autonomy: 'full', maxRetries: 0 } as const;
  const asked: readonly Command[] = [
    { type: 'decompose', ...by, decomposition: { strategy, subtasks } },
    { type: 'execute-subtasks', ...by },
  ];
  return asked.reduce(stateAfter, stateAfter(null, createCommand(kind)));
}

/** The word of each subtask that is done, in any order, some of them more than once. */
function notesOf({ strategy, parts: all, order, repeats }: Family): NoteSubtask[] {
  const { ends } = familyEnd(strategy, all);
  const notes = ends.flatMap((status, index): NoteSubtask[] => {
    if (status === undefined) return [];
    const subtask = subtaskRow({ id: idOf(index), status });
    return [{ type: 'note-subtask', now: BIRTH_MS + 2, subtask, attempt: 1, spent: SPENT }];
  });
  const shuffled = notes
    .map((note, index) => ({ note, rank: order[index] ?? 0 }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ note }) => note);
  for (const at of repeats) {
    const again = shuffled[at % shuffled.length];
    if (again !== undefined) shuffled.splice((at % shuffled.length) + 1, 0, again);
  }
  return shuffled;
}

describe('the end of a task with subtasks', () => {
  it('is the same in whatever order, and however often, their ends are told', () => {
    const property = fc.property(family, (one) => {
      let state = parentOf(one);
      const types: string[] = [];
      for (const note of notesOf(one)) {
        const { after, events } = ask(state, note);
        types.push(...events.map(({ type }) => type));
        state = after ?? state;
      }
      const { error, failed } = familyEnd(one.strategy, one.parts);
      expect(state.error).toBe(error);
      expect(state.status).toBe(failed > 0 ? 'failed' : 'queued');
      const ends = types.filter((type) => type === 'task:failed' || type === 'task:queued');
      expect(ends).toHaveLength(1);
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});
