import { describe, expect, it } from 'vitest';
import type { Dependency } from '../../src/contract/event-subtask.ts';
import { decide } from '../../src/domain/decide.ts';
import { openSubtasks } from '../../src/domain/family.ts';
import { queueEntry } from '../../src/domain/queue.ts';
import { blockedBy } from '../../src/domain/task.ts';
import { taskSnapshot } from '../../src/domain/view.ts';
import { LOCAL } from './actors.ts';
import { holds, holdsAtEachStep } from './law.ts';
import type { Step } from './world.ts';

const isOpen = ({ status }: Dependency): boolean => status !== 'completed';

/** What a task was told of those that it depends on, the latest word of each; completed is the last. */
function believed(steps: readonly Step[]): Dependency[] {
  const told = new Map<string, Dependency>();
  for (const { command } of steps) {
    if (command.type === 'create') {
      for (const one of command.dependencies ?? []) told.set(one.id, one);
    }
    if (command.type !== 'note-dependency') continue;
    const { dependency } = command;
    const known = told.get(dependency.id);
    if (known !== undefined && isOpen(known)) told.set(dependency.id, dependency);
  }
  return [...told.values()];
}

describe('a task that waits for others', () => {
  it('is never queued, claimed or at work before all of them are completed', () => {
    holdsAtEachStep(({ after, events }) => {
      if (after === null || blockedBy(after).length === 0) return;
      const still = ['pending', 'paused', 'completed', 'failed', 'cancelled'];
      expect(still).toContain(after.status);
      expect(after.lease).toBeUndefined();
      const types = events.map(({ type }) => type);
      for (const type of ['lease:acquired', 'task:started', 'work:given', 'task:completed']) {
        expect(types).not.toContain(type);
      }
    });
  });

  it('takes no report', () => {
    holds(({ states }) => {
      for (const state of states) {
        if (blockedBy(state).length === 0 || state.status !== 'pending') continue;
        const now = Date.parse(state.updatedAt) + 1;
        for (const status of ['planning', 'in-progress', 'completed', 'failed'] as const) {
          const report = { type: 'report-status', now, actor: LOCAL, report: { status } } as const;
          const code = state.trashedAt === undefined ? 'dependency_open' : 'task_trashed';
          expect(decide(state, report)).toMatchObject({ ok: false, refusal: { code } });
        }
      }
    });
  });

  it('goes on once, with the last of them, unless it was put aside or is split and not begun', () => {
    holdsAtEachStep(({ before, after, command, events }) => {
      if (before === null || after === null || command.type !== 'note-dependency') return;
      const queued = events.filter(({ type }) => type === 'task:queued').length;
      const isLast = blockedBy(before).length > 0 && blockedBy(after).length === 0;
      const waits = before.status === 'pending' && !before.parked;
      const hasParts = openSubtasks(before).length > 0;
      const goes = isLast && waits && !(hasParts && before.unbegun);
      expect(queued).toBe(goes && !hasParts ? 1 : 0);
      const going = hasParts ? 'in-progress' : 'queued';
      expect(after.status).toBe(goes ? going : before.status);
    });
  });

  it('hears a thing once: told again, it changes nothing', () => {
    holdsAtEachStep(({ after, command }) => {
      if (command.type !== 'note-dependency' || after === null) return;
      expect(decide(after, command)).toEqual({ ok: true, value: { drafts: [] } });
    });
  });

  it('is blocked by exactly those that are not completed', () => {
    holds(({ steps, states }) => {
      const told = believed(steps);
      const state = states.at(-1);
      if (state === undefined) return;
      const open = told.filter(isOpen).map(({ id }) => id);
      const { blockedBy: shown, dependsOn } = taskSnapshot(state);
      expect(shown).toEqual(open);
      expect(dependsOn).toEqual(told.map(({ id }) => id));
      expect(queueEntry(state).dependencies).toEqual(told);
    });
  });

  it('tells so with every change', () => {
    holdsAtEachStep(({ after, events }) => {
      for (const event of events) {
        if (event.type !== 'dependency:changed' || after === null) continue;
        expect(event.data.blockedBy.toSorted()).toEqual(blockedBy(after).toSorted());
      }
    });
  });

  it('says whom it waits for, and how those stand', () => {
    holdsAtEachStep(({ after }) => {
      if (after === null) return;
      const { waitingFor, waitingDetail, status } = taskSnapshot(after);
      const waits = status === 'pending' && blockedBy(after).length > 0;
      expect(waitingFor === 'dependency').toBe(waits);
      if (waits) expect(waitingDetail).toEqual({ tasks: after.dependencies.filter(isOpen) });
    });
  });
});
