// Things that exist when the requests begin, and fresh ones now and then: what is asked of ended tasks teaches little.
import { makeAccess } from './access.ts';
import type { Known } from './request.ts';

const TASKS = 40;

const post = async (
  url: string,
  body: object,
  token?: string,
): Promise<Record<string, unknown>> => {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  // Answers of our own server to well-formed requests.
  return (await answer.json()) as Record<string, unknown>;
};

interface Grant {
  readonly lease: { readonly leaseId: string; readonly epoch: number };
  readonly task: { readonly id: string };
  readonly work: { readonly workId: string };
}

const first = <T>(items: readonly T[]): readonly [T, ...T[]] => {
  const [one, ...rest] = items;
  if (one === undefined) throw new Error('There is nothing to ask of.');
  return [one, ...rest];
};

const DEFAULTS = { agents: null, workflows: null, gates: null, limits: null, autonomy: null };
const HELD = ['planning', 'in-progress', 'paused'] as const;

/** Whatever was made of the config and of leases before, a runner is given work again. */
const clearTheWay = async (url: string): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  await fetch(`${url}/config`, { method: 'PATCH', headers, body: JSON.stringify(DEFAULTS) });
  for (const status of HELD) {
    const answer = await fetch(`${url}/tasks?status=${status}&limit=100`);
    const { tasks } = (await answer.json()) as { readonly tasks: readonly { id: string }[] };
    // One that has ended meanwhile refuses, which is as well.
    for (const { id } of tasks) await fetch(`${url}/tasks/${id}/cancel`, { method: 'POST' });
  }
};

/** Makes tasks of every kind, a template, a runner that holds one of them. */
export const makeWorld = async (url: string): Promise<Known> => {
  await clearTheWay(url);
  const create = async (fields: object) =>
    String((await post(`${url}/tasks`, { description: 'Something to do', ...fields }))['taskId']);
  const projectId = 'prj_00000000000000000000000000';
  const tasks: string[] = [];
  for (let index = 0; index < TASKS; index += 1) {
    const autonomy = ['full', 'manual', 'review-before-merge'][index % 3];
    const dependsOn = index % 5 === 4 ? [tasks[index - 1]] : [];
    tasks.push(await create({ autonomy, dependsOn }));
  }
  await post(`${url}/tasks/${tasks[0]}/decompose`, {
    subtasks: [{ description: 'one' }, { description: 'two', dependsOn: ['one'] }],
  });
  await post(`${url}/tasks/${tasks[1]}/trash`, {});
  const template = await post(`${url}/templates`, {
    name: 'often',
    description: 'Something often done',
    workflow: 'feature',
  });
  const instanceId = `fuzz-${Date.now()}`;
  const registered = await post(`${url}/runners`, { name: 'fuzz', instanceId, capacity: 8 });
  const token = String(registered['token']);
  const runner = registered['runner'] as { readonly id: string };
  const claim = { requestId: `clm-${Date.now()}`, slots: 2, waitMs: 5_000 };
  const claimed = await post(`${url}/runners/${runner.id}/claim`, claim, token);
  const grants = first(claimed['grants'] as readonly Grant[]);
  return {
    tasks: first([...tasks, ...grants.map(({ task }) => task.id)]),
    templates: [String(template['id'])],
    runners: [runner.id],
    tokens: [token],
    gates: ['review', 'planning', 'commit', 'nothing'],
    works: first(grants.map(({ work }) => work.workId)),
    agents: ['planner', 'developer', 'nobody'],
    holder: { leaseId: grants[0].lease.leaseId, epoch: grants[0].lease.epoch },
    projectId,
    access: await makeAccess(url),
  };
};
