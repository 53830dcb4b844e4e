import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { addUp } from '../../tools/ci/sum.js';
import { makeDirectory } from './directory.ts';

const SUM = resolve(import.meta.dirname, '../../tools/ci/sum.js');

const report = (...statuses: string[]) =>
  JSON.stringify({
    testResults: [
      {
        name: 'a.test.ts',
        status: statuses.includes('failed') ? 'failed' : 'passed',
        assertionResults: statuses.map((status, n) => ({ status, fullName: `test ${n}` })),
      },
    ],
  });

const brokenFile = JSON.stringify({
  testResults: [
    { name: 'b.test.ts', status: 'failed', message: 'no such import', assertionResults: [] },
  ],
});

test.each([
  ['passed tests', [report('passed', 'passed'), report('passed')], false, 3, 0],
  ['a failed test', [report('passed', 'failed')], false, 1, 1],
  ['a skipped test', [report('passed', 'skipped')], false, 1, 1],
  ['a todo', [report('passed', 'todo')], false, 1, 1],
  ['a file that does not load', [report('passed'), brokenFile], false, 1, 1],
  ['a report that is cut off', [report('passed'), '{"testRes'], false, 1, 1],
  ['a step that failed without a test', [report('passed')], true, 1, 1],
  ['a step that failed by a test', [report('failed')], true, 0, 1],
  ['no test at all', [], false, 0, 1],
])('%s is counted', (_name, reports, hasStepFailed, passed, failed) => {
  expect(addUp(reports, hasStepFailed)).toMatchObject({ passed, failed });
});

test('the last line is the sum, and the exit code says whether all passed', () => {
  const directory = makeDirectory();
  writeFileSync(join(directory, 'unit.json'), report('passed', 'passed'));
  const green = spawnSync(process.execPath, [SUM, directory], { encoding: 'utf8' });
  expect(green).toMatchObject({ status: 0, stdout: '2 passed, 0 failed\n' });
  const red = spawnSync(process.execPath, [SUM, directory, '--step-failed'], { encoding: 'utf8' });
  expect(red).toMatchObject({ status: 1, stdout: '2 passed, 1 failed\n' });
});
