import { describe, expect, it } from 'vitest';
import { agoOf } from '../../console/src/parts/duration.ts';

describe('how long ago something was', () => {
  it.each([
    [0, '0s ago'],
    [-999, '0s ago'],
    [-1_000, '1s ago'],
    [-90_000, '1m ago'],
    [-7_200_000, '2h ago'],
    [1_000, 'in 1s'],
    [172_800_000, 'in 2d'],
  ])('%d ms is %s', (ms, text) => {
    expect(agoOf(ms, ' ago')).toBe(text);
  });

  it('what has just happened does not lie ahead, though the clock of the page stands still for a second', () => {
    expect([agoOf(1, ' ago'), agoOf(999, ''), agoOf(1, '')]).toEqual(['0s ago', '0s', '0s']);
  });
});
