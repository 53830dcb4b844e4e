import { describe, expect, it } from 'vitest';
import type { TaskEvent } from '../../src/contract/event.ts';
import {
  dayRenewsAt,
  earliestDeadline,
  gatesDueAt,
  graceEndsAt,
  queueEndsAt,
  resumesAt,
  stageEndsAt,
  wallLooksAt,
} from '../../src/domain/deadlines.ts';
import { decide } from '../../src/domain/decide.ts';
import { isEnded, type TaskState } from '../../src/domain/task.ts';
import { agentOf, RUNNER_A } from './actors.ts';
import { holds, holdsAtEachStep } from './law.ts';
import { refused } from './world.ts';

const RAISES: ReadonlySet<TaskEvent['type']> = new Set([
  'lease:acquired',
  'lease:ended',
  'task:retried',
  'task:completed',
  'task:failed',
  'task:cancelled',
]);

describe('leases', () => {
  it('At most one lease of a task lives at any time', () => {
    holds(({ events }) => {
      let held: string | undefined;
      for (const event of events) {
        if (event.type === 'lease:acquired') {
          expect(held).toBeUndefined();
          held = event.data.leaseId;
        }
        if (event.type === 'lease:ended') {
          expect(event.data.leaseId).toBe(held);
          held = undefined;
        }
      }
    });
  });

  it('An ended task is never granted', () => {
    holdsAtEachStep(({ before, after, command, events }) => {
      if (after !== null && isEnded(after.status)) expect(after.lease).toBeUndefined();
      if (!events.some(({ type }) => type === 'lease:acquired')) return;
      expect(before?.status).toBe('queued');
      expect(Date.parse(before?.notBefore ?? '1970')).toBeLessThanOrEqual(command.now);
    });
  });

  it('The epoch never falls and rises at each claim, lease end, retry and end', () => {
    holds(({ steps }) => {
      for (const { before, after, events } of steps) {
        const raised = events.filter(({ type }) => RAISES.has(type)).length;
        expect((after?.epoch ?? 0) - (before?.epoch ?? 0)).toBe(raised);
      }
    });
  });

  it('that have ended write nothing more', () => {
    holds(({ steps, states }) => {
      const now = steps.at(-1)?.command.now ?? 0;
      const state = states.at(-1);
      if (state === undefined) return;
      for (const { command } of steps) {
        if (!('epoch' in command) || command.epoch >= state.epoch) continue;
        const decided = decide(state, { ...command, now });
        if (decided.ok) expect(decided.value.drafts).toEqual([]);
        else expect(['stale_epoch', 'not_found']).toContain(decided.refusal.code);
      }
    });
  });

  it('A write with a lower epoch answers 409 and changes no row', () => {
    holdsAtEachStep(({ before, command }) => {
      if (before === null || before.epoch === 0) return;
      const epoch = before.epoch - 1;
      if ('epoch' in command && command.leaseId !== before.lastLease?.leaseId) {
        const actor = RUNNER_A;
        const late = { ...command, workId: 'wrk_late', actor, epoch };
        expect(refused(decide(before, late)).code).toBe('stale_epoch');
      }
      if (!('actor' in command) || command.type === 'create' || 'epoch' in command) return;
      const { code } = refused(decide(before, { ...command, actor: agentOf(before, epoch) }));
      expect(code).toBe(command.type === 'decide-gate' ? 'agent_forbidden' : 'stale_epoch');
    });
  });

  it('No task is granted to two requests', () => {
    holdsAtEachStep(({ after, command, events }) => {
      if (command.type !== 'claim' || after === null || events.length === 0) return;
      const other = { ...command, leaseId: `${command.leaseId}_other` };
      expect(refused(decide(after, other)).code).toBe('invalid_transition');
      const elsewhere = { ...other, runnerId: 'run_elsewhere' };
      expect(refused(decide(after, elsewhere)).code).toBe('invalid_transition');
    });
  });

  it('A cancel at any moment ends in `cancelled` and is never overwritten', () => {
    holds(({ steps }) => {
      for (const [index, { before, command, after }] of steps.entries()) {
        if (command.type !== 'cancel' || before === null || after === null) continue;
        if (isEnded(before.status) || after.status !== 'cancelled') continue;
        expect(after.lease).toBeUndefined();
        for (const past of steps.slice(0, index)) {
          if (!('epoch' in past.command)) continue;
          const late = decide(after, { ...past.command, now: command.now });
          expect(late.ok ? late.value.drafts : []).toEqual([]);
        }
      }
    });
  });

  it('are granted once, however often the claim is repeated', () => {
    holdsAtEachStep(({ after, command, events }) => {
      if (command.type !== 'claim' || after === null || events.length === 0) return;
      expect(decide(after, command)).toEqual({ ok: true, value: { drafts: [] } });
    });
  });

  it('are given back once, however often the release is repeated', () => {
    holdsAtEachStep(({ after, command, events }) => {
      if (command.type !== 'release' || after === null || events.length === 0) return;
      expect(decide(after, command)).toEqual({ ok: true, value: { drafts: [] } });
    });
  });
});

/** Every deadline of a task's own. */
const deadlinesOf = (state: TaskState | null): number[] =>
  state === null
    ? []
    : [graceEndsAt, resumesAt, gatesDueAt, queueEndsAt, stageEndsAt, dayRenewsAt, wallLooksAt]
        .map((endsAt) => endsAt(state))
        .filter((at) => at !== null);

describe('the earliest deadline', () => {
  it('is never later than any single one, and never in the past', () => {
    holdsAtEachStep(({ after, command }) => {
      const soon = command.now + 1_000;
      const own = deadlinesOf(after);
      const isRight = (offset: number): boolean => {
        const leaseEndsAt = after?.lease === undefined ? null : command.now + offset;
        const retryAt = offset === 0 ? null : command.now + 7_000;
        const at = earliestDeadline(after, { leaseEndsAt, retryAt }, command.now);
        const asked = [leaseEndsAt, retryAt].filter((single) => single !== null);
        const all = [...asked, ...own];
        if (at === null || all.length === 0) return at === null && all.length === 0;
        return at >= soon && all.every((single) => at <= Math.max(single, soon));
      };
      expect([-5_000, 0, 400, 60_000, 9_000_000].filter((ms) => !isRight(ms))).toHaveLength(0);
    });
  });

  it('does what is due, once', () => {
    holdsAtEachStep(({ after }) => {
      if (after === null) return;
      const due = deadlinesOf(after);
      if (due.length === 0) return;
      const now = Math.max(...due);
      const decided = decide(after, { type: 'tick', now });
      expect(decided.ok && decided.value.drafts.length).toBeGreaterThan(0);
    });
  });
});
