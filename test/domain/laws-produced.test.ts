// What is fast means what is slow: a line read without the schema, a text that no secret is looked for in, a state that
// counts many events at once.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolve } from '../../src/domain/evolve.ts';
import { plainLog } from '../../src/domain/plain-log.ts';
import { readBySchema, readProduced } from '../../src/domain/produced.ts';
import { redact, redactAll, redactText } from '../../src/domain/redact.ts';
import type { TaskState } from '../../src/domain/task.ts';
import { holdsAtEachStep } from './law.ts';

const NOW = Date.parse('2026-02-03T04:05:06.007Z');
const RUNS = { numRuns: 5_000 };

const odd = fc.constantFrom<unknown>(undefined, null, '', 0, 1, -1, 1.5, true, [], {}, 'x', 'info');
/** Mostly what it should be. */
const mostly = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 9, arbitrary: right }, odd);
const seldom = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 19, arbitrary: fc.constant(undefined) }, right);

const name = fc.oneof(fc.string({ maxLength: 100 }), seldom(fc.constant('x'.repeat(101))));
const long = fc.constantFrom(9_999, 10_000, 10_001, 65_536).map((length) => 'é'.repeat(length));
const instant = fc.oneof(
  fc.integer({ min: -400_000, max: 400_000 }).map((ms) => new Date(NOW + ms).toISOString()),
  seldom(
    fc.constantFrom(
      ...['2026-02-03T04:05:06Z', '2026-02-30T04:05:06.007Z', '2026-02-03T04:05:06.007'],
      ...['2026-02-29T04:05:06.007Z', '2028-02-29T24:00:00.000Z', '+020260-02-03T04:05Z'],
    ),
  ),
);

/** What no schema knows counts for the size all the same. */
const more = seldom(fc.oneof(fc.jsonValue(), fc.constant('x'.repeat(66_000))));

/** A log line that is right, or nearly. */
const logLine = fc.record({
  n: mostly(fc.oneof(fc.integer({ min: 1 }), fc.constantFrom(2 ** 53 - 1, 2 ** 53, 1e300))),
  type: mostly(fc.constant('log:entry')),
  at: instant,
  data: mostly(
    fc.record({
      level: mostly(fc.constantFrom(undefined, 'debug', 'info', 'warn', 'error')),
      message: mostly(fc.oneof(fc.string({ minLength: 1 }), long)),
      agent: name,
      stage: mostly(name),
      metadata: seldom(fc.dictionary(fc.string(), fc.jsonValue())),
      other: more,
    }),
  ),
  more,
});

/** As it comes off the wire: members without a value are not there. */
const fromWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

describe('a log line', () => {
  it('that is read without the schema is what the schema reads, to the byte', () => {
    let plain = 0;
    const property = fc.property(logLine, (line) => {
      const raw = fromWire(line);
      const read = readBySchema(raw, 0, NOW);
      expect(JSON.stringify(readProduced([raw], NOW))).toBe(
        JSON.stringify(read.ok ? { ok: true, value: [read.value] } : read),
      );
      if (plainLog(raw) === undefined) return;
      expect(read.ok).toBe(true);
      plain += 1;
    });
    fc.assert(property, RUNS);
    // The law says something only where both ways were gone.
    expect(plain).toBeGreaterThan(RUNS.numRuns / 10);
    expect(plain).toBeLessThan(RUNS.numRuns * 0.9);
  });
});

const x = (count: number): string => 'Ab3'.repeat(count).slice(0, count);
const SECRETS = [
  ...[`slc_run_${x(36)}`, `whsec_${x(20)}`, `eyJ${x(8)}.${x(8)}.${x(8)}`, `ghp_${x(30)}`],
  ...[`github_pat_${x(40)}`, `glpat-${x(20)}`, `xoxb-${x(10)}`, `AKIA${'A1'.repeat(8)}`],
  ...[`ASIA${'A1'.repeat(8)}`, `AIza${x(35)}`, `sk-ant-${x(20)}`, `sk-${x(20)}`],
  ...[`rk_live_${x(16)}`, `npm_${x(36)}`, `aUtHoRiZaTiOn:${x(6)}`, `AUTHORIZATION=${x(6)}`],
  `-----BEGIN PRIVATE KEY-----\n${x(4)}`,
];
/** Texts with secrets in them, whole, cut, and next to each other. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...SECRETS),
      fc.tuple(fc.constantFrom(...SECRETS), fc.nat(60)).map(([all, at]) => all.slice(0, at)),
      fc.string({ maxLength: 20 }),
      fc.constantFrom(' ', '_', '-', 'sk', 'authorization', 'eyJ', 'a_b', 'PRIVATE KEY'),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));

/** Everything looked at, everything copied. */
function redactSlowly(value: unknown): unknown {
  if (typeof value === 'string') return redactAll(value);
  if (Array.isArray(value)) return value.map(redactSlowly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [redactAll(key), redactSlowly(member)]),
  );
}

describe('redaction', () => {
  it('finds in a few looks what it finds in all of them', () => {
    for (const secret of SECRETS) expect(redactText(secret)).not.toBe(secret);
    fc.assert(
      fc.property(text, (one) => {
        expect(redactText(one)).toBe(redactAll(one));
      }),
      { numRuns: 20_000 },
    );
  });

  it('gives a value without a secret back as it is, and any other as if it had copied all', () => {
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        ...[text, fc.integer(), fc.constantFrom(null, true)],
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(text, tie('tree'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const clean = redact(value);
        const slow = redactSlowly(value);
        expect(JSON.stringify(clean)).toBe(JSON.stringify(slow));
        if (JSON.stringify(slow) === JSON.stringify(value)) expect(clean).toBe(value);
      }),
      RUNS,
    );
  });

  it('costs no more for a secret that lies deep', () => {
    let deep: unknown = SECRETS[0];
    for (let level = 0; level < 1_000; level++) deep = { a: [deep] };
    expect(JSON.stringify(redact(deep))).toContain('[redacted:sluice]');
  });
});

describe('a commit', () => {
  it('leaves the state that its events leave one by one', () => {
    holdsAtEachStep(({ before, command, events, after }) => {
      if (events.length === 0) return;
      let state: TaskState | null = before;
      for (const event of events) {
        const next = evolve(state, event);
        expect(next.seq).toBe((state?.seq ?? 0) + 1);
        state = next;
      }
      // The numbers of a producer are kept with the commit, not by an event.
      const producers = command.type === 'ingest' ? after?.producers : state?.producers;
      expect({ ...state, producers }).toEqual(after);
    });
  });
});
