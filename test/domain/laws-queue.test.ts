import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EFFORTS, PRIORITIES } from '../../src/contract/task.ts';
import {
  compareEntries,
  obstacle,
  pick,
  type Queued,
  type QueueFacts,
} from '../../src/domain/queue.ts';

const NOW = 1_000_000_000;
const runner = fc.constantFrom('run_a', 'run_b', null);

const entry: fc.Arbitrary<Queued> = fc.record({
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
  requires: fc.constantFrom([], ['gpu'], ['gpu', 'linux'], ['constructor']),
  concurrency: fc.constantFrom(null, { key: 'db', max: 1 }, { key: '__proto__', max: 2 }),
  blocked: fc.constant(false),
  trashed: fc.constant(false),
  agents: fc.constantFrom([], ['developer'], ['planner', 'developer']),
});
const entries = fc.uniqueArray(entry, { selector: ({ taskId }) => taskId, maxLength: 12 });
const claimant = fc.record({
  runnerId: fc.constantFrom('run_a', 'run_b'),
  labels: fc.constantFrom([], ['gpu'], ['linux', 'gpu', 'constructor']),
  environments: fc.constantFrom([], ['staging']),
});
const facts: fc.Arbitrary<QueueFacts> = fc
  .record({
    running: fc.nat({ max: 4 }),
    limit: fc.nat({ max: 4 }),
    online: fc.boolean(),
    sharing: fc.nat({ max: 2 }),
    disabled: fc.constantFrom('planner', 'devops'),
  })
  .map(({ online, sharing, disabled, ...known }) => ({
    ...known,
    now: NOW,
    isOnline: () => online,
    isEnabled: (agent: string) => agent !== disabled,
    runningOf: () => sharing,
  }));

const runs = { numRuns: 1_000 };

describe('the queue', () => {
  it('Grants come in queue order among claimable tasks', () => {
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

  it('Live leases never exceed `maxConcurrentTasks`', () => {
    const claims = fc.array(claimant, { maxLength: 12 });
    const property = fc.property(entries, claims, fc.nat({ max: 5 }), (queued, who, limit) => {
      const leased: Queued[] = [];
      const runningOf = (key: string): number =>
        leased.filter(({ concurrency }) => concurrency?.key === key).length;
      for (const one of who) {
        const left = queued.filter((other) => !leased.includes(other));
        const running = leased.length;
        const others = { isOnline: () => false, isEnabled: () => true, runningOf };
        const picked = pick(left, one, { now: NOW, running, limit, ...others });
        if (picked !== undefined) leased.push(picked);
        expect(leased.length).toBeLessThanOrEqual(limit);
        for (const { concurrency } of leased) {
          if (concurrency === null) continue;
          expect(runningOf(concurrency.key)).toBeLessThanOrEqual(concurrency.max);
        }
      }
    });
    fc.assert(property, runs);
  });

  it('gives a runner nothing that it lacks a label for, nor of an environment that it does not serve', () => {
    const property = fc.property(entries, claimant, facts, (queued, who, known) => {
      const picked = pick(queued, who, known);
      for (const label of picked?.requires ?? []) expect(who.labels).toContain(label);
      if (picked === undefined || who.environments.length === 0) return;
      expect(who.environments).toContain(picked.environment);
    });
    fc.assert(property, runs);
  });

  it('has one order: priority down, effort up, older first, then by id', () => {
    const property = fc.property(entries, (queued) => {
      const ordered = queued.toSorted(compareEntries);
      expect(queued.toReversed().toSorted(compareEntries)).toEqual(ordered);
      const key = (one: Queued) => [
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

  it('gives no task that still needs an agent which has been disabled', () => {
    const property = fc.property(entries, claimant, facts, (queued, who, known) => {
      for (const agent of pick(queued, who, known)?.agents ?? []) {
        expect(known.isEnabled(agent)).toBe(true);
      }
    });
    fc.assert(property, runs);
  });

  it('keeps a released task for its last runner while that is there, not for ever', () => {
    const property = fc.property(entry, claimant, fc.boolean(), (one, who, online) => {
      const isOnline = () => online;
      const free = { running: 0, limit: 1, isEnabled: () => true, runningOf: () => 0 };
      const known = { now: NOW, ...free, isOnline };
      const others = one.lastRunnerId !== null && one.lastRunnerId !== who.runnerId;
      const served = who.environments.length === 0 || one.environment === 'staging';
      const able = one.requires.every((label) => who.labels.some((own) => own === label));
      const due = (one.notBefore ?? 0) <= NOW;
      const kept = others && online && one.queuedAt === NOW - 10;
      expect(obstacle(one, who, known) === null).toBe(due && served && able && !kept);
    });
    fc.assert(property, runs);
  });
});
