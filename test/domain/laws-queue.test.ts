import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EFFORTS, PRIORITIES } from '../../src/contract/task.ts';
import { compareEntries, obstacle, pick, type QueueEntry } from '../../src/domain/queue.ts';

const NOW = 1_000_000_000;
const runner = fc.constantFrom('run_a', 'run_b', null);

const entry: fc.Arbitrary<QueueEntry> = fc.record({
  taskId: fc.nat({ max: 9_999 }).map((n) => `task_${n}`),
  seq: fc.nat(),
  status: fc.constant('queued' as const),
  priority: fc.constantFrom(...PRIORITIES),
  effort: fc.constantFrom(...EFFORTS),
  environment: fc.constantFrom('development', 'staging'),
  createdAt: fc.nat({ max: 5 }).map((n) => NOW - n),
  queuedAt: fc.constantFrom(NOW - 10, NOW - 1_000_000),
  notBefore: fc.constantFrom(null, NOW - 1, NOW, NOW + 1),
  leased: fc.constant(false),
  runnerId: fc.constant(null),
  lastRunnerId: runner,
});
const entries = fc.uniqueArray(entry, { selector: ({ taskId }) => taskId, maxLength: 12 });
const claimant = fc.record({
  runnerId: fc.constantFrom('run_a', 'run_b'),
  environments: fc.constantFrom([], ['staging']),
});
const facts = fc
  .record({ running: fc.nat({ max: 4 }), limit: fc.nat({ max: 4 }), online: fc.boolean() })
  .map(({ running, limit, online }) => ({ now: NOW, running, limit, isOnline: () => online }));

const runs = { numRuns: 1_000 };

describe('the queue', () => {
  it('gives the first of its order among those that the runner may have', () => {
    const property = fc.property(entries, claimant, facts, (queued, who, known) => {
      const free = queued.filter((one) => obstacle(one, who, known) === null);
      const picked = pick(queued, who, known);
      expect(picked).toBe(free.toSorted(compareEntries)[0]);
      for (const other of free) {
        if (picked !== undefined && other !== picked) {
          expect(compareEntries(picked, other)).toBeLessThan(0);
        }
      }
    });
    fc.assert(property, runs);
  });

  it('never gives a task once the limit is running, nor one before its time', () => {
    const property = fc.property(entries, claimant, facts, (queued, who, known) => {
      const picked = pick(queued, who, known);
      if (known.running >= known.limit) expect(picked).toBeUndefined();
      expect(picked?.notBefore ?? 0).toBeLessThanOrEqual(NOW);
    });
    fc.assert(property, runs);
  });

  it('never leases more than the limit, whoever claims', () => {
    const claims = fc.array(claimant, { maxLength: 12 });
    const property = fc.property(entries, claims, fc.nat({ max: 5 }), (queued, who, limit) => {
      let left = queued;
      let running = 0;
      for (const one of who) {
        const picked = pick(left, one, { now: NOW, running, limit, isOnline: () => false });
        if (picked === undefined) continue;
        running += 1;
        left = left.filter((other) => other !== picked);
        expect(running).toBeLessThanOrEqual(limit);
      }
      expect(left.length + running).toBe(queued.length);
    });
    fc.assert(property, runs);
  });

  it('has one order: priority down, effort up, older first, then by id', () => {
    const property = fc.property(entries, (queued) => {
      const ordered = queued.toSorted(compareEntries);
      expect(queued.toReversed().toSorted(compareEntries)).toEqual(ordered);
      const key = (one: QueueEntry) => [
        -PRIORITIES.indexOf(one.priority),
        EFFORTS.indexOf(one.effort),
        one.createdAt,
      ];
      for (const [index, one] of ordered.entries()) {
        const next = ordered[index + 1];
        if (next === undefined) continue;
        const [a, b] = [key(one), key(next)];
        const differs = a.findIndex((value, at) => value !== b[at]);
        if (differs === -1) expect(one.taskId < next.taskId).toBe(true);
        else expect(a[differs]).toBeLessThan(b[differs] ?? Number.NEGATIVE_INFINITY);
      }
    });
    fc.assert(property, runs);
  });

  it('keeps a released task for its last runner while that is there, not for ever', () => {
    const property = fc.property(entry, claimant, fc.boolean(), (one, who, online) => {
      const known = { now: NOW, running: 0, limit: 1, isOnline: () => online };
      const others = one.lastRunnerId !== null && one.lastRunnerId !== who.runnerId;
      const fits = who.environments.length === 0 || one.environment === 'staging';
      const due = (one.notBefore ?? 0) <= NOW;
      const kept = others && online && one.queuedAt === NOW - 10;
      expect(obstacle(one, who, known) === null).toBe(due && fits && !kept);
    });
    fc.assert(property, runs);
  });
});
