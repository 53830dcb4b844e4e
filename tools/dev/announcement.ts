import { relative } from 'node:path';
import { DEMO_PROJECT_ID } from '../demo/project.ts';
import type { DemoTask } from '../demo/task.ts';

interface Place {
  readonly url: string;
  readonly cwd: string;
  readonly repoDir: string;
}

type Row = readonly [label: string, text: string];

const table = (rows: readonly Row[]): string => {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`.trimEnd()).join('\n');
};

const JSON_HEADER = "-H 'Content-Type: application/json'";

const quotePath = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

const shortPath = (place: Place): string => {
  const short = relative(place.cwd, place.repoDir);
  return quotePath(short === '' || short.startsWith('..') ? place.repoDir : short);
};

const sluice = (place: Place, rest: string): string => `npx sluice run --url ${place.url} ${rest}`;

/** The line that approves a gate. */
export const approveLine = (url: string, taskId: string, gate: string): string =>
  `curl -X POST ${url}/tasks/${taskId}/gates/${gate}/approve ${JSON_HEADER}` +
  ` -d '{"approver":"you@example.com","comment":"LGTM!"}'`;

/** The line that shows what was merged. */
export const logLine = (place: Place): string => `git -C ${shortPath(place)} log --oneline --graph`;

const createLine = (url: string): string =>
  `curl -X POST ${url}/tasks ${JSON_HEADER} -d '{"description":"Describe it here"}'`;

const OWN_AGENT = `--repo DIR -- sh -c 'cat; echo "hello from my agent" > HELLO.md'`;

const describeState = (task: DemoTask): string => {
  const stage = task.stage === undefined ? '' : `, at ${task.stage}`;
  const origin = task.isNew ? 'just created' : 'from an earlier start';
  return `${task.id} (${task.status}${stage}; ${origin})`;
};

const consoleOf = (url: string): string => `${url}/console/`;

/** Where a person sees a task and decides its gates. */
export const taskPage = (url: string, taskId: string): string =>
  `${consoleOf(url)}tasks/${taskId}?project=${DEMO_PROJECT_ID}`;

const OPEN_MODE = ['Mode', 'open: who reaches this port may do everything'] as const;

/** What a person reads once the server is ready and the demo runs. */
export const announceDemo = (place: Place, task: DemoTask): string =>
  table([
    ['Console', `${consoleOf(place.url)}?project=${DEMO_PROJECT_ID}`],
    ['API', place.url],
    ['API docs', `${place.url}/docs`],
    OPEN_MODE,
    ['Demo task', describeState(task)],
    ['See it', taskPage(place.url, task.id)],
    ['Watch', `curl -N -H 'Accept: text/event-stream' ${place.url}/tasks/${task.id}/events`],
    ['Approve', approveLine(place.url, task.id, 'review')],
    ['Result', logLine(place)],
    ['Own task', createLine(place.url)],
    ['Own agent', sluice(place, OWN_AGENT)],
    ['End', 'Ctrl-C'],
  ]);

/** The same without a demo. */
export const announceEmpty = (place: Place): string =>
  table([
    ['Console', consoleOf(place.url)],
    ['API', place.url],
    ['API docs', `${place.url}/docs`],
    OPEN_MODE,
    ['Own task', createLine(place.url)],
    ['Own agent', sluice(place, OWN_AGENT)],
    ['End', 'Ctrl-C'],
  ]);

/** The same where a credential is required. `link` makes the first owner; without one there is somebody already. */
export const announceRequired = (url: string, link: string | undefined): string =>
  table([
    ['Console', consoleOf(url)],
    ['API', url],
    ['API docs', `${url}/docs`],
    ['Mode', 'required: every request needs a credential'],
    link === undefined
      ? ['Sign in', `${url}/signin`]
      : ['First owner', `${link} (once, within 15 minutes)`],
    ['End', 'Ctrl-C'],
  ]);
