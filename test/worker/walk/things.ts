// A project with one thing of every kind that has an id, each of them real.

import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { newId, newTaskId, randomHex } from '../../../src/auth/id.ts';
import type { Role } from '../../../src/contract/principal.ts';
import { ask, bearer } from '../ask.ts';
import { newMember, newPat, newPerson } from '../people.ts';
import { signInAs } from '../signin-world.ts';
import { claimOne, newProject, newTask, newTestRunner, read, send } from '../world.ts';

/** Ids by kind. `gate`, `agent` and `environment` are names. */
export interface Things {
  readonly project: string;
  readonly environment: string;
  readonly member: string;
  readonly invitation: string;
  readonly deployment: string;
  /** A name. */
  readonly stage: string;
  readonly client: string;
  readonly secret: string;
  readonly token: string;
  readonly grant: string;
  readonly signin: string;
  readonly passkey: string;
  /** A runner is at work on it. */
  readonly held: string;
  readonly gated: string;
  readonly gate: string;
  /** The id of one that waits. */
  readonly asked: string;
  /** A name. */
  readonly artifact: string;
  readonly parent: string;
  readonly subtask: string;
  readonly template: string;
  readonly agent: string;
  readonly runner: string;
  readonly work: string;
  readonly lease: string;
  readonly webhook: string;
  readonly delivery: string;
  readonly monitor: string;
  readonly incident: string;
  readonly standing: string;
}

export interface World {
  readonly things: Things;
  /** A person's token with all scopes. */
  readonly owner: string;
  readonly ownerId: string;
  /** Of the owner's sign-in. */
  readonly cookie: string;
  readonly runnerToken: string;
  /** Of the agent at work on `held`. */
  readonly agentToken: string;
}

type Made = { readonly id: string };

const created = async <T = Made>(path: string, json: unknown): Promise<T> => {
  const { status, body } = await send<T>(path, json);
  expect([path, status]).toEqual([path, 201]);
  return body;
};

const GRANT = `INSERT INTO grants (id, user_id, client_id, scopes, resources, created_at)
  VALUES (?, ?, 'cli_sluice', '["tasks:read"]', '[]', ?)`;
const PASSKEY = `INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, created_at)
  VALUES (?, ?, ?, 'x', 0, ?)`;

/** What belongs to a person and not to a project. */
async function thingsOf(userId: string) {
  const now = Date.now();
  const [grant, passkey] = [newId('grt', now), newId('psk', now)];
  await env.DB.prepare(GRANT).bind(grant, userId, now).run();
  await env.DB.prepare(PASSKEY).bind(passkey, userId, passkey, now).run();
  const { id: token } = await newPat(userId);
  const { row, cookie } = await signInAs(userId);
  return { things: { grant, passkey, token, signin: row.id }, cookie };
}

/** What a runner asks for, which an approver may change. */
const ASKED = {
  action: {
    type: 'git.push',
    target: { remote: 'origin', branch: 'secret-plan' },
    params: { head: 'b'.repeat(40) },
  },
  policy: { allowEdit: true },
};

async function tasksOf(projectId: string) {
  const held = await newTask({ projectId });
  const runner = await newTestRunner(projectId);
  const { grant } = await claimOne(runner);
  const gated = await newTask({ projectId, autonomy: 'manual' });
  const { body } = await read<{ gates: readonly { name: string }[] }>(`/tasks/${gated}/gates`);
  const [gate] = body.gates;
  if (gate === undefined) throw new Error('No gate');
  const parent = await newTask({ projectId });
  const split = await send<{ subtasks: readonly Made[] }>(`/tasks/${parent}/decompose`, {
    subtasks: [{ description: 'One part' }, { description: 'Another part' }],
  });
  expect(split.status).toBe(200);
  const [subtask] = split.body.subtasks;
  if (subtask === undefined) throw new Error('No subtask');
  const logged = await send(`/tasks/${held}/log`, { message: 'A secret plan' });
  expect(logged.status).toBe(200);
  const { leaseId, epoch } = grant.lease;
  const kept = `/tasks/${held}/artifacts/plan.txt?leaseId=${leaseId}&epoch=${epoch}`;
  await ask(kept, { method: 'PUT', body: 'A secret plan', headers: bearer(runner.token) });
  const asked = await send<Made>(
    `/tasks/${held}/gates`,
    { ...{ leaseId, epoch, name: gate.name, blocking: false }, ...ASKED },
    { token: runner.token },
  );
  expect(asked.status).toBe(201);
  const things = {
    held,
    gated,
    artifact: 'plan.txt',
    gate: gate.name,
    asked: asked.body.id,
    parent,
    subtask: subtask.id,
    agent: 'planner',
  };
  return {
    things: {
      ...things,
      ...{ runner: runner.id, work: grant.work.workId, lease: grant.lease.leaseId },
    },
    runnerToken: runner.token,
    agentToken: grant.agentToken,
  };
}

