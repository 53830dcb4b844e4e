// The agent of the pictures: the demo's, but that it lingers over one task and breaks down at another.

import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAssignment } from '../demo/agent/assignment.js';
import { writeNote } from '../demo/agent/note.js';
import { makeReporter } from '../demo/agent/report.js';
import { implementation } from '../demo/agent/stages/implementation.js';
import { testing } from '../demo/agent/stages/testing.js';

const assignment = readAssignment(process.env, await text(process.stdin));
const report = makeReporter(assignment);
const { description, stage } = assignment;

/** At work until it is stopped. */
const linger = async () => {
  const tables = ['greetings', 'languages', 'visitors', 'settings'];
  for (let turn = 0; ; turn += 1) {
    await report.log(`Copied ${(turn + 1) * 250} rows of ${tables[turn % tables.length]}`);
    await report.think(Math.min(95, turn * 5), 60);
    await sleep(Math.min(200 * 2 ** turn, 5_000));
  }
};

const breakDown = async () => {
  await report.log('3 of 41 tests fail since the upgrade', 'warn');
  await report.log('client.get is not a function (test/http.test.js:14)', 'error');
  await report.think(80, 120);
  console.error('The tests do not pass.');
  process.exit(1);
};

/** @type {import('../demo/agent/report.js').StageWork} */
const work = async () => {
  if (description.startsWith('Migrate') && stage === 'implementation') await linger();
  if (description.startsWith('Upgrade') && stage === 'testing') await breakDown();
  const isByHeart = assignment.isHealthCheck;
  if (isByHeart && stage === 'implementation') return implementation(assignment, report);
  if (isByHeart && stage === 'testing') return testing(assignment, report);
  return writeNote(assignment, report);
};

await report.begin();
await work(assignment, report);
await report.finish();
