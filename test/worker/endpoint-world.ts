// A project with a webhook endpoint, as its people ask for it.

import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import type { EndpointWithSecret } from '../../src/contract/webhook.ts';
import { projectDoor } from '../../src/rpc/stubs.ts';
import type { SignedIn, Team } from './project-world.ts';

export const URL_OF_HOOK = 'https://hooks.acme.com/sluice';

/** An endpoint of the project of a team, made by its owner. */
export async function newEndpoint(
  team: Pick<Team, 'projectId' | 'owner'>,
  fields: Record<string, unknown> = {},
): Promise<EndpointWithSecret> {
  const json = { projectId: team.projectId, url: URL_OF_HOOK, types: ['*'], ...fields };
  const answer = await team.owner.ask('/v1/webhooks', { json });
  expect([answer.status, answer.headers.get('Location')]).toEqual([
    201,
    expect.stringMatching(/^\/v1\/webhooks\/whe_/),
  ]);
  return answer.json<EndpointWithSecret>();
}

export const at = (id: string, more = ''): string => `/v1/webhooks/${id}${more}`;

/** The answer's body, once its status is what was expected. */
export async function bodyOf<T>(answer: Response, status = 200): Promise<T> {
  const text = await answer.text();
  expect([answer.status, text]).toEqual([status, text]);
  return JSON.parse(text) as T;
}

/** Everything that is written down of the endpoints of a project. */
export const rowsOf = async (projectId: string) =>
  (
    await env.DB.prepare('SELECT * FROM webhook_endpoints WHERE project_id = ? ORDER BY id')
      .bind(projectId)
      .all()
  ).results;

export const auditOf = async (projectId: string) =>
  (
    await env.DB.prepare('SELECT * FROM audit WHERE project_id = ? ORDER BY seq')
      .bind(projectId)
      .all<{ action: string; changes: string | null; outcome: string }>()
  ).results;

export const invite = (person: SignedIn, projectId: string) =>
  person.ask(`/v1/projects/${projectId}/invitations`, {
    json: { email: `${crypto.randomUUID()}@example.com`, role: 'viewer' },
  });

/** How many events the project has written down. */
export const headOf = (projectId: string) => projectDoor(env, projectId, 'events').head();