/** An endpoint, and a test that was sent there. */
async function hookOf(projectId: string) {
  const url = 'https://hooks.acme.com/secret-path';
  const webhook = await created('/v1/webhooks', { projectId, url, types: ['deployment.*'] });
  const tested = await send<{ deliveryId: string }>(`/v1/webhooks/${webhook.id}/test`);
  expect(tested.status).toBe(202);
  return { webhook: webhook.id, delivery: tested.body.deliveryId };
}

/** What is watched, and what went wrong. */
async function watchOf(project: string, environment: string) {
  const path = `/v1/projects/${project}`;
  const watched = { environment, name: 'Secret shop', url: 'https://shop.acme.com/secret' };
  const monitor = await created(`${path}/monitors`, watched);
  const incident = await created(`${path}/incidents`, { environment, title: 'A secret outage' });
  return { monitor: monitor.id, incident: incident.id };
}

/** All of it. What belongs to a person belongs to the owner. */
export async function newWorld(): Promise<World> {
  const project = await newProject();
  const ownerId = await newPerson({ [project]: 'owner' });
  const { token: owner } = await newPat(ownerId);
  const member = await newPerson({ [project]: 'developer' });
  const environment = await created<{ name: string }>(`/v1/projects/${project}/environments`, {
    name: 'secret-stage',
  });
  const invited = { email: `${newId('x', Date.now())}@example.com`, role: 'viewer' };
  const invitation = await created(`/v1/projects/${project}/invitations`, invited);
  const deployed = { environment: environment.name, autoPromote: false };
  const deployment = await created(`/v1/projects/${project}/deployments`, deployed);
  const wanted = { name: 'CI', kind: 'service', scopes: ['tasks:read'], projectId: project };
  const client = await created<Made & { secrets: readonly Made[] }>('/v1/clients', wanted);
  const [secret] = client.secrets;
  const template = await created('/templates', {
    ...{ name: 'Often', description: 'Often done', workflow: 'feature', projectId: project },
  });
  const { things, ...tokens } = await tasksOf(project);
  const own = await thingsOf(ownerId);
  const standing = await created('/gates/standing', {
    projectId: project,
    match: { type: 'shell.exec', argv: ['secret', 'plan'] },
    environment: 'development',
    maxUses: 1,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const names = { project, member, environment: environment.name, stage: 'build' };
  const hook = await hookOf(project);
  const ids = {
    ...{ client: client.id, secret: secret?.id ?? '', template: template.id, ...hook },
    ...{ invitation: invitation.id, deployment: deployment.id, standing: standing.id },
    ...(await watchOf(project, environment.name)),
  };
  const { cookie } = own;
  return {
    things: { ...names, ...ids, ...things, ...own.things },
    ...tokens,
    owner,
    ownerId,
    cookie,
  };
}

export const newTokenOf = async (project: string, role: Role): Promise<string> =>
  (await newMember(project, role)).token;

const NAMES: ReadonlySet<string> = new Set([
  ...['environment', 'gate', 'agent', 'stage', 'artifact'],
]);

/** Ids of the same form that nobody was ever given; names are not ids. */
export function neverMade(things: Things): Things {
  const now = Date.now();
  const entries = Object.entries(things).map(([kind, id]: [string, string]) => {
    if (NAMES.has(kind)) return [kind, id];
    if (id.startsWith('task_')) return [kind, newTaskId(now)];
    if (id.startsWith('template_')) return [kind, `template_${now.toString(36)}_${randomHex()}`];
    return [kind, newId(id.slice(0, id.indexOf('_')), now)];
  });
  // The same kinds as before.
  return Object.fromEntries(entries) as unknown as Things;
}
