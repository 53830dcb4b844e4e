// `npm run bench`: the built Worker beside a skeleton that does the same storage work and nothing else.
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCounts } from './counts.ts';
import { credentials } from './measures/credentials.ts';
import { longListing } from './measures/long-listing.ts';
import { longLogs } from './measures/long-logs.ts';
import { longMetrics } from './measures/long-metrics.ts';
import { longQueue } from './measures/long-queue.ts';
import { sameWrites } from './measures/same-writes.ts';
import { sessionBatches } from './measures/session-batches.ts';
import { singleCalls } from './measures/single-calls.ts';
import { fanOut, framesOfMany } from './measures/viewers.ts';
import { type Finding, findingLine, HEADING, isKept, writeJson } from './report.ts';
import { FULL, type Measure, QUICK } from './scene.ts';
import { makeScratch } from './scratch.ts';
import { startReal, startSkeleton } from './subject.ts';

const MEASURES: readonly Measure[] = [
  sameWrites,
  ...singleCalls,
  ...credentials,
  sessionBatches,
  fanOut,
  framesOfMany,
  longLogs,
  longListing,
  longMetrics,
  longQueue,
];
const NAMES = MEASURES.map(({ name }) => name);
const USAGE = `Usage: npm run bench [-- [--quick] [--json FILE] [--directory DIR]
  [--only ${NAMES.join(',')}]]`;

/** The server and the client have a processor each, and nobody else should have one. */
const BUSY = 1;

const isBusy = (): boolean => {
  const [load = 0] = loadavg();
  return load > BUSY;
};

interface Options {
  readonly isQuick: boolean;
  readonly json: string | undefined;
  readonly directory: string | undefined;
  readonly chosen: readonly Measure[];
}

const readOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      directory: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const only = values.only?.split(',');
  const unknown = only?.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new Error(`There is no measure "${unknown}". ${USAGE}`);
  const chosen = MEASURES.filter(({ name }) => only?.includes(name) ?? true);
  return { isQuick: values.quick, json: values.json, directory: values.directory, chosen };
};

const measureAll = async (options: Options, directory: string): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  const note = (finding: Finding): void => {
    findings.push(finding);
    console.log(findingLine(finding));
  };
  const real = await startReal(join(directory, 'real'));
  const skeleton = await startSkeleton(join(directory, 'skeleton'));
  const effort = options.isQuick ? QUICK : FULL;
  try {
    if (isBusy()) console.log('The machine is busy: the ratios are rough.');
    console.log(HEADING);
    for (const { run } of options.chosen) await run({ real, skeleton, effort, directory, note });
  } finally {
    await real.edge.stop();
    await skeleton.edge.stop();
  }
  return findings;
};

/** Measures, tells, and returns the exit code: 1 when a bound is missed, unless the run was quick. */
export const run = async (args: readonly string[]): Promise<number> => {
  let options: Options;
  try {
    options = readOptions(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
  const findings = await measureAll(options, makeScratch(options.directory));
  if (options.json !== undefined) writeJson(options.json, findings, readCounts());
  const missed = findings.filter((finding) => !isKept(finding)).map(({ name }) => name);
  if (missed.length === 0) return 0;
  console.log(`\n${missed.length} missed: ${missed.join(', ')}`);
  return options.isQuick ? 0 : 1;
};
