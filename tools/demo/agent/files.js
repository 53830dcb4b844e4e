import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @typedef {import('./assignment.js').Assignment} Assignment */
/** @typedef {import('./report.js').Reporter} Reporter */

/** @param {Assignment} assignment @param {string} path */
export const readText = (assignment, path) => {
  const file = join(assignment.directory, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

/** @param {Assignment} assignment @param {Reporter} report @param {string} path @param {string} content */
export const writeText = async (assignment, report, path, content) => {
  if (readText(assignment, path) === content) {
    report.say(`${path} says so already.`);
    return;
  }
  const file = join(assignment.directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  report.use('Write', { file_path: path, lines: content.split('\n').length - 1 });
  await report.log(`Wrote ${path}`);
};

/**
 * Puts a section into a Markdown file, in the place of the section of the same heading if there is one.
 * @param {string} markdown
 * @param {string} heading
 * @param {string} body
 */
export const withSection = (markdown, heading, body) => {
  const section = `## ${heading}\n\n${body.trim()}\n`;
  const start = `\n${markdown}`.indexOf(`\n## ${heading}\n`);
  if (start === -1) return markdown === '' ? section : `${markdown.trimEnd()}\n\n${section}`;
  const next = markdown.indexOf('\n## ', start + 1);
  const rest = next === -1 ? '' : markdown.slice(next);
  return `${markdown.slice(0, start)}${section}${rest}`;
};
