import { describe, expect, it } from 'vitest';
import type { TaskRow } from '../../src/contract/task.ts';
import { openSubtasks } from '../../src/domain/family.ts';
import { isEnded, type TaskState } from '../../src/domain/task.ts';
import { familyEnd } from './family-end.ts';
import { calmPlay, idOf, playFamily, wildPlay } from './family-play.ts';
import { type FamilyWorld, PARENT } from './family-world.ts';
import { poolOf } from './law.ts';

const { holds: calm } = poolOf(calmPlay, playFamily);
const { holds: wild } = poolOf(wildPlay, playFamily);

/** A parent that waits, though nobody is coming. */
const waitsForNobody = (state: TaskState): string =>
  `${state.status}, waiting for ${openSubtasks(state)
    .map(({ id, status, again }) => `${id} (${status}${again ? ', again' : ''})`)
    .join(', ')}`;

describe('a family that nobody disturbs', () => {
  it('ends as its strategy says, in whatever order things arrive and however often', () => {
    calm(({ world, play: { strategy, roles } }) => {
      const parts = roles.map(({ waitsFor, ends }) => {
        return { waitsFor, end: ends[0] ?? ('completed' as const) };
      });
      const { ends, error } = familyEnd(strategy, parts);
      const parent = world.state(PARENT);
      expect(parent.error).toBe(error);
      expect(parent.status).toBe(error === undefined ? 'completed' : 'failed');
      const statuses = ends.map((_, index) => world.tasks.get(idOf(index))?.status);
      expect(statuses).toEqual(ends.map((end) => end ?? 'pending'));
    });
  });

  it('has one subtask at work at a time, in sequence, and none before those that it waits for', () => {
    calm(({ world, play: { strategy, roles } }) => {
      const begun = roles.flatMap((_, index) => {
        const events = world.events.get(idOf(index)) ?? [];
        return events.flatMap(({ type, timestamp }) =>
          type === 'task:started' ? [timestamp] : [],
        );
      });
      for (const [index, { waitsFor }] of roles.entries()) {
        const start = atOf(world, index, 'task:started');
        if (start === undefined) continue;
        for (const sibling of waitsFor) {
          const end = atOf(world, sibling, 'task:completed');
          expect(end !== undefined && end <= start).toBe(true);
        }
      }
      if (strategy !== 'sequential') return;
      const spans = roles
        .flatMap((_, index) => spanOf(world, index))
        .toSorted((a, b) => (a.start < b.start ? -1 : 1));
      expect(spans).toHaveLength(begun.length);
      for (const [index, { end }] of spans.entries()) {
        const next = spans[index + 1];
        if (next !== undefined) expect(next.start > end).toBe(true);
      }
    });
  });
});

const atOf = (world: FamilyWorld, index: number, type: string): string | undefined =>
  world.events.get(idOf(index))?.find((event) => event.type === type)?.timestamp;

/** From when to when a subtask was queued or at work. */
function spanOf(world: FamilyWorld, index: number): { start: string; end: string }[] {
  const start = atOf(world, index, 'task:queued');
  const end = atOf(world, index, 'task:completed') ?? atOf(world, index, 'task:failed');
  return start === undefined || end === undefined ? [] : [{ start, end }];
}

describe('a family that people meddle with', () => {
  it('comes to rest once they leave it alone, and its parent does not wait for ever', () => {
    wild(({ world, isAtRest }) => {
      expect(isAtRest).toBe(true);
      const parent = world.state(PARENT);
      expect(isEnded(parent.status) ? '' : waitsForNobody(parent)).toBe('');
    });
  });

  it('has no pause that the parent ends: who is asked to start once more stays as it is', () => {
    wild(({ world }) => {
      const started = world.obeyed.filter(({ command }) => command.type === 'resume');
      for (const { before } of started) expect(before?.status).toBe('pending');
    });
  });

  it('has a subtask tried again by its parent at most as often as that was itself', () => {
    wild(({ world }) => {
      const told = world.events.get(PARENT) ?? [];
      const renewals = new Set(['task:retried', 'task:restored']);
      const tries = told.filter(({ type }) => renewals.has(type)).length;
      const retries = world.obeyed.filter(({ command }) => command.type === 'retry');
      for (const { id } of world.subtasks) {
        const own = retries.filter(({ subtask }) => subtask === id);
        expect(own.length).toBeLessThanOrEqual(tries);
      }
    });
  });

  it('ends with a parent that knows the end of each of them', () => {
    wild(({ world }) => {
      for (const { id, status } of world.state(PARENT).subtasks) {
        const truth = world.tasks.get(id)?.status ?? 'pending';
        if (isEnded(truth) || isEnded(status)) expect(status).toBe(truth);
      }
    });
  });

  it('A parent ends only after its children', () => {
    wild(({ world }) => {
      const parent = world.state(PARENT);
      if (parent.status !== 'completed') return;
      const told = world.events.get(PARENT) ?? [];
      const completed = told.find(({ type }) => type === 'task:completed')?.seq ?? 0;
      const last = new Map<string, Pick<TaskRow, 'status' | 'trashedAt'>>();
      for (const { type, data } of told.slice(0, completed)) {
        if (type !== 'subtask:created' && type.startsWith('subtask:') && 'subtask' in data) {
          last.set(data.subtask.id, data.subtask);
        }
      }
      // One in the trash has left the family.
      const present = [...last.values()].filter(({ trashedAt }) => trashedAt === undefined);
      expect(present.map(({ status }) => status)).not.toContain('failed');
    });
  });
});
