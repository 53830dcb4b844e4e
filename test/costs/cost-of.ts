import { afterEach, beforeEach, expect, vi } from 'vitest';
import { type Cost, writeCost } from '../../tools/costs/count.ts';
import { COUNTED, type Operation } from '../../tools/costs/counted.ts';
import { isQuiet, readMeter } from './meter.ts';

/** Between two operations, so that no two of them fall into one millisecond. */
const STEP_MS = 1_000;
/** Ahead of the machine's clock, by which alarms ring: so none rings by itself, however slow the machine. */
const AHEAD_MS = 3_600_000;

/** Nothing is asked, told or written any more, and nobody waits for it. */
export const quiet = () => expect.poll(isQuiet, { timeout: 10_000, interval: 1 }).toBe(true);

/** What an operation costs, with all that follows from it after its answer. */
export async function costOf(operation: () => Promise<unknown>): Promise<Cost> {
  await quiet();
  vi.setSystemTime(Date.now() + STEP_MS);
  const before = readMeter();
  await operation();
  await quiet();
  return readMeter(before);
}

/** It costs what the table says, to the row. */
export async function expectCost(
  name: Operation,
  operation: () => Promise<unknown>,
): Promise<void> {
  const cost = await costOf(operation);
  expect(cost, `${name}: ${writeCost(cost)}`).toEqual(COUNTED[name].cost);
}

/**
 * In each test of this file time passes only between two operations, and nothing that waits gets tired of waiting: a count
 * that hung on the clock of the machine would be another one on a slow day. Vitest's own fake timers run on whenever a
 * test polls, so they are of no use here.
 */
export function stopTime(): void {
  beforeEach(() => {
    vi.setSystemTime(Date.now() + AHEAD_MS);
    vi.stubGlobal('setTimeout', () => 0);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}
