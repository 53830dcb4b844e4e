import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '../../src/contract/event.ts';
import type { Command } from '../../src/domain/command.ts';
import { decide } from '../../src/domain/decide.ts';
import { openSubtasks } from '../../src/domain/family.ts';
import { queueEntry } from '../../src/domain/queue.ts';
import { blockedBy, isEnded, type TaskState } from '../../src/domain/task.ts';
import { LOCAL } from './actors.ts';
import { subtaskRow } from './family-moves.ts';
import { holds, holdsAtEachStep } from './law.ts';
import { ask, stateAfter } from './world.ts';

/** What a task hears from others, wherever it lies. */
const HEARD: ReadonlySet<TaskEvent['type']> = new Set([
  'dependency:changed',
  'subtask:completed',
  'subtask:failed',
  'subtask:cancelled',
  'subtask:changed',
]);

/** Refusals that come before anybody looks where the task lies, or that say that a lease has ended. */
const ELSEWHERE = ['not_found', 'agent_forbidden', 'human_required', 'stale_epoch', 'no_lease'];

const DAY_MS = 86_400_000;

/** A day later, once everything that the task waited for has come. */
function onceAllHasCome(state: TaskState): TaskState {
  const now = Date.parse(state.updatedAt) + DAY_MS;
  const spent = { inputTokens: 1, outputTokens: 1, costMicros: 1 };
  const notes: readonly Command[] = [
    ...state.dependencies.map(
      ({ id }) =>
        ({ type: 'note-dependency', now, dependency: { id, status: 'completed' } }) as const,
    ),
    ...state.subtasks.map(({ id, attempt }) => {
      const subtask = subtaskRow({ id, status: 'completed' });
      return { type: 'note-subtask', now, subtask, attempt, spent } as const;
    }),
    { type: 'tick', now },
  ];
  return notes.reduce(stateAfter, state);
}

const shelved = (state: TaskState, way: readonly ('trash' | 'restore')[]): TaskState => {
  const now = Date.parse(state.updatedAt) + 1;
  return way.reduce((before, type) => stateAfter(before, { type, now, actor: LOCAL }), state);
};

/** All but what every event moves. */
const lasting = ({ seq: _, updatedAt: __, ...rest }: TaskState) => rest;

/** All but its subtasks, which end with a task that is thrown away. */
const ofItsOwn = (state: TaskState) => ({ ...lasting(state), subtasks: [] });

