// Adds up the JSON reports of all test runs: `node tools/ci/sum.js DIR [--step-failed]`. The last line is what CI
// counts by. Plain JavaScript without packages, so that it also runs where `npm ci` has failed.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {{ passed: number, failed: number, complaints: string[] }} Sum */
/** @typedef {{ status?: string, fullName?: string, title?: string }} TestCase */
/** @typedef {{ name?: string, status?: string, message?: string, assertionResults?: TestCase[] }} TestFile */

/** @param {TestFile} file @param {Sum} sum */
const addFile = (file, sum) => {
  let hasFailed = false;
  for (const test of file.assertionResults ?? []) {
    if (test.status === 'passed') {
      sum.passed += 1;
      continue;
    }
    // A test that is skipped proves nothing, so it counts as one that failed.
    sum.failed += 1;
    hasFailed = true;
    sum.complaints.push(`${test.status}: ${test.fullName ?? test.title} (${file.name})`);
  }
  if (file.status === 'passed' || hasFailed) return;
  sum.failed += 1;
  sum.complaints.push(`${file.status}: ${file.name} ${file.message ?? ''}`.trim());
};

/**
 * @param {string[]} reports the texts of vitest's JSON reports
 * @param {boolean} hasStepFailed whether something that is no test has failed
 * @returns {Sum}
 */
export const addUp = (reports, hasStepFailed) => {
  /** @type {Sum} */
  const sum = { passed: 0, failed: 0, complaints: [] };
  for (const text of reports) {
    try {
      const report = /** @type {{ testResults?: TestFile[] }} */ (JSON.parse(text));
      for (const file of report.testResults ?? []) addFile(file, sum);
    } catch (error) {
      sum.failed += 1;
      sum.complaints.push(`A report cannot be read: ${error}`);
    }
  }
  if (hasStepFailed && sum.failed === 0) sum.failed = 1;
  if (sum.passed === 0 && sum.failed === 0) {
    sum.failed = 1;
    sum.complaints.push('No test has run.');
  }
  return sum;
};

const main = () => {
  const [directory = 'test-results', flag] = process.argv.slice(2);
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const reports = names.filter((name) => name.endsWith('.json')).sort();
  const texts = reports.map((name) => readFileSync(join(directory, name), 'utf8'));
  const sum = addUp(texts, flag === '--step-failed');
  for (const complaint of sum.complaints) console.log(complaint);
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  process.exitCode = sum.failed === 0 ? 0 : 1;
};

const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) main();
