import { parseArgs } from 'node:util';
import type { LoadSize } from './load.ts';
import type { Plan } from './run.ts';

export const USAGE =
  'Usage: npm run faults [-- [--kills N] [--seconds N] [--seed N] [--tasks N] [--fleet N]\n' +
  '  [--only server|d1|runners|fleet]]';

const PARTS = ['server', 'd1', 'runners', 'fleet'] as const;
/** How much of the time is load between kills, and how much random faults of runners. */
const SHARES = { server: 0.2, runners: 0.1 } as const;
const OUTAGE_MS = 10_000;
/** The fleet has all of the time: it is asked for alone, for five minutes of faults. */
const FLEET_UPTIME_MS = 40_000;

const LOAD: LoadSize = {
  people: 6,
  scriptedRunners: 3,
  cliRunners: 2,
  tasksMax: 60,
  gitTasksMax: 20,
  watchersMax: 25,
  vanishShare: 0.01,
};

const readNumber = (name: string, text: string, min: number): number => {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= min) return value;
  throw new Error(`--${name} must be a whole number from ${min} on, not "${text}". ${USAGE}`);
};

/** Reads the command line; throws one sentence when it is wrong. */
export const readPlan = (args: readonly string[], seed: number): Plan => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '180' },
      seed: { type: 'string', default: String(seed) },
      tasks: { type: 'string', default: '200' },
      fleet: { type: 'string', default: '8' },
      only: { type: 'string' },
    },
  });
  const { only } = values;
  if (only !== undefined && !PARTS.some((part) => part === only)) {
    throw new Error(`--only must be one of ${PARTS.join(', ')}, not "${only}". ${USAGE}`);
  }
  const kills = readNumber('kills', values.kills, 1);
  const ms = readNumber('seconds', values.seconds, 10) * 1_000;
  const wants = (part: (typeof PARTS)[number]) => only === undefined || only === part;
  const fleet = {
    tasks: readNumber('tasks', values.tasks, 1),
    runners: readNumber('fleet', values.fleet, 2),
    forMs: ms,
    uptimeMs: FLEET_UPTIME_MS,
  };
  const uptimeMs = Math.round((ms * SHARES.server) / kills);
  return {
    seed: readNumber('seed', values.seed, 0),
    ...(wants('server') ? { server: { kills, uptimeMs, load: LOAD } } : {}),
    ...(wants('d1') ? { d1: { outageMs: OUTAGE_MS, load: { ...LOAD, cliRunners: 0 } } } : {}),
    ...(wants('runners') ? { runners: { chaosMs: Math.round(ms * SHARES.runners) } } : {}),
    ...(only === 'fleet' ? { fleet } : {}),
  };
};
