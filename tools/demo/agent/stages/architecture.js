import { readText, withSection, writeText } from '../files.js';
import { PLAN_PATH } from './planning.js';

const DESIGN = `The route stands in the table of routes and reads nothing: a health check that asks a database would
take the service down with it. The answer is JSON like every other, \`{"status":"ok"}\`, and never
cached. Readiness would be a question of its own.`;

/** @type {import('../report.js').StageWork} */
export const architecture = async (assignment, report) => {
  report.use('Read', { file_path: PLAN_PATH });
  report.say('One route in the table is enough: no framework, no middleware.');
  await report.think(40, 260);
  const asked = assignment.feedback.map((comment) => `- Asked for: ${comment}`).join('\n');
  const plan = readText(assignment, PLAN_PATH) || '# Health check\n';
  await report.think(70, 380);
  await writeText(
    assignment,
    report,
    PLAN_PATH,
    withSection(plan, 'Design', `${DESIGN}\n\n${asked}`),
  );
  await report.think(90, 120);
};
