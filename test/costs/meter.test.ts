// The meter itself: it sees what comes after an answer, and nothing of its own.

import { expect, it } from 'vitest';
import { newTask, send } from '../worker/world.ts';
import { costOf, stopTime } from './cost-of.ts';
import { newKnownWorld } from './known-world.ts';

stopTime();

it('nothing that is done costs nothing', async () => {
  await newKnownWorld();
  expect(await costOf(async () => {})).toEqual({});
});

it('a refusal costs its request and no row', async () => {
  expect(await costOf(() => send('/tasks', { description: '' }))).toEqual({
    requests: 1,
    limiterCalls: 1,
  });
});

it('what is told after the answer belongs to the operation before it', async () => {
  const { projectId } = await newKnownWorld();
  const make = () => newTask({ projectId });
  const [first, second] = [await costOf(make), await costOf(make)];
  expect(second.projectCalls).toBe(first.projectCalls);
  const both = await costOf(async () => {
    await make();
    await make();
  });
  expect(both.d1Statements).toBe(2 * (first.d1Statements ?? 0));
});
