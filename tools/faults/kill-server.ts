import type { World } from './world.ts';

/** `kill -9` of the server, and its return on the same state. */
export const killServer = async ({ server, report, ledger }: World, nth: number): Promise<void> => {
  const acknowledged = ledger.count('acknowledged');
  await server.kill();
  const from = performance.now();
  await server.start();
  const tookMs = performance.now() - from;
  report.add('kills of the server');
  report.top('slowest restart, ms', Math.round(tookMs));
  report.say(
    `kill ${nth}: ${acknowledged} acknowledged so far, up again in ${Math.round(tookMs)} ms`,
  );
};
