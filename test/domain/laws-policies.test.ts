// Policies of gates: two of one gate are one, as strict as both.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { GatePolicy } from '../../src/contract/gate-policy.ts';
import { mergePolicies } from '../../src/domain/gate-policy.ts';

vi.setConfig({ testTimeout: 120_000 });

const WHO = [
  'role:developer',
  'role:project-admin',
  'role:owner',
  'usr_adaaa',
  'usr_bobbb',
  'Cleo',
];
const from = fc.uniqueArray(fc.constantFrom(...WHO), { minLength: 1, maxLength: 4 });
const seconds = fc.integer({ min: 0, max: 2_592_000 });

const policies: fc.Arbitrary<GatePolicy> = fc.record({
  required: fc.integer({ min: 1, max: 10 }),
  from: fc.option(from),
  preventSelfApproval: fc.constantFrom(true, false, null),
  waitSeconds: seconds,
  expiresInSeconds: seconds,
  onExpiry: fc.constantFrom('reject', 'escalate'),
  escalateTo: fc.uniqueArray(fc.constantFrom(...WHO), { maxLength: 3 }),
  allowEdit: fc.boolean(),
  requireActionHash: fc.boolean(),
  stepUpSeconds: fc.oneof(fc.constant(0), seconds),
  consumeWithinSeconds: seconds,
});

/** From the loosest to the strictest. */
const BANS = [false, null, true];
const age = (limit: number): number => (limit === 0 ? Number.POSITIVE_INFINITY : limit);

/** Whom each entry lets in, of a project with one person of each kind. */
const PEOPLE = [
  ['role:developer', 'developer'],
  ['role:developer', 'usr_adaaa'],
  ['role:project-admin', 'usr_bobbb'],
  ['role:owner', 'Cleo'],
] as const;
const RANKS = ['role:developer', 'role:project-admin', 'role:owner'];
const letIn = (entries: readonly string[]): string[] =>
  PEOPLE.filter(([role, name]) =>
    entries.some(
      (entry) =>
        entry === name || (RANKS.includes(entry) && RANKS.indexOf(role) >= RANKS.indexOf(entry)),
    ),
  ).map(([, name]) => name);

describe('policies', () => {
  it('Merging policies loosens no field.', () => {
    const law = fc.property(policies, policies, (a, b) => {
      const merged = mergePolicies(a, b);
      for (const one of [a, b]) {
        expect(merged.required).toBeGreaterThanOrEqual(one.required);
        expect(BANS.indexOf(merged.preventSelfApproval)).toBeGreaterThanOrEqual(
          BANS.indexOf(one.preventSelfApproval),
        );
        expect(merged.waitSeconds).toBeGreaterThanOrEqual(one.waitSeconds);
        expect(merged.expiresInSeconds).toBeLessThanOrEqual(one.expiresInSeconds);
        expect(merged.consumeWithinSeconds).toBeLessThanOrEqual(one.consumeWithinSeconds);
        expect(age(merged.stepUpSeconds)).toBeLessThanOrEqual(age(one.stepUpSeconds));
        if (one.onExpiry === 'reject') expect(merged.onExpiry).toBe('reject');
        if (merged.onExpiry === 'escalate') {
          expect(merged.escalateTo.every((entry) => one.escalateTo.includes(entry))).toBe(true);
        }
        if (!one.allowEdit) expect(merged.allowEdit).toBe(false);
        if (one.requireActionHash) expect(merged.requireActionHash).toBe(true);
      }
      const [left, right] = [a.from, b.from];
      if (merged.from === null) expect([left, right]).toEqual([null, null]);
      else if (left === null || right === null) expect(merged.from).toEqual(left ?? right);
      else {
        // Whom both ask; where no entry is of both, those of the stricter one.
        const isOne = [left, right].some(
          (entries) => JSON.stringify(entries) === JSON.stringify(merged.from),
        );
        const shared = letIn(merged.from).every(
          (who) => letIn(left).includes(who) && letIn(right).includes(who),
        );
        expect(shared || isOne).toBe(true);
        expect(merged.from).not.toEqual([]);
      }
    });
    fc.assert(law, { numRuns: 2_000 });
  });

  it('are the same whichever comes first, and merged with themselves', () => {
    const law = fc.property(policies, policies, (a, b) => {
      const { from: _a, escalateTo: _b, ...one } = mergePolicies(a, b);
      const { from: _c, escalateTo: _d, ...other } = mergePolicies(b, a);
      expect(one).toEqual(other);
      expect(mergePolicies(mergePolicies(a, b), b).required).toBe(mergePolicies(a, b).required);
    });
    fc.assert(law, { numRuns: 2_000 });
  });
});
