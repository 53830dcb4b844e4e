// Secrets in words that people write: they are masked before anything is kept, shown or told.

import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { newSecret } from '../../src/auth/secret.ts';
import { newProject, send } from './world.ts';

const SECRET = newSecret('pat');
const URL_OF_HOOK = 'https://hooks.acme.com/sluice';

/** Every row of a table that is of the project. */
async function rowsOf(table: string, projectId: string): Promise<string> {
  const sql = `SELECT * FROM ${table} WHERE project_id = ?`;
  return JSON.stringify((await env.DB.prepare(sql).bind(projectId).all()).results);
}

it('the words about an endpoint, a monitor and an invitation hold none, nor does the audit', async () => {
  const projectId = await newProject();
  const path = `/v1/projects/${projectId}`;
  const hook = { projectId, url: URL_OF_HOOK, types: ['*'], description: `Of ${SECRET}` };
  const watched = { environment: 'production', url: URL_OF_HOOK, name: `Shop ${SECRET}` };
  const invited = { email: 'grace@example.com', role: 'viewer', message: `Take ${SECRET}` };
  const endpoint = await send<{ id: string }>('/v1/webhooks', hook);
  const monitor = await send<{ id: string }>(`${path}/monitors`, watched);
  const named = { method: 'PATCH' };
  const answers = [
    endpoint,
    monitor,
    await send(`${path}/invitations`, invited),
    await send(`/v1/webhooks/${endpoint.body.id}`, { description: `Now ${SECRET}` }, named),
    await send(`/v1/monitors/${monitor.body.id}`, { name: `Till ${SECRET}` }, named),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 200, 200]);
  for (const { body } of answers) {
    expect(JSON.stringify(body)).not.toContain(SECRET);
    expect(JSON.stringify(body)).toContain('[redacted:sluice]');
  }
  for (const table of ['webhook_endpoints', 'monitors', 'invitations', 'audit', 'outbox']) {
    expect(await rowsOf(table, projectId)).not.toContain(SECRET);
  }
});

it('the audit holds none that a URL has to hold', async () => {
  const projectId = await newProject();
  const url = `${URL_OF_HOOK}?token=${SECRET}`;
  const { status, body } = await send('/v1/webhooks', { projectId, url, types: ['*'] });
  expect([status, body['url']]).toEqual([201, url]);
  expect(await rowsOf('audit', projectId)).not.toContain(SECRET);
});
