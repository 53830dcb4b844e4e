// The hash of an action: what it knows, what it does not, and what has none.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { GateAction, GateAdvisory } from '../../src/contract/gate.ts';
import { actionHash } from '../../src/domain/action.ts';
import { canonicalJson, canonicalText } from '../../src/domain/canonical-json.ts';
import { readAction } from '../../src/domain/gate-action.ts';
import { taken } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

const RUNS = { numRuns: 2_000 };

const whole = fc.maxSafeInteger();
const words = fc.string({ unit: 'grapheme', maxLength: 12 });
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    words,
    whole,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(words, tie('value'), { maxKeys: 4 }),
  ),
})).value;

const actions: fc.Arbitrary<GateAction> = fc
  .record({ tool: words.filter((text) => text !== ''), input: fc.dictionary(words, json) })
  .map(({ tool, input }) => ({ type: 'tool.call', target: { tool }, params: { input } }));

/** The same value with its keys in another order, all the way down. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, turned(member)]),
  );
}

/** By members, whatever their order: another way to the same question than by text. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || (a === 0 && b === 0)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    left.length === right.size &&
    left.every(([key, member]) => right.has(key) && isSame(member, right.get(key)))
  );
}

describe('actions', () => {
  it('Equal actions hash equally whatever the key order, and any changed parameter changes the hash.', () => {
    const law = fc.property(actions, actions, words, json, (one, other, key, value) => {
      // A shape that was parsed comes back with its members turned round, and nothing else.
      expect(actionHash(turned(one) as GateAction)).toBe(actionHash(one));
      expect(actionHash(one) === actionHash(other)).toBe(isSame(one, other));
      const input = one.params['input'] as Record<string, unknown>;
      const changed = { ...one, params: { input: { ...input, [key]: value } } };
      expect(actionHash(changed) === actionHash(one)).toBe(isSame(changed, one));
    });
    fc.assert(law, RUNS);
  });

  it('Advisory text never changes it.', () => {
    const advisories: fc.Arbitrary<GateAdvisory> = fc.record(
      { summary: words, risk: words, links: fc.array(words, { maxLength: 3 }) },
      { requiredKeys: [] },
    );
    const law = fc.property(actions, advisories, (action, advisory) => {
      const read = readAction(action);
      // `__proto__` is a key that no reader keeps: such an action has no hash.
      fc.pre(read.ok);
      expect(actionHash(taken(read))).toBe(actionHash(action));
      // It has no place in the action: sent there, the request is refused and nothing is hashed.
      expect(readAction({ ...action, advisory }).ok).toBe(false);
    });
    fc.assert(law, RUNS);
  });

  it('are read back from their canonical bytes as they were', () => {
    const law = fc.property(json, (value) => {
      const text = canonicalText({ value });
      fc.pre(text.ok);
      expect(isSame(JSON.parse(taken(text)), { value })).toBe(true);
      expect(canonicalJson(JSON.parse(taken(text)))).toBe(taken(text));
    });
    fc.assert(law, RUNS);
  });

  const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
  it.each<[string, unknown]>([
    ['a fraction', { cost: 0.1 }],
    ['a number that others read as another', { n: 2 ** 53 }],
    ['what is no number', { n: Number.NaN }],
    ['half of a character', { text: '\ud800' }],
    ['half of a character in a key', { '\udc00': 1 }],
    ['more than sixteen levels', deep(17)],
    ['more than 64 KiB', { text: 'é'.repeat(32_768) }],
  ])('with %s have no hash', (_what, input) => {
    const action = { type: 'tool.call', target: { tool: 'Bash' }, params: { input } };
    const read = readAction(action);
    expect(read.ok).toBe(false);
    if (!read.ok) expect(read.refusal.code).toBe('invalid_action');
  });

  it.each<[string, unknown]>([
    ['no action', 'git push'],
    ['no known type', { type: 'git.force', target: {}, params: {} }],
    ['a member too many', { type: 'shell.exec', target: {}, params: { argv: ['ls'], env: {} } }],
    ['a member beside', { type: 'shell.exec', target: {}, params: { argv: ['ls'] }, note: 'x' }],
    ['nothing to run', { type: 'shell.exec', target: {}, params: { argv: [] } }],
    [
      'a member that no reader keeps',
      JSON.parse('{"type":"custom","target":{"name":"x"},"params":{"data":{"__proto__":{"a":1}}}}'),
    ],
  ])('of %s are refused', (_what, action) => {
    const read = readAction(action);
    expect(read.ok ? 'taken' : read.refusal.code).toBe('invalid_action');
  });
});
