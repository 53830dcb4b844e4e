// A real pipeline: the script of the guide builds, tests and reports by curl, and people promote where they have to.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { newService } from './world/oauth-clients.ts';
import { type OwnedServer, serveOwned } from './world/owned-server.ts';
import { makeDir, ROOT } from './world/place.ts';
import { cleanEnv, runToEnd } from './world/started.ts';
import { until } from './world/until.ts';

interface Deployment {
  readonly id: string;
  readonly state: string;
  readonly waitingFor: string | null;
  readonly artifacts: readonly { readonly digest: string; readonly promotedAt: string | null }[];
  readonly failure: { readonly stage: string; readonly summary: string } | null;
}

const guide = readFileSync(path.join(ROOT, 'docs/deployments.md'), 'utf8');
const script = /```sh\n(set -eu\n[\s\S]*?)```/.exec(guide)?.[1] ?? '';

let server: OwnedServer;
let project = '';
/** Of the service that the pipeline runs as. */
let token = '';

beforeAll(async () => {
  server = await serveOwned();
  const { body } = await server.ask<{ id: string }>('POST', '/v1/projects', {
    ...{ name: 'Shop', environments: [{ name: 'production', protected: true }] },
  });
  project = body.id;
  token = await pipelineToken();
  return () => server.stop();
});

async function pipelineToken(): Promise<string> {
  const scopes = ['deployments:read', 'deployments:write'];
  const { id, secret } = await newService(server, scopes);
  const member = `/v1/projects/${project}/members/${id}`;
  expect((await server.ask('PUT', member, { role: 'developer' })).status).toBeLessThan(300);
  const answer = await fetch(`${server.url}/v1/auth/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: scopes.join(' ') }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Runs the script in a directory of its own until it exits with `exit`; answers the deployment that it has opened. */
async function run(environment: string, page: string, exit = 0): Promise<Deployment> {
  const dir = makeDir();
  mkdirSync(path.join(dir, 'site'));
  writeFileSync(path.join(dir, 'site/index.html'), page);
  writeFileSync(path.join(dir, 'deploy.sh'), script);
  const env = { SLUICE_URL: server.url, SLUICE_TOKEN: token, PROJECT: project };
  const { code, output } = await runToEnd({
    ...{ command: 'sh', args: ['deploy.sh'], cwd: dir },
    env: cleanEnv({ ...env, ENVIRONMENT: environment, RELEASE: '2026.11.21-4' }),
  });
  expect(code, output).toBe(exit);
  return load(/deployment (dep_\w+)/.exec(output)?.[1] ?? '');
}

const load = async (id: string): Promise<Deployment> =>
  (await server.ask<Deployment>('GET', `/v1/deployments/${id}`)).body;

const asPipeline = (method: string, where: string, body: object) =>
  fetch(`${server.url}${where}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a pipeline in a shell', () => {
  it('succeeds with the artifacts that it has built', async () => {
    const deployment = await run('staging', '<title>Shop</title>');
    expect(deployment).toMatchObject({
      ...{ state: 'succeeded', failure: null, release: '2026.11.21-4' },
      stages: [{ state: 'succeeded' }, { state: 'succeeded' }],
    });
    expect(deployment.artifacts).toEqual([
      expect.objectContaining({
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        promotedAt: expect.stringMatching(/Z$/),
      }),
    ]);
  });

  it('fails at its test, and says why and what to do', async () => {
    const deployment = await run('staging', '<p>Shop</p>', 1);
    expect(deployment).toMatchObject({
      state: 'failed',
      failure: {
        ...{ stage: 'test', summary: 'index.html has no title', detectedBy: 'report' },
        remediation: ['Give the page a title', 'Deploy again'],
      },
    });
  });

  it('waits in a protected environment for a person', async () => {
    const deployment = await run('production', '<title>Shop</title>');
    expect(deployment).toMatchObject({ state: 'ready', waitingFor: 'human' });
    const where = `/v1/deployments/${deployment.id}/promote`;
    expect((await asPipeline('POST', where, {})).status).toBe(403);
    expect((await load(deployment.id)).state).toBe('ready');
    expect((await server.ask('POST', where, {})).status).toBe(200);
    expect(await load(deployment.id)).toMatchObject({ state: 'succeeded' });
  });

  it('that is never heard of again fails when its time is over', async () => {
    const made = await asPipeline('POST', `/v1/projects/${project}/deployments`, {
      ...{ environment: 'staging', timeoutSeconds: 2 },
    });
    const { id } = (await made.json()) as Deployment;
    const failed = async () => ((await load(id)).state === 'failed' ? load(id) : undefined);
    const ended = await until(failed, { what: 'the deployment times out', withinMs: 30_000 });
    expect(ended.failure).toMatchObject({ stage: 'build', detectedBy: 'timeout' });
  });
});
