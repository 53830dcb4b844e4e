// What is counted of tasks, event by event, is what a straightforward recount of their histories comes to.

import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '../../src/contract/event.ts';
import type { DayChange, DayCounts } from '../../src/domain/metrics/change.ts';
import { countTask, type Tally, UNSEEN } from '../../src/domain/metrics/tally.ts';
import { isWorking } from '../../src/domain/task.ts';
import { histories, holds } from './law.ts';

const summed = (days: readonly DayChange[], name: keyof DayCounts): number =>
  days.reduce((sum, { counts }) => sum + counts[name], 0);

const countOf = (events: readonly TaskEvent[], ...types: readonly TaskEvent['type'][]): number =>
  events.filter(({ type }) => types.includes(type)).length;

describe('the counts of a history', () => {
  it('are those of its events, by type', () => {
    holds(({ events }) => {
      const { days } = countTask(UNSEEN, events);
      const expired = events.filter(
        (event) => event.type === 'gate:rejected' && event.data.reason === 'timeout',
      ).length;
      const said = countOf(events, 'gate:rejected', 'gate:changes-requested');
      expect(summed(days, 'created')).toBe(1);
      expect(summed(days, 'completed')).toBe(countOf(events, 'task:completed'));
      expect(summed(days, 'failed')).toBe(countOf(events, 'task:failed'));
      expect(summed(days, 'cancelled')).toBe(countOf(events, 'task:cancelled'));
      expect(summed(days, 'gatesApproved')).toBe(countOf(events, 'gate:approved'));
      expect(summed(days, 'gatesExpired')).toBe(expired);
      expect(summed(days, 'gatesRejected')).toBe(said - expired);
      expect(summed(days, 'gatesOpened')).toBeLessThanOrEqual(countOf(events, 'gate:required'));
    });
  });

  it('say at every step whether the task is at work or waits for an approval', () => {
    holds(({ steps }) => {
      let tally: Tally = UNSEEN;
      let [active, waiting] = [0, 0];
      for (const { events, after } of steps) {
        const counted = countTask(tally, events);
        tally = counted.tally;
        active += summed(counted.days, 'active');
        waiting += summed(counted.days, 'waiting');
        if (after === null) continue;
        expect(active).toBe(Number(isWorking(after.status)));
        expect(waiting).toBe(Number(after.status === 'waiting-approval'));
      }
    });
  });

  it('are the same told at once or in pieces, with what is remembered kept as text', () => {
    holds(({ steps, events }) => {
      const whole = countTask(UNSEEN, events);
      let tally: Tally = UNSEEN;
      const days: DayChange[] = [];
      for (const step of steps) {
        const counted = countTask(tally, step.events);
        tally = JSON.parse(JSON.stringify(counted.tally)) as Tally;
        days.push(...counted.days);
      }
      expect(tally).toEqual(whole.tally);
      for (const name of ['created', 'completed', 'gatesOpened', 'active', 'waiting'] as const) {
        expect(summed(days, name)).toBe(summed(whole.days, name));
      }
    });
  });

  it('add up to what the task has used, however often it was told', () => {
    holds(({ events, states }) => {
      const { usage } = countTask(UNSEEN, events);
      const spent = states.at(-1)?.spent;
      const sum = (name: 'inputTokens' | 'outputTokens' | 'costMicros') =>
        usage.reduce((total, change) => total + change[name], 0);
      expect({
        inputTokens: sum('inputTokens'),
        outputTokens: sum('outputTokens'),
        costMicros: sum('costMicros'),
      }).toEqual(spent);
    });
  });

  it('measure no time that is negative, and at most one duration an end', () => {
    holds(({ events }) => {
      const { days } = countTask(UNSEEN, events);
      const samples = days.flatMap((day) => Object.values(day.samples).flat());
      expect(samples.every(({ value }) => value >= 0)).toBe(true);
      const durations = days.flatMap((day) => day.samples.duration);
      const ends = countOf(events, 'task:completed', 'task:failed');
      expect(durations.length).toBeLessThanOrEqual(ends);
    });
  });

  it('are looked at in histories that use models, stand at gates and end', () => {
    const all = histories().flatMap(({ events }) => events);
    for (const type of [
      'usage:updated',
      'gate:required',
      'task:completed',
      'task:failed',
    ] as const) {
      expect(countOf(all, type)).toBeGreaterThan(50);
    }
  });
});
