// One HTTP call at a time and over 16 connections: what a rule costs beside the write it guards.
import { HttpConnection } from '../client/http-connection.ts';
import { createTask } from '../client/leased-task.ts';
import { askFor, type Supply } from '../client/load.ts';
import { throughput } from '../report.ts';
import { type Comparison, type Contender, compare } from '../rounds.ts';
import type { Measure, Scene } from '../scene.ts';
import type { Subject } from '../subject.ts';

const CONNECTIONS = 16;
const POOL = 32;
const LOGS_EACH = 10;
const GATES = ['planning', 'architecture', 'implementation', 'testing', 'review'] as const;
/** Tasks of five gates that a round of approvals may use up. */
const gatedTasks = (connections: number): number => 16 + 3 * connections;
const ENOUGH = { min: 0.8 } as const;
const MESSAGE =
  'Running the tests of the package that was changed; 3 of 12 files are done. '.repeat(2);

/** What a kind of call needs beforehand, and what each round is then supplied with. */
type Prepare = (subject: Subject, connections: number) => Promise<() => Promise<Supply>>;

const createTasks = async (
  url: string,
  count: number,
  members: Readonly<Record<string, unknown>> = {},
): Promise<readonly string[]> => {
  const connections = await Promise.all(Array.from({ length: 8 }, () => HttpConnection.open(url)));
  const ids: string[] = [];
  const drive = async (connection: HttpConnection): Promise<void> => {
    while (ids.length < count) ids.push(await createTask(connection, members));
  };
  await Promise.all(connections.map(drive));
  for (const connection of connections) connection.close();
  return ids;
};

const post = (path: string, body: unknown) =>
  ({ method: 'POST', path, body: JSON.stringify(body) }) as const;

/** Takes the ids in turns for ever. */
const inTurns = (ids: readonly string[]): (() => string) => {
  let turn = 0;
  return () => {
    turn += 1;
    return ids[turn % ids.length] ?? '';
  };
};

const logCall = (id: string) => post(`/tasks/${id}/log`, { level: 'info', message: MESSAGE });

const create: Prepare = async () => {
  const description =
    'Make the export of reports resume where it was cut off, and say so in its log';
  return async () => () => post('/tasks', { description });
};

const get: Prepare = async ({ url }) => {
  const ids = await createTasks(url, POOL);
  const calls = ids.flatMap((id) => Array.from({ length: LOGS_EACH }, () => logCall(id)));
  await askFor(url, () => calls.pop(), { connections: 8, ms: 60_000 });
  const next = inTurns(ids);
  return async () => () => ({ method: 'GET', path: `/tasks/${next()}` });
};

const list: Prepare = async ({ url }) => {
  await createTasks(url, POOL);
  return async () => () => ({ method: 'GET', path: '/tasks' });
};

const status: Prepare = async ({ url }) => {
  const next = inTurns(await createTasks(url, POOL));
  let step = 0;
  return async () => () => {
    step += 1;
    return post(`/tasks/${next()}/status`, { status: 'in-progress', message: `Step ${step}` });
  };
};

const log: Prepare = async ({ url }) => {
  const next = inTurns(await createTasks(url, POOL));
  return async () => () => logCall(next());
};

const approve: Prepare =
  async ({ url }, connections) =>
  async () => {
    const ids = await createTasks(url, gatedTasks(connections), { autonomy: 'manual' });
    const calls = GATES.flatMap((gate) =>
      ids.map((id) => post(`/tasks/${id}/gates/${gate}/approve`, { approver: 'you@example.com' })),
    );
    return () => calls.pop();
  };

const CALLS = { create, get, list, status, log, gateApprove: approve } as const;

const contender = async (
  subject: Subject,
  prepare: Prepare,
  options: { readonly connections: number; readonly ms: number },
): Promise<Contender> => {
  const next = await prepare(subject, options.connections);
  return {
    workerdPid: subject.workerdPid,
    prepare: async () => {
      const supply = await next();
      return () => askFor(subject.url, supply, options);
    },
  };
};

const compareCalls = async (
  { real, skeleton, effort }: Scene,
  prepare: Prepare,
  connections: number,
): Promise<Comparison> => {
  const options = { connections, ms: effort.roundMs };
  return compare(
    await contender(real, prepare, options),
    await contender(skeleton, prepare, options),
    effort.rounds,
  );
};

/** Each kind of call over many connections, which is bounded, and one at a time, which is told. */
export const singleCalls: readonly Measure[] = Object.entries(CALLS).map(([name, prepare]) => ({
  name,
  run: async (scene) => {
    scene.note(throughput(name, await compareCalls(scene, prepare, CONNECTIONS), ENOUGH));
    scene.note(throughput(`${name}Alone`, await compareCalls(scene, prepare, 1)));
  },
}));
