// Clients of a project, made and asked for by its people.

import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import type { ClientWithSecret } from '../../src/contract/client.ts';
import { askRequired, bearer } from './ask.ts';
import { newMember } from './people.ts';
import { newProject } from './world.ts';

export const SERVICE = { name: 'CI', kind: 'service', scopes: ['tasks:read'] };

export interface Init {
  readonly method?: string;
  readonly json?: unknown;
  readonly headers?: Record<string, string>;
}
export const call = (token: string, path: string, { headers, ...init }: Init = {}) =>
  askRequired(`/v1/clients${path}`, { ...init, headers: { ...bearer(token), ...headers } });

export async function newWorld(role: 'owner' | 'project-admin' | 'developer' | 'viewer' = 'owner') {
  const projectId = await newProject();
  const person = await newMember(projectId, role);
  return { projectId, person, token: person.token };
}

export async function made(token: string, json: object = SERVICE): Promise<ClientWithSecret> {
  const answer = await call(token, '', { json });
  expect(answer.status).toBe(201);
  return answer.json();
}

export const revocationsOf = async (subject: string) => {
  const rows = await env.DB.prepare('SELECT kind FROM revocations WHERE subject = ? ORDER BY kind')
    .bind(subject)
    .all<{ kind: string }>();
  return rows.results.map(({ kind }) => kind);
};
export const actionsOn = async (id: string) => {
  const rows = await env.DB.prepare('SELECT action FROM audit WHERE target_id = ? ORDER BY seq')
    .bind(id)
    .all<{ action: string }>();
  return rows.results.map(({ action }) => action);
};
