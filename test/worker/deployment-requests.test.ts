// Requests about deployments: what they have to say, several at once, lists, and what is never shown.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { Deployment } from '../../src/contract/deployment.ts';
import { saveDeployment } from '../../src/db/deployment-changes.ts';
import { findDeployment } from '../../src/db/deployments.ts';
import { ask } from './ask.ts';
import {
  artifact,
  call,
  codeOf,
  create,
  current,
  eventsOf,
  get,
  open,
  passed,
  stage,
  typesOf,
} from './deployment-world.ts';
import { newProject, read } from './world.ts';

describe('a request to deploy', () => {
  it('has to say where, in the body or the header, and not two places', async () => {
    const projectId = await newProject();
    const path = `/v1/projects/${projectId}/deployments`;
    const post = async (json: object, environment?: string) => {
      const headers = environment === undefined ? {} : { 'AeThex-Environment': environment };
      const answer = await ask(path, { json, headers });
      const body = await answer.json<Deployment & { code?: string }>();
      return [answer.status, body.code ?? body.environment];
    };
    expect(await post({})).toEqual([422, 'validation_failed']);
    expect(await post({ environment: 'moon' })).toEqual([422, 'validation_failed']);
    expect(await post({}, 'moon')).toEqual([400, 'unknown_environment']);
    expect(await post({ environment: 'staging' }, 'production')).toEqual([400, 'invalid_request']);
    expect(await post({}, 'production')).toEqual([201, 'production']);
    expect(await post({ environment: 'staging' }, 'staging')).toEqual([201, 'staging']);
  });

  it.each([
    ['too many stages', { stages: Array.from({ length: 21 }, (_, n) => ({ name: `s${n}` })) }],
    ['no stages', { stages: [] }],
    ['a stage twice', { stages: [{ name: 'build' }, { name: 'build' }] }],
    ['a stage of the name promote', { stages: [{ name: 'promote' }] }],
    ['a stage with a capital', { stages: [{ name: 'Build' }] }],
    ['too many artifacts', { artifacts: Array.from({ length: 51 }, (_, n) => artifact(n)) }],
    ['a digest twice', { artifacts: [artifact(1), artifact(1)] }],
    ['a short digest', { artifacts: [{ ...artifact(), digest: 'sha256:12' }] }],
    ['a password in a uri', { artifacts: [{ ...artifact(), uri: 'https://a:b@example.com/x' }] }],
    ['an unknown member', { colour: 'red' }],
    ['a source of ours', { source: { kind: 'promotion' } }],
    ['a task without its lease', { source: { kind: 'task', taskId: 'task_1_00' } }],
    ['a lease without a task', { source: { kind: 'ci', leaseId: 'x', epoch: 1 } }],
    ['no time at all', { timeoutSeconds: 0 }],
    ['a link that is none', { source: { url: 'javascript:alert(1)' } }],
  ])('with %s is refused and leaves nothing', async (_, fields) => {
    const projectId = await newProject();
    expect(codeOf(await create(projectId, fields))).toEqual([422, 'validation_failed']);
    const { body } = await read<{ data: unknown[] }>(`/v1/projects/${projectId}/deployments`);
    expect(body.data).toEqual([]);
  });

  it('that is sent again with its key makes one', async () => {
    const projectId = await newProject();
    const path = `/v1/projects/${projectId}/deployments`;
    const init = {
      json: { environment: 'staging' },
      headers: { 'Idempotency-Key': newId('x', 1) },
    };
    const [one, two] = await Promise.all([ask(path, init), ask(path, init)]);
    expect((await one?.json<Deployment>())?.id).toBe((await two?.json<Deployment>())?.id);
    expect(await typesOf(projectId)).toEqual(['deployment.created']);
  });

  it('is refused once a hundred are open', async () => {
    const projectId = await newProject();
    const made = await open(projectId);
    const copy = `INSERT INTO deployments (id, project_id, environment, state, source, stages, artifacts, auto_promote,
      timeout_seconds, deadline_at, created_by, created_at)
      SELECT 'dep_' || value, project_id, environment, state, source, stages, artifacts, 1, 1, 1, 'usr_local', 1
      FROM deployments d, json_each(?2) WHERE d.id = ?1`;
    const more = JSON.stringify(Array.from({ length: 99 }, () => newId('x', 1).slice(2)));
    await env.DB.prepare(copy).bind(made.id, more).run();
    expect(codeOf(await create(projectId))).toEqual([409, 'limit_reached']);
    await call(made, 'cancel');
    expect((await create(projectId)).status).toBe(201);
  });
});

