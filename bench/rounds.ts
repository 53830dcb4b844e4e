// Two subjects in turns: what disturbs the machine disturbs both, and the ratio of a pair stands.
import { cpuMs } from './cpu-time.ts';

/** What was done, and how long it took. */
export interface Round {
  readonly operations: number;
  readonly ms: number;
}

/** One of the two, over all its rounds. */
export interface Side {
  readonly perSecond: number;
  readonly cpuMsEach: number;
}

/** What came of the two. */
export interface Comparison {
  readonly left: Side;
  readonly right: Side;
  /** Throughput of left over right. */
  readonly ratio: number;
  /** Processor time of an operation, left over right; undefined where it is too little to be told. */
  readonly cpuRatio: number | undefined;
}

/** One who takes part. */
export interface Contender {
  readonly workerdPid: number | undefined;
  /** Makes ready what a round needs and returns the round itself: that alone is measured. */
  readonly prepare: () => Promise<() => Promise<Round>>;
}

interface Measured extends Round {
  readonly cpu: number;
}

/** The middle of the values, or between the two that are. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
};

const perSecond = ({ operations, ms }: Round): number => (operations / ms) * 1_000;

const measure = async ({ workerdPid, prepare }: Contender): Promise<Measured> => {
  const round = await prepare();
  const before = cpuMs(workerdPid);
  const done = await round();
  return { ...done, cpu: cpuMs(workerdPid) - before };
};

const sideOf = (rounds: readonly Measured[]): Side => {
  const operations = rounds.reduce((sum, round) => sum + round.operations, 0);
  const cpu = rounds.reduce((sum, round) => sum + round.cpu, 0);
  return { perSecond: median(rounds.map(perSecond)), cpuMsEach: cpu / operations };
};

/** One round of each to warm up, then `rounds` pairs, each begun by the other one. */
export const compare = async (
  left: Contender,
  right: Contender,
  rounds: number,
): Promise<Comparison> => {
  await measure(left);
  await measure(right);
  const lefts: Measured[] = [];
  const rights: Measured[] = [];
  for (let count = 0; count < rounds; count += 1) {
    if (count % 2 === 0) lefts.push(await measure(left));
    rights.push(await measure(right));
    if (count % 2 === 1) lefts.push(await measure(left));
  }
  const ratios = lefts.map((round, index) => perSecond(round) / perSecond(rights[index] ?? round));
  const sides = { left: sideOf(lefts), right: sideOf(rights) };
  const cpuRatio = sides.left.cpuMsEach / sides.right.cpuMsEach;
  return {
    ...sides,
    ratio: median(ratios),
    cpuRatio: Number.isFinite(cpuRatio) && cpuRatio > 0 ? cpuRatio : undefined,
  };
};