describe('a task in the trash', () => {
  it('takes nothing but its restoration and its end, and what it hears', () => {
    holdsAtEachStep(({ before, command, decided, events }) => {
      if (before?.trashedAt === undefined) return;
      const types = events.map(({ type }) => type);
      if (command.type === 'restore' && decided.ok) expect(types).toEqual(['task:restored']);
      else if (command.type === 'empty-trash' && decided.ok) {
        expect(types).toEqual(['trash:emptied']);
      } else for (const type of types) expect([...HEARD]).toContain(type);
      if (!decided.ok) expect([...ELSEWHERE, 'task_trashed']).toContain(decided.refusal.code);
    });
  });

  it('has ended, and no runner holds it', () => {
    holdsAtEachStep(({ after }) => {
      if (after?.trashedAt === undefined) return;
      expect(isEnded(after.status)).toBe(true);
      expect(after.lease).toBeUndefined();
      expect(queueEntry(after)).toMatchObject({ trashed: true, leased: false });
    });
  });

  it('comes back as it was if it had ended, and pending if it had not', () => {
    holds(({ states }) => {
      for (const state of states.slice(-2)) {
        if (state.trashedAt !== undefined) continue;
        const restored = shelved(state, ['trash', 'restore']);
        expect(restored.trashedAt).toBeUndefined();
        if (isEnded(state.status)) expect(ofItsOwn(restored)).toEqual(ofItsOwn(state));
        else expect(restored).toMatchObject({ status: 'pending', parked: true });
      }
    });
  });

  it('keeps the work that was done when it comes back', () => {
    holds(({ states }) => {
      for (const state of states.slice(-2)) {
        if (state.trashedAt !== undefined || isEnded(state.status)) continue;
        const restored = shelved(state, ['trash', 'restore']);
        const done = ({ stages }: TaskState) => stages.filter((one) => one.status === 'completed');
        expect(done(restored)).toEqual(done(state));
        expect(restored).toMatchObject({ attempt: state.attempt, outputs: state.outputs });
        expect(restored.error).toBeUndefined();
      }
    });
  });

  it('is queued by nobody but who starts it, whatever it hears after it came back', () => {
    holds(({ states }) => {
      for (const state of states.slice(-2)) {
        if (state.trashedAt !== undefined || isEnded(state.status)) continue;
        if (state.subtasks.some(({ status }) => status === 'failed')) continue;
        const waiting = onceAllHasCome(shelved(state, ['trash', 'restore']));
        expect(waiting.status).toBe('pending');
        expect(queueEntry(waiting).blocked).toBe(false);
        const now = Date.parse(waiting.updatedAt) + 1;
        const started = stateAfter(waiting, { type: 'resume', now, actor: LOCAL });
        expect(['queued', 'waiting-approval', 'completed']).toContain(started.status);
      }
    });
  });

  it('waits for what it had waited for once it is started again', () => {
    holds(({ states }) => {
      for (const state of states.slice(-2)) {
        if (state.trashedAt !== undefined || isEnded(state.status)) continue;
        if (blockedBy(state).length === 0 || openSubtasks(state).length > 0) continue;
        const restored = shelved(state, ['trash', 'restore']);
        const now = Date.parse(restored.updatedAt) + 1;
        const started = stateAfter(restored, { type: 'resume', now, actor: LOCAL });
        expect(started).toMatchObject({ status: 'pending', parked: false });
        expect(queueEntry(started).blocked).toBe(true);
        expect(onceAllHasCome(started).status).toBe('queued');
      }
    });
  });
});

describe('a task in the archive', () => {
  it('takes nothing but leaving it, and what it hears', () => {
    holdsAtEachStep(({ before, command, decided, events }) => {
      if (before?.archivedAt === undefined || before.trashedAt !== undefined) return;
      const types = events.map(({ type }) => type);
      if (command.type === 'unarchive' && decided.ok) expect(types).toEqual(['task:unarchived']);
      else if (command.type === 'trash' && decided.ok) expect(types).toEqual(['task:trashed']);
      else for (const type of types) expect([...HEARD]).toContain(type);
      if (decided.ok) return;
      const codes = [...ELSEWHERE, 'task_archived', 'not_trashed'];
      expect(codes).toContain(decided.refusal.code);
    });
  });

  it('is completed, and stays in it while it lies in the trash', () => {
    holdsAtEachStep(({ before, after, command }) => {
      if (after?.archivedAt !== undefined) expect(after.status).toBe('completed');
      if (before?.archivedAt === undefined || after?.archivedAt !== undefined) return;
      expect(command.type).toBe('unarchive');
      expect(before.trashedAt).toBeUndefined();
    });
  });

  it('comes from nowhere but a completed task, and goes back to it', () => {
    holds(({ states }) => {
      for (const state of states.slice(-2)) {
        if (state.trashedAt !== undefined || state.archivedAt !== undefined) continue;
        const by = { now: Date.parse(state.updatedAt) + 1, actor: LOCAL };
        const archived = ask(state, { type: 'archive', ...by });
        expect(archived.decided.ok).toBe(state.status === 'completed');
        if (!archived.decided.ok || archived.after === null) continue;
        const back = stateAfter(archived.after, { type: 'unarchive', ...by });
        expect(lasting(back)).toEqual(lasting(state));
        const again = decide(archived.after, { type: 'archive', ...by });
        expect(again).toMatchObject({ ok: false, refusal: { code: 'task_archived' } });
      }
    });
  });
});
