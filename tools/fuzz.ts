// `npm run fuzz`: spoiled requests over all routes against the built Worker.
import { parseArgs } from 'node:util';
import { startEdge } from './edge/serve.ts';
import { fuzz } from './fuzz/run.ts';
import { endOnSignal } from './interruption.ts';

const USAGE = 'Usage: npm run fuzz [-- [--requests N] [--seed N]]';

const readNumber = (text: string): number => {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new Error(USAGE);
};

export const run = async (args: readonly string[]): Promise<number> => {
  endOnSignal();
  const { values } = parseArgs({
    args: [...args],
    options: {
      requests: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const plan = { requests: readNumber(values.requests), seed: readNumber(values.seed) };
  const edge = await startEdge();
  try {
    const report = await fuzz({ ...plan, url: edge.url, say: (line) => console.log(line) });
    for (const violation of report.violations) console.error(violation);
    const statuses = [...report.byStatus].sort(([a], [b]) => a - b);
    console.log(`Answers: ${statuses.map(([status, count]) => `${status} × ${count}`).join(', ')}`);
    console.log(`${report.requests} requests, ${report.violations.length} violations`);
    return report.violations.length === 0 ? 0 : 1;
  } finally {
    await edge.stop();
  }
};
