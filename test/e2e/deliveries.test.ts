// The short form of `npm run deliveries`, and each of its checks finding a planted fault.
import { describe, expect, it, onTestFailed } from 'vitest';
import {
  checkAcknowledged,
  checkArrived,
  checkGapless,
  checkOrder,
  type Kept,
} from '../../tools/deliveries/checks.ts';
import { ArrivalLedger } from '../../tools/deliveries/ledger.ts';
import { percentile } from '../../tools/deliveries/percentile.ts';
import { runDeliveries } from '../../tools/deliveries/run.ts';

const SEED = 20_261_122;

describe('deliveries, in short', () => {
  it('300 events reach ten endpoints although the server is killed and three are out of order', async () => {
    const said: string[] = [];
    onTestFailed(() => console.error(said.join('\n')));
    const plan = { seed: SEED, events: 300, kills: 1, pacedEvents: 0, msMax: 90_000 };
    const report = await runDeliveries(plan, (line) => said.push(line));
    expect(report.violations).toEqual([]);
    expect(report.count('kills of the server')).toBe(1);
    expect(report.count('events')).toBeGreaterThanOrEqual(300);
    expect(report.count('deliveries tried')).toBeGreaterThanOrEqual(3_000);
  });
});

const kept = (...sequences: readonly number[]): readonly Kept[] =>
  sequences.map((sequence) => ({
    id: `evt_${sequence}`,
    type: 'incident.opened',
    sequence,
    incidentId: `inc_${sequence}`,
  }));

const arrivalsOf = (...bodies: readonly string[]) => {
  const ledger = new ArrivalLedger();
  for (const body of bodies) {
    const arrival = { endpoint: 'a', id: 'evt_1', body: Buffer.from(body), at: 5, isTaken: true };
    ledger.note(arrival);
  }
  return ledger;
};

describe('a planted fault', () => {
  it.each([
    ['a hole in the numbers', checkGapless(kept(1, 3)), /do not follow/],
    [
      'an acknowledged change without an event',
      checkAcknowledged(new Set(['incident.opened inc_2']), kept(1)),
      /have no event/,
    ],
    [
      'an event that never came',
      checkArrived('a', new Set(['evt_1']), kept(1, 2)),
      /never reached/,
    ],
    ['one that overtook another', checkOrder('a', [1, 3, 2]), /before one that happened earlier/],
  ])('%s is found', (_name, violations, what) => {
    expect(violations).toHaveLength(1);
    expect(violations[0]?.what).toMatch(what);
  });

  it('other bytes and a foreign id are found, and the same bytes are not', () => {
    const body = (id: string, text: string) =>
      JSON.stringify({ id, sequence: 1, timestamp: '2026-11-22T00:00:00.000Z', text });
    expect(arrivalsOf(body('evt_1', 'a'), body('evt_1', 'a')).odd).toEqual([]);
    expect(arrivalsOf(body('evt_1', 'a'), body('evt_1', 'b')).odd).toHaveLength(1);
    expect(arrivalsOf(body('evt_2', 'a')).odd).toHaveLength(1);
  });

  it('and where there is none nothing is', () => {
    const all = [
      ...checkGapless(kept(1, 2)),
      ...checkAcknowledged(new Set(['incident.opened inc_1']), kept(1)),
      ...checkArrived('a', new Set(['evt_1']), kept(1)),
      ...checkOrder('a', [1, 2, 5]),
    ];
    expect(all).toEqual([]);
    expect([percentile([], 99), percentile([3, 1, 2], 50), percentile([3, 1, 2], 99)]).toEqual([
      0, 2, 3,
    ]);
  });
});
