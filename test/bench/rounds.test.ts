import { expect, it } from 'vitest';
import { type Contender, compare } from '../../bench/rounds.ts';

const contender = (name: string, operations: readonly number[], told: string[]): Contender => {
  let round = 0;
  return {
    workerdPid: undefined,
    prepare: async () => {
      told.push(`prepare ${name}`);
      return async () => {
        told.push(name);
        round += 1;
        return { operations: operations[round - 1] ?? 0, ms: 100 };
      };
    },
  };
};

it('warms up, then takes turns, and the ratio is the middle of the pairs', async () => {
  const told: string[] = [];
  const left = contender('left', [1, 50, 80, 100], told);
  const right = contender('right', [1, 100, 100, 100], told);
  const found = await compare(left, right, 3);
  const rounds = told.filter((word) => !word.startsWith('prepare'));
  expect(rounds).toEqual(['left', 'right', 'left', 'right', 'right', 'left', 'left', 'right']);
  expect(told.slice(0, 2)).toEqual(['prepare left', 'left']);
  expect(found.ratio).toBe(0.8);
  expect(found.left.perSecond).toBe(800);
  expect(found.cpuRatio).toBeUndefined();
});
