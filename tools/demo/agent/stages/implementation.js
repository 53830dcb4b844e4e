import { readText, writeText } from '../files.js';

const SERVER_PATH = 'src/server.js';
const README_PATH = 'README.md';
const TABLE_START = /^const routes = \{\n/m;
const ROUTE = `  'GET /health': () => ({ status: 200, body: { status: 'ok' } }),\n`;
const README_ROW = '| `GET /health` | whether the service is up |';

/** @param {string} source */
const addRoute = (source) => {
  if (source.includes(`'GET /health'`)) return source;
  const table = TABLE_START.exec(source);
  if (table === null) throw new Error(`${SERVER_PATH} has no table of routes any more`);
  const end = table.index + table[0].length;
  return source.slice(0, end) + ROUTE + source.slice(end);
};

/** @param {string} readme */
const addRow = (readme) => {
  if (readme.includes('`GET /health`')) return readme;
  return readme.replace(/(\|---\|---\|\n(?:\|.*\|\n)*)/, (table) => `${table}${README_ROW}\n`);
};

/** @type {import('../report.js').StageWork} */
export const implementation = async (assignment, report) => {
  report.use('Read', { file_path: SERVER_PATH });
  report.say('I add the route to the table in src/server.js.');
  await report.think(25, 340);
  const source = readText(assignment, SERVER_PATH);
  await writeText(assignment, report, SERVER_PATH, addRoute(source));
  await report.think(60, 520);
  const readme = readText(assignment, README_PATH);
  await writeText(assignment, report, README_PATH, addRow(readme));
  await report.think(90, 140);
};
