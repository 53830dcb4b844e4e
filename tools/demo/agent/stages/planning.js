import { readText, withSection, writeText } from '../files.js';

export const PLAN_PATH = 'docs/plans/health-check.md';

/** @type {import('../report.js').StageWork} */
export const planning = async (assignment, report) => {
  report.use('Read', { file_path: 'src/server.js' });
  const routes = readText(assignment, 'src/server.js').match(/'(GET|POST) [^']*'/g) ?? [];
  report.say(`The service has ${routes.length} routes; a health check is one more.`);
  await report.think(30, 180);
  const body = [
    `Task: ${assignment.taskId || 'by hand'}. ${assignment.description}`,
    '',
    '1. Add `GET /health` beside the other routes in `src/server.js`.',
    '2. Test that it answers 200 with `{"status":"ok"}`.',
    '3. Name it in the table of `README.md`.',
    ...assignment.feedback.map((comment) => `- Asked for: ${comment}`),
  ].join('\n');
  await report.think(60, 420);
  const plan = readText(assignment, PLAN_PATH) || '# Health check\n';
  await writeText(assignment, report, PLAN_PATH, withSection(plan, 'Plan', body));
  await report.think(90, 160);
};
