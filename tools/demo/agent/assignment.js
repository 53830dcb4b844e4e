// What the runner tells the agent: environment, the grant as a file, the prompt.
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Assignment
 * @property {string} api where to report, '' for nowhere
 * @property {string} taskId
 * @property {string} stage
 * @property {string} agent
 * @property {string} directory the work tree
 * @property {string} description
 * @property {string} base the branch that the work starts from
 * @property {string[]} feedback what people asked for at a gate, oldest first
 * @property {string[]} outputs the outputs that the stage is asked for
 * @property {boolean} isHealthCheck whether this is the task that the agent knows by heart
 * @property {number} pauseMs how long it pretends to think
 */

const PAUSE_MS = 600;

/** @param {unknown} value @returns {Record<string, unknown>} */
const fields = (value) =>
  typeof value === 'object' && value !== null ? { .../** @type {object} */ (value) } : {};

/** @param {unknown} value @returns {unknown[]} */
const list = (value) => (Array.isArray(value) ? value : []);

/** @param {string | undefined} path @returns {Record<string, unknown>} */
const readGrant = (path) => {
  if (path === undefined) return {};
  try {
    return fields(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    console.error(`The grant cannot be read: ${error}`);
    return {};
  }
};

/**
 * The lines below a heading or label that names feedback, up to the next empty line.
 * @param {string} prompt
 */
export const readFeedback = (prompt) => {
  const lines = prompt.split('\n');
  const start = lines.findIndex((line) =>
    /^\W*(feedback|requested changes|changes requested)\b/i.test(line),
  );
  if (start === -1) return [];
  const [, sameLine = ''] = /:\s*(.*)$/.exec(lines[start] ?? '') ?? [];
  const rest = lines.slice(start + 1);
  while (sameLine === '' && rest[0]?.trim() === '') rest.shift();
  const end = rest.findIndex((line) => line.trim() === '');
  const below = end === -1 ? rest : rest.slice(0, end);
  return [sameLine, ...below].map((line) => line.replace(/^[-*]\s+/, '').trim()).filter(Boolean);
};

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} prompt
 * @returns {Assignment}
 */
export const readAssignment = (env, prompt) => {
  const grant = readGrant(env['SLUICE_TASK_JSON']);
  const task = fields(grant['task']);
  const work = fields(grant['work']);
  const comments = list(work['feedback']).map((entry) => String(fields(entry)['comment'] ?? ''));
  const description = String(task['description'] ?? prompt.trim().split('\n')[0] ?? '');
  return {
    api: env['APEX_API'] ?? env['SLUICE_URL'] ?? '',
    taskId: env['APEX_TASK_ID'] ?? '',
    stage: env['APEX_STAGE'] ?? String(work['stage'] ?? 'work'),
    agent: env['APEX_AGENT'] ?? 'demo',
    directory: env['APEX_PROJECT'] ?? process.cwd(),
    description,
    base: String(task['baseRef'] ?? 'main'),
    feedback: comments.length > 0 ? comments : readFeedback(prompt),
    outputs: list(work['outputs']).map(String),
    isHealthCheck: /health[ -]?check/i.test(grant['task'] === undefined ? prompt : description),
    pauseMs: Number(env['SLUICE_DEMO_PAUSE_MS'] ?? PAUSE_MS),
  };
};
