import { writeText } from '../files.js';
import { runProgram } from '../run.js';

const TEST_PATH = 'test/health.test.js';
const TEST = `import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { makeServer } from '../src/server.js';

test('the health check answers ok', async () => {
  const server = makeServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : address;
  const answer = await fetch(\`http://127.0.0.1:\${port}/health\`);
  const body = await answer.json();
  server.close();
  assert.equal(answer.status, 200);
  assert.deepEqual(body, { status: 'ok' });
});
`;

/** @type {import('../report.js').StageWork} */
export const testing = async (assignment, report) => {
  report.say('I write the test first and then run all of them.');
  await writeText(assignment, report, TEST_PATH, TEST);
  await report.think(40, 460);
  report.use('Bash', { command: 'node --test' });
  const run = await runProgram(assignment.directory, {
    command: process.execPath,
    args: ['--test'],
  });
  if (run.code !== 0) throw new Error(`node --test ended with ${run.code}`);
  const passed = /pass (\d+)/.exec(run.output)?.[1] ?? '?';
  await report.log(`node --test: ${passed} passed`);
  await report.think(90, 110);
};
