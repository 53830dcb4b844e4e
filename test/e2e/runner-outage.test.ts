// A server that is gone for half a minute while an agent talks. Nothing of what it says is lost, doubled or moved.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Client } from './world/client.ts';
import { type DevServer, serve } from './world/dev-server.ts';
import { expectGapless, messagesOf } from './world/log.ts';
import { makeDir } from './world/place.ts';
import { makeRepo, readText } from './world/repo.ts';
import { startRunner } from './world/runner-process.ts';
import { until } from './world/until.ts';

const OUTAGE_MS = 30_000;

/** Some 200 KB a second in lines that are numbered, until a file says stop. */
const TALK = `
import { existsSync, writeFileSync } from 'node:fs';
const dir = process.argv[2];
let count = 0;
const timer = setInterval(() => {
  for (let line = 0; line < 10; line += 1) console.log('line ' + ++count + ' ' + 'x'.repeat(400));
  if (!existsSync(dir + '/stop')) return;
  clearInterval(timer);
  writeFileSync(dir + '/total', String(count));
}, 20);
`;

it('a log is complete, in order and once after its server was gone for 30 s', async () => {
  let server: DevServer = await serve();
  onTestFinished(() => server.stop());
  const { port, persistDir, url } = server;
  const client = new Client(url);
  const scratch = makeDir();
  const stateDir = makeDir();
  writeFileSync(path.join(scratch, 'talk.mjs'), TALK);
  const taskId = await client.create({ description: 'Talk', workflow: 'bugfix', autonomy: 'full' });
  const agent = 'cat > /dev/null; [ -f "$1/total" ] || node "$1/talk.mjs" "$1"';
  const runner = startRunner({ url, repo: makeRepo(), agent, scratch, stateDir });
  const linesOf = async () =>
    messagesOf(await client.events(taskId)).filter((text) => text.startsWith('line '));
  await until(async () => (await linesOf()).length > 100, { what: 'the agent is heard' });

  await server.crash();
  await pass(OUTAGE_MS);
  const spool = path.join(stateDir, 'sluice', 'spool');
  expect(existsSync(spool) ? readdirSync(spool) : []).toHaveLength(1);
  server = await serve({ port, persistDir });
  writeFileSync(path.join(scratch, 'stop'), '');

  expect(await runner.ended).toMatchObject({ code: 0 });
  const total = Number(readText(scratch, 'total'));
  const numbers = (await linesOf()).map((text) => Number(text.split(' ')[1]));
  expect(total).toBeGreaterThan(1_000);
  expect(numbers).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  expectGapless(await client.events(taskId));
  expect(await client.task(taskId)).toMatchObject({ status: 'completed', attempt: 1 });
  expect(readdirSync(spool)).toEqual([]);
}, 240_000);