describe('what is reported at once', () => {
  it('is all kept: no report overtakes another', async () => {
    const made = await open(await newProject());
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => call(made, 'artifacts', artifact(n))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    const { artifacts, revision } = await get(made);
    expect(new Set(artifacts.map(({ digest }) => digest)).size).toBe(8);
    expect(revision).toBe(9);
  });

  it('promotes once, however many promote', async () => {
    const projectId = await newProject();
    const made = await open(projectId, { autoPromote: false, artifacts: [artifact()] });
    await passed(made);
    const answers = await Promise.all(Array.from({ length: 5 }, () => call(made, 'promote')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await typesOf(projectId)).filter((type) => type.endsWith('succeeded'))).toHaveLength(1);
  });

  it('promotes nothing where the environment has changed since it was looked at', async () => {
    const projectId = await newProject();
    const fields = { autoPromote: false, artifacts: [artifact()] };
    const made = await passed(await open(projectId, fields));
    const record = await findDeployment(env, made.id);
    if (record === null) throw new Error('It is there.');
    const after = { ...record, state: 'succeeded', revision: record.revision + 1 } as const;
    const save = async (currentDeploymentId: string | null) => {
      const live = { currentDeploymentId, isKnown: false };
      const saved = await env.DB.batch([...saveDeployment(env, after, { live, now: Date.now() })]);
      return saved[0]?.meta.changes;
    };
    const protect = (is: 0 | 1) =>
      env.DB.prepare('UPDATE environments SET protected = ? WHERE project_id = ?')
        .bind(is, projectId)
        .run();
    expect(await save('dep_other')).toBe(0);
    await protect(1);
    expect(await save(null)).toBe(0);
    expect(await current(projectId, 'staging')).toBe(null);
    await protect(0);
    expect(await save(null)).toBe(1);
    expect(await current(projectId, 'staging')).toBe(made.id);
  });

  it('is refused where it names another revision', async () => {
    const made = await open(await newProject());
    const put = (tag: string) =>
      ask(`/v1/deployments/${made.id}/stages/build`, {
        ...{ method: 'PUT', json: { state: 'running' }, headers: { 'If-Match': tag } },
      });
    expect((await put('"v7"')).status).toBe(412);
    expect((await put('"v1"')).headers.get('ETag')).toBe('"v2"');
    const known = await ask(`/v1/deployments/${made.id}`, { headers: { 'If-None-Match': '"v2"' } });
    expect(known.status).toBe(304);
  });
});

describe('the list', () => {
  it('is filtered by environment, state and task, newest first', async () => {
    const projectId = await newProject();
    const one = await open(projectId);
    const two = await open(projectId, { environment: 'production' });
    await call(one, 'cancel');
    const ids = async (query: string, headers = {}) => {
      const answer = await ask(`/v1/projects/${projectId}/deployments${query}`, { headers });
      return (await answer.json<{ data: Deployment[] }>()).data.map(({ id }) => id);
    };
    expect(await ids('')).toEqual([two.id, one.id]);
    expect(await ids('?environment=staging')).toEqual([one.id]);
    expect(await ids('?state=pending')).toEqual([two.id]);
    expect(await ids('?taskId=task_1')).toEqual([]);
    expect(await ids('', { 'AeThex-Environment': 'production' })).toEqual([two.id]);
    const bad = await ask(`/v1/projects/${projectId}/deployments?state=lost`);
    expect(bad.status).toBe(400);
    const first = await ask(`/v1/projects/${projectId}/deployments?limit=1`);
    const { pagination } = await first.json<{ pagination: { nextCursor: string } }>();
    expect(await ids(`?limit=1&cursor=${pagination.nextCursor}`)).toEqual([one.id]);
  });
});

describe('secrets', () => {
  it('in what is reported are masked, wherever it is shown', async () => {
    const secret = `slc_pat_${'a1B2'.repeat(10)}`;
    const projectId = await newProject();
    const made = await open(projectId, {
      ...{ release: `r ${secret}`, artifacts: [{ ...artifact(), uri: `x?t=${secret}` }] },
    });
    await stage(made, 'build', {
      state: 'running',
      summary: secret,
      logUrl: `https://x.test/${secret}`,
    });
    const failed = { state: 'failed', summary: secret, remediation: [`Revoke ${secret}`] };
    await stage(made, 'build', failed);
    const other = await open(projectId);
    await call(other, 'cancel', { reason: secret });
    const { results } = await env.DB.prepare('SELECT * FROM audit WHERE project_id = ?')
      .bind(projectId)
      .all();
    const seen = [await get(made), await get(other), await eventsOf(projectId), results];
    expect(JSON.stringify(seen)).not.toContain(secret);
    expect(JSON.stringify(seen[0])).toContain('[redacted:sluice]');
  });
});
