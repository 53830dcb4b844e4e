// The findings as a table for people and as JSON for whoever keeps them.
import { writeFileSync } from 'node:fs';
import type { Comparison } from './rounds.ts';

/** What a ratio must not pass. */
export interface Bound {
  readonly min?: number;
  readonly max?: number;
}

/** One line of the table. */
export interface Finding {
  readonly name: string;
  /** Of the real Worker, in operations or events a second. */
  readonly perSecond: number;
  /** Of what it is compared with: the skeleton, a small log, single frames. */
  readonly otherPerSecond: number;
  readonly ratio: number;
  readonly cpuRatio?: number | undefined;
  readonly bound?: Bound;
  /** What else of it is kept by name. */
  readonly absolute?: Readonly<Record<string, number>>;
}

/** How much of the other one's throughput is reached. */
export const throughput = (name: string, found: Comparison, bound?: Bound): Finding => ({
  name,
  perSecond: found.left.perSecond,
  otherPerSecond: found.right.perSecond,
  ratio: found.ratio,
  cpuRatio: found.cpuRatio,
  ...(bound === undefined ? {} : { bound }),
});

/** How many times the other one's time is taken. */
export const slowness = (name: string, found: Comparison, bound?: Bound): Finding => ({
  ...throughput(name, found, bound),
  ratio: 1 / found.ratio,
});

const COLUMNS = [26, 12, 12, 8, 8, 8] as const;

const line = (cells: readonly string[]): string =>
  cells
    .map((cell, index) =>
      index === 0 ? cell.padEnd(COLUMNS[0]) : cell.padStart(COLUMNS[index] ?? 0),
    )
    .join(' ');

const boundText = ({ min, max }: Bound = {}): string => {
  if (min !== undefined && max !== undefined) return min === max ? `${min}` : `${min}–${max}`;
  if (min !== undefined) return `≥ ${min}`;
  return max === undefined ? '' : `≤ ${max}`;
};

const rateText = (perSecond: number): string =>
  perSecond >= 100
    ? Math.round(perSecond).toLocaleString('en-US')
    : perSecond.toPrecision(3).toString();

/** True for a finding within its bound, and for one without. */
export const isKept = ({ ratio, bound = {} }: Finding): boolean =>
  ratio >= (bound.min ?? Number.NEGATIVE_INFINITY) &&
  ratio <= (bound.max ?? Number.POSITIVE_INFINITY);

/** The first line of the table. */
export const HEADING = line(['measure', 'ours/s', 'other/s', 'ratio', 'CPU', 'bound']);

/** One finding as a line under `HEADING`. */
export const findingLine = (finding: Finding): string => {
  const { name, perSecond, otherPerSecond, ratio, cpuRatio, bound } = finding;
  const cells = [name, rateText(perSecond), rateText(otherPerSecond), ratio.toFixed(2)];
  const verdict = bound === undefined ? '' : isKept(finding) ? '  ok' : '  MISSED';
  return line([...cells, cpuRatio?.toFixed(2) ?? '', boundText(bound)]) + verdict;
};

/** Writes what machines compare: ratios with their bounds, and the rates themselves. */
export const writeJson = (
  file: string,
  findings: readonly Finding[],
  counts: Readonly<Record<string, number>>,
): void => {
  const ratios = findings.map(({ name, ratio, bound }) => [name, { value: ratio, ...bound }]);
  const absolute = findings.flatMap(({ name, perSecond, otherPerSecond, cpuRatio, ...rest }) => [
    ...Object.entries(rest.absolute ?? {}),
    [`${name}PerSecond`, perSecond],
    [`${name}OtherPerSecond`, otherPerSecond],
    ...(cpuRatio === undefined ? [] : [[`${name}CpuRatio`, cpuRatio]]),
  ]);
  const report = {
    ratios: Object.fromEntries(ratios),
    counts,
    absolute: Object.fromEntries(absolute),
  };
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
};
