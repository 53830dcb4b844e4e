import { readText, withSection, writeText } from '../files.js';
import { runProgram } from '../run.js';

/** @typedef {import('../assignment.js').Assignment} Assignment */

const REVIEW_PATH = 'REVIEW.md';

/** @param {Assignment} assignment @param {string[]} args */
const git = async (assignment, args) => {
  const run = await runProgram(assignment.directory, { command: 'git', args, quiet: true });
  return run.code === 0 ? run.output : '';
};

/** The change against the branch it started from, committed or not. @param {Assignment} assignment */
const readChange = async (assignment) => {
  const start = (await git(assignment, ['merge-base', 'HEAD', assignment.base])).trim() || 'HEAD';
  const diff = await git(assignment, ['diff', '--no-color', start]);
  const untracked = await git(assignment, ['ls-files', '--others', '--exclude-standard']);
  const tracked = await git(assignment, ['diff', '--name-only', start]);
  const files = [...new Set(`${tracked}\n${untracked}`.split('\n').filter(Boolean))].sort();
  return { files, added: diff.split('\n').filter((line) => /^\+(?!\+\+)/.test(line)) };
};

/** @param {Assignment} assignment @param {{ files: string[], added: string[] }} change */
const findings = (assignment, { files, added }) => {
  const source = readText(assignment, 'src/server.js');
  const routes = [...source.matchAll(/'((?:GET|POST) [^']*)'/g)].map((match) => match[1] ?? '');
  const readme = readText(assignment, 'README.md');
  const nameless = routes.filter((route) => !readme.includes(`\`${route}`));
  const leftovers = added.filter((line) => /console\.log|TODO|FIXME|debugger/.test(line));
  return [
    `${files.length} files changed: ${files.join(', ') || 'none'}.`,
    nameless.length === 0
      ? 'Every route is in the README.'
      : `Not in the README: ${nameless.join(', ')}.`,
    readText(assignment, 'test/health.test.js') === ''
      ? 'The health check has no test.'
      : 'The health check has a test.',
    leftovers.length === 0 ? 'No leftovers in the added lines.' : `${leftovers.length} leftovers.`,
  ];
};

/** @type {import('../report.js').StageWork} */
export const review = async (assignment, report) => {
  report.use('Bash', { command: `git diff ${assignment.base}` });
  const change = await readChange(assignment);
  await report.think(40, 210);
  for (const finding of findings(assignment, change)) {
    report.say(finding);
    await report.log(`Review: ${finding}`);
  }
  await report.think(70, 330);
  if (assignment.feedback.length > 0) {
    const asked = assignment.feedback.map((comment) => `- ${comment}`).join('\n');
    const old = readText(assignment, REVIEW_PATH) || '# Review\n';
    const heading = `Asked for in ${assignment.taskId || 'this task'}`;
    await writeText(assignment, report, REVIEW_PATH, withSection(old, heading, asked));
  }
  await report.think(90, 90);
};
