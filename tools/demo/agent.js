// The demo's coding agent: a script in place of a model, but a real process that makes real changes. The runner
// starts it once a stage, in the task's work tree, with the prompt on stdin.
import { text } from 'node:stream/consumers';
import { readAssignment } from './agent/assignment.js';
import { writeNote } from './agent/note.js';
import { makeReporter } from './agent/report.js';
import { architecture } from './agent/stages/architecture.js';
import { implementation } from './agent/stages/implementation.js';
import { planning } from './agent/stages/planning.js';
import { review } from './agent/stages/review.js';
import { testing } from './agent/stages/testing.js';

/** @type {Record<string, import('./agent/report.js').StageWork>} */
const HEALTH_CHECK = { planning, architecture, implementation, testing, review };

const assignment = readAssignment(process.env, await text(process.stdin));
const report = makeReporter(assignment);
const work = assignment.isHealthCheck ? HEALTH_CHECK[assignment.stage] : undefined;

try {
  await report.begin();
  await (work ?? writeNote)(assignment, report);
  await report.finish();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  await report.log(`The stage ${assignment.stage} failed: ${reason}`, 'error');
  process.exitCode = 1;
}
