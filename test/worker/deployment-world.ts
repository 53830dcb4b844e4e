// Deployments as pipelines and people make them.

import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import type { Deployment } from '../../src/contract/deployment.ts';
import type { PlatformEvent } from '../../src/contract/platform-event.ts';
import { projectDoor } from '../../src/rpc/stubs.ts';
import { projectStub, type Reply, read, send } from './world.ts';

export const digestOf = (n: number): string => `sha256:${String(n).padStart(64, '0')}`;
export const artifact = (n = 1) => ({
  ...{ name: `web-${n}`, kind: 'container', uri: `registry.example/web:${n}`, digest: digestOf(n) },
});

export type Asking = { readonly token?: string };
const path = (projectId: string) => `/v1/projects/${projectId}/deployments`;

export const create = (projectId: string, fields: object = {}, asking: Asking = {}) =>
  send<Deployment>(path(projectId), { environment: 'staging', ...fields }, asking);

/** A deployment that is there. */
export async function open(projectId: string, fields: object = {}): Promise<Deployment> {
  const { status, body } = await create(projectId, fields);
  expect([status, body]).toEqual([201, expect.objectContaining({ revision: 1 })]);
  return body;
}

export const call = (
  { id }: { readonly id: string },
  verb: 'artifacts' | 'promote' | 'fail' | 'cancel' | 'redeploy',
  fields: object = {},
  asking: Asking = {},
): Promise<Reply<Deployment>> => send<Deployment>(`/v1/deployments/${id}/${verb}`, fields, asking);

export const stage = (
  { id }: { readonly id: string },
  name: string,
  fields: object | string = 'succeeded',
  asking: Asking = {},
): Promise<Reply<Deployment>> =>
  send<Deployment>(
    `/v1/deployments/${id}/stages/${name}`,
    typeof fields === 'string' ? { state: fields } : fields,
    { method: 'PUT', ...asking },
  );

/** Both stages done. */
export async function passed(deployment: Deployment): Promise<Deployment> {
  await stage(deployment, 'build');
  return (await stage(deployment, 'test')).body;
}

export async function get({ id }: { readonly id: string }): Promise<Deployment> {
  const { status, body } = await read<Deployment>(`/v1/deployments/${id}`);
  expect(status).toBe(200);
  return body;
}

/** What the project has told, of deployments alone, once its outbox is taken. */
export async function eventsOf(projectId: string): Promise<PlatformEvent[]> {
  await projectDoor(env, projectId, 'events').relay();
  const wanted = { after: 0, limit: 100, types: ['deployment.*'], environments: null };
  const { events } = await projectDoor(env, projectId, 'events').page(wanted);
  return events.map(({ body }) => JSON.parse(new TextDecoder().decode(body)) as PlatformEvent);
}
export const typesOf = async (projectId: string): Promise<string[]> =>
  (await eventsOf(projectId)).map(({ type }) => type);

/** The outbox is taken, so that the object knows what is due; then its alarm rings. */
export async function ring(projectId: string): Promise<void> {
  await projectDoor(env, projectId, 'events').relay();
  await runDurableObjectAlarm(projectStub(projectId));
}

export const codeOf = ({ status, body }: Reply<object>): [number, unknown] => [
  status,
  'code' in body ? body.code : undefined,
];

export const current = (projectId: string, environment: string) =>
  env.DB.prepare('SELECT current_deployment_id FROM environments WHERE project_id = ? AND name = ?')
    .bind(projectId, environment)
    .first<string>('current_deployment_id');

export const auditOf = async (id: string): Promise<string[]> => {
  const { results } = await env.DB.prepare(
    'SELECT action FROM audit WHERE target_id = ? ORDER BY seq',
  )
    .bind(id)
    .all<{ action: string }>();
  return results.map(({ action }) => action);
};
