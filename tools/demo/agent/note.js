// What the agent does for a task that it has no script for: an honest note about it.
import { readText, withSection, writeText } from './files.js';

const SLUG_MAX = 60;

/** @param {string} description */
export const slugOf = (description) =>
  description
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX)
    .replace(/^-+|-+$/g, '') || 'task';

/** @type {import('./report.js').StageWork} */
export const writeNote = async (assignment, report) => {
  const path = `notes/${slugOf(assignment.description)}.md`;
  report.say(`I am a script and know one task by heart; for this one I leave a note in ${path}.`);
  await report.think(30, 150);
  const old = readText(assignment, path) || `# ${assignment.description.split('\n')[0]}\n`;
  const body = [
    `Task ${assignment.taskId || 'by hand'} was here, with the agent ${assignment.agent}.`,
    ...assignment.feedback.map((comment) => `- Asked for: ${comment}`),
  ].join('\n');
  await report.think(60, 240);
  await writeText(assignment, report, path, withSection(old, assignment.stage, body));
  await report.think(90, 80);
};
