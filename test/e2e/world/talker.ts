// A task whose runner says much: what a page that shows logs has to live with.

import type { Client } from './client.ts';
import { HandRunner } from './hand-runner.ts';

/** What one batch may hold. */
const BATCH = 1_000;
const ESC = '\u001b[';
const SAID = [
  `${ESC}32m✓${ESC}0m 42 tests passed ${ESC}2m(1.3s)${ESC}0m`,
  `Edit ${ESC}1msrc/index.ts${ESC}0m ${ESC}32m+12${ESC}0m ${ESC}31m-3${ESC}0m`,
  '$ npm test -- --run health',
  'Thinking about the retry policy…',
  'Read src/routes/health.ts',
];
const LEVELS = ['info', 'info', 'info', 'debug', 'info', 'warn', 'info', 'error'];

/** A line as agents write them; the n-th says its number. */
export const lineNo = (n: number) => ({
  level: LEVELS[n % LEVELS.length],
  message: `${SAID[n % SAID.length]} #${n}`,
});

/** A task that a runner has taken; `talk` says as many lines as they come in a run, `say` says given ones. */
export async function newTalker(client: Client) {
  const taskId = await client.create({ description: 'Add a health check', autonomy: 'full' });
  const runner = await HandRunner.register(client);
  const grant = await runner.claim();
  let said = 0;
  const say = (entries: readonly Readonly<Record<string, unknown>>[]) => runner.say(grant, entries);
  const talk = async (count: number): Promise<void> => {
    for (const end = said + count; said < end; ) {
      const batch = Math.min(BATCH, end - said);
      await say(Array.from({ length: batch }, (_, index) => lineNo(said + index + 1)));
      said += batch;
    }
  };
  return { taskId, say, talk };
}
