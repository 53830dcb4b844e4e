import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  type Finding,
  findingLine,
  isKept,
  slowness,
  throughput,
  writeJson,
} from '../../bench/report.ts';
import { type Comparison, median } from '../../bench/rounds.ts';

const found: Comparison = {
  left: { perSecond: 900, cpuMsEach: 0.4 },
  right: { perSecond: 1_000, cpuMsEach: 0.2 },
  ratio: 0.9,
  cpuRatio: 2,
};

it('takes the middle of what was measured', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

it.each<[string, Finding, boolean]>([
  ['enough throughput', throughput('a', found, { min: 0.9 }), true],
  ['too little', throughput('a', found, { min: 0.91 }), false],
  ['little more time', slowness('a', found, { max: 1.12 }), true],
  ['too much time', slowness('a', found, { max: 1.1 }), false],
  ['no bound', throughput('a', { ...found, ratio: 0 }), true],
  [
    'a ratio that could not be measured',
    throughput('a', { ...found, ratio: Number.NaN }, { min: 0.8 }),
    false,
  ],
])('judges %s', (_name, finding, kept) => {
  expect(isKept(finding)).toBe(kept);
});

it('shows a missed bound in its line', () => {
  expect(findingLine(throughput('create', found, { min: 1 }))).toMatch(
    /^create +900 +1,000 +0\.90 +2\.00 +≥ 1 {2}MISSED$/,
  );
});

it('writes ratios with their bounds, and the rates', () => {
  const file = join(tmpdir(), `report-${process.pid}.json`);
  writeJson(file, [throughput('create', found, { min: 0.8 })], { rows: 1 });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    ratios: { create: { value: 0.9, min: 0.8 } },
    counts: { rows: 1 },
    absolute: { createPerSecond: 900, createOtherPerSecond: 1_000, createCpuRatio: 2 },
  });
  rmSync(file);
});
