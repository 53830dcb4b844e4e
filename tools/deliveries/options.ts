import { parseArgs } from 'node:util';
import type { DeliveryPlan } from './run.ts';

export const USAGE =
  'Usage: npm run deliveries [-- [--events N] [--kills N] [--seed N] [--paced N] [--minutes N]]';

const readNumber = (name: string, text: string, min: number): number => {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= min) return value;
  throw new Error(`--${name} must be a whole number from ${min} on, not "${text}". ${USAGE}`);
};

/** Reads the command line; throws one sentence when it is wrong. */
export const readDeliveryPlan = (args: readonly string[], seed: number): DeliveryPlan => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: 'string', default: '10000' },
      kills: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(seed) },
      paced: { type: 'string', default: '1600' },
      minutes: { type: 'string', default: '30' },
    },
  });
  return {
    seed: readNumber('seed', values.seed, 0),
    events: readNumber('events', values.events, 1),
    kills: readNumber('kills', values.kills, 0),
    pacedEvents: readNumber('paced', values.paced, 0),
    msMax: readNumber('minutes', values.minutes, 1) * 60_000,
  };
};
