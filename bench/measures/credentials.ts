// What it costs to show who one is: the same call with an access token or a personal access token, and by the local owner.

import { HttpConnection } from '../client/http-connection.ts';
import { createTask } from '../client/leased-task.ts';
import { askFor, type Supply } from '../client/load.ts';
import { throughput } from '../report.ts';
import { type Contender, compare } from '../rounds.ts';
import type { Measure, Scene } from '../scene.ts';

const CONNECTIONS = 16;
const TASKS = 32;
const ENOUGH = { min: 0.8 } as const;
const SCOPES = ['projects:read', 'tasks:read', 'tasks:write'];

const postJson = async (url: string, body: unknown): Promise<Record<string, unknown>> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
};

/** The token of a service whose home is the project of the local owner. */
const accessToken = async (url: string): Promise<string> => {
  const made = await postJson(`${url}/v1/clients`, {
    ...{ name: 'bench', kind: 'service', role: 'developer', scopes: SCOPES },
  });
  const answer = await fetch(`${url}/v1/auth/token`, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${btoa(`${String(made['id'])}:${String(made['secret'])}`)}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`No access token: ${answer.status}`);
  return token;
};

const personalToken = async (url: string): Promise<string> => {
  const made = await postJson(`${url}/v1/tokens`, { name: 'bench', scopes: SCOPES });
  return String(made['token']);
};

/** Read a task, list tasks, make a task: what asks an object, what asks D1, what writes. */
const calls = async (url: string): Promise<Readonly<Record<string, Supply>>> => {
  const connection = await HttpConnection.open(url);
  const ids: string[] = [];
  for (let made = 0; made < TASKS; made += 1) ids.push(await createTask(connection));
  connection.close();
  let turn = 0;
  const next = () => {
    turn += 1;
    return ids[turn % ids.length] ?? '';
  };
  return {
    Get: () => ({ method: 'GET', path: `/tasks/${next()}` }),
    List: () => ({ method: 'GET', path: '/tasks?limit=10' }),
    Create: () => ({ method: 'POST', path: '/tasks', body: '{"description":"Measure it"}' }),
  };
};

const contender = ({ real, effort }: Scene, supply: Supply, token?: string): Contender => {
  const withToken: Supply = () => {
    const call = supply();
    return call === undefined || token === undefined ? call : { ...call, token };
  };
  const options = { connections: CONNECTIONS, ms: effort.roundMs };
  return {
    workerdPid: real.workerdPid,
    prepare: async () => () => askFor(real.url, withToken, options),
  };
};

const measure = (name: string, tokenOf: (url: string) => Promise<string>): Measure => ({
  name,
  run: async (scene) => {
    const token = await tokenOf(scene.real.url);
    for (const [kind, supply] of Object.entries(await calls(scene.real.url))) {
      const found = await compare(
        contender(scene, supply, token),
        contender(scene, supply),
        scene.effort.rounds,
      );
      scene.note(throughput(`${name}${kind}`, found, ENOUGH));
    }
  },
});

/** Each bounded: who shows a credential waits hardly longer than who needs none. */
export const credentials: readonly Measure[] = [
  measure('accessToken', accessToken),
  measure('personalToken', personalToken),
];
