import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  counted,
  EMPTY_HISTOGRAM,
  quantileOf,
  sumOfHistograms,
} from '../../src/domain/histogram.ts';
import { quantile } from '../../src/domain/monitor.ts';

const values = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 300 });
const histogramOf = (all: readonly number[]) => all.reduce(counted, EMPTY_HISTOGRAM);

it('knows a quantile to within a twentieth, and the maximum exactly', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(0.5, 0.95, 1), (all, share) => {
      const histogram = histogramOf(all);
      const exact = quantile(all, share) ?? -1;
      const about = quantileOf(histogram, share) ?? -1;
      expect(Math.abs(about - exact)).toBeLessThanOrEqual(1 + 0.05 * (exact + 1));
      expect(histogram.max).toBe(Math.max(...all));
      expect(about).toBeLessThanOrEqual(Math.max(...all));
    }),
    { numRuns: 1_000 },
  );
});

it('a sum is that of all values, in any order', () => {
  fc.assert(
    fc.property(values, values, (some, others) => {
      const sum = sumOfHistograms([histogramOf(some), histogramOf(others)]);
      expect(sum).toEqual(histogramOf([...others, ...some]));
    }),
    { numRuns: 1_000 },
  );
});

it('nothing has no quantile', () => {
  expect([quantileOf(EMPTY_HISTOGRAM, 0.5), quantile([], 0.5)]).toEqual([null, null]);
});
