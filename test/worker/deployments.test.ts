// Deployments: what a pipeline reports is kept in order, promoted once, and told.

import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/contract/deployment.ts';
import type { Project } from '../../src/contract/project.ts';
import { ask } from './ask.ts';
import {
  artifact,
  auditOf,
  call,
  codeOf,
  current,
  digestOf,
  eventsOf,
  get,
  open,
  passed,
  stage,
  typesOf,
} from './deployment-world.ts';
import { newProject, read, send } from './world.ts';

describe('a deployment', () => {
  it('answers exactly what is printed', async () => {
    const projectId = await newProject();
    const body = {
      ...{ environment: 'production', release: '2026.11.21-4', autoPromote: true },
      source: {
        ...{ kind: 'ci', repository: 'acme/shop', branch: 'main', commit: '9f2c' },
        ...{ url: 'https://ci.example/42', taskId: null },
      },
      ...{ stages: [{ name: 'build' }, { name: 'test' }], artifacts: [], timeoutSeconds: 3600 },
    };
    const answer = await ask(`/v1/projects/${projectId}/deployments`, { json: body });
    const made = await answer.json<Deployment>();
    expect(answer.status).toBe(201);
    expect(answer.headers.get('ETag')).toBe('"v1"');
    expect(answer.headers.get('Location')).toBe(`/v1/deployments/${made.id}`);
    const none = { startedAt: null, finishedAt: null, summary: null, logUrl: null };
    expect(made).toEqual({
      id: expect.stringMatching(/^dep_[0-9a-z]{26}$/),
      ...{ projectId, environment: 'production', release: '2026.11.21-4', state: 'pending' },
      ...{ currentStage: null, autoPromote: true, waitingFor: null },
      source: { ...body.source, deploymentId: null },
      stages: [
        { name: 'build', state: 'pending', ...none },
        { name: 'test', state: 'pending', ...none },
      ],
      ...{ artifacts: [], failure: null, approval: null, timeoutSeconds: 3600 },
      deadlineAt: new Date(Date.parse(made.createdAt) + 3_600_000).toISOString(),
      ...{ promotedAt: null, promotedBy: null, supersededBy: null, createdBy: 'usr_local' },
      createdAt: expect.stringMatching(/Z$/),
      ...{ startedAt: null, finishedAt: null, revision: 1 },
    });
    expect(await get(made)).toEqual(made);
  });

  it('succeeds by itself with its artifacts once its stages are done, and is live', async () => {
    const projectId = await newProject();
    const made = await open(projectId);
    const running = await stage(made, 'build', { state: 'running', logUrl: 'https://ci.test/1' });
    expect(running.body).toMatchObject({ state: 'running', currentStage: 'build', revision: 2 });
    expect((await stage(made, 'build')).body.currentStage).toBe('test');
    const added = await call(made, 'artifacts', artifact());
    expect([added.status, added.body.artifacts[0]?.promotedAt]).toEqual([201, null]);
    const again = await call(made, 'artifacts', artifact());
    expect([again.status, again.body.revision]).toEqual([200, added.body.revision]);
    const done = (await stage(made, 'test')).body;
    expect(done).toMatchObject({ state: 'succeeded', currentStage: null, waitingFor: null });
    expect(done.artifacts).toEqual([
      expect.objectContaining({ digest: digestOf(1), promotedAt: done.promotedAt }),
    ]);
    expect(await current(projectId, 'staging')).toBe(made.id);
    const events = await eventsOf(projectId);
    expect(events.map(({ type }) => type)).toEqual(['deployment.created', 'deployment.succeeded']);
    expect(events[1]).toMatchObject({
      ...{ environment: 'staging', data: { deployment: done, artifacts: done.artifacts } },
    });
    expect(await auditOf(made.id)).toEqual([
      'deployment.created',
      ...Array.from({ length: 2 }, () => 'deployment.stage_reported'),
      ...['deployment.artifact_added', 'deployment.stage_reported'],
    ]);
  });

  it('changes the revision of its project where it goes live, and none of an open change', async () => {
    const projectId = await newProject();
    const before = (await read<Project>(`/v1/projects/${projectId}`)).body;
    const made = await passed(await open(projectId, { artifacts: [artifact()] }));
    expect(made.state).toBe('succeeded');
    const { body } = await read<Project>(`/v1/projects/${projectId}`);
    expect(body.revision).toBe(before.revision + 1);
    const removed = await send(
      `/v1/projects/${projectId}/environments/staging`,
      {},
      { method: 'DELETE' },
    );
    expect(codeOf(removed)).toEqual([409, 'in_use']);
  });

  it('waits for an artifact, and for a promotion where it was told to', async () => {
    const projectId = await newProject();
    const bare = await passed(await open(projectId));
    expect(bare).toMatchObject({ state: 'ready', waitingFor: 'artifact', currentStage: 'promote' });
    expect(codeOf(await call(bare, 'promote'))).toEqual([409, 'artifact_required']);
    expect((await call(bare, 'artifacts', artifact())).body.state).toBe('succeeded');
    const fields = { autoPromote: false, artifacts: [artifact(2)] };
    const held = await passed(await open(projectId, fields));
    expect(held).toMatchObject({ state: 'ready', waitingFor: 'promotion' });
    const live = await call(held, 'promote');
    expect(live.body).toMatchObject({ state: 'succeeded', promotedBy: 'usr_local' });
    expect((await get(bare)).supersededBy).toBe(held.id);
  });

  it('fails at a stage with a summary and steps, and those after it are skipped', async () => {
    const projectId = await newProject();
    const made = await open(projectId, {
      stages: ['build', 'test', 'scan'].map((name) => ({ name })),
    });
    await stage(made, 'build');
    const told = { state: 'failed', summary: '3 tests failed', logUrl: 'https://ci.test/7' };
    const { body } = await stage(made, 'test', told);
    expect(body).toMatchObject({
      state: 'failed',
      failure: {
        ...{ stage: 'test', summary: '3 tests failed', logUrl: 'https://ci.test/7' },
        ...{ detectedBy: 'report', at: body.finishedAt },
      },
    });
    expect(body.failure?.remediation.length).toBeGreaterThan(0);
    expect(body.stages.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'skipped']);
    const [, failed] = await eventsOf(projectId);
    expect(failed).toMatchObject({ type: 'deployment.failed', data: { failure: body.failure } });
    expect(await current(projectId, 'staging')).toBe(null);
  });

  it('fails where it is said to, with the steps that were given', async () => {
    const projectId = await newProject();
    const ready = await passed(await open(projectId, { autoPromote: false }));
    const wrong = await call(ready, 'fail', { stage: 'deploy', summary: 'x' });
    expect(codeOf(wrong)).toEqual([422, 'validation_failed']);
    const remediation = ['Free a slot'];
    const fields = { stage: 'promote', summary: 'No slot', remediation };
    expect((await call(ready, 'fail', fields)).body.failure).toMatchObject(fields);
  });

  it('is cancelled, and then nothing changes it any more', async () => {
    const projectId = await newProject();
    const made = await open(projectId);
    const { body } = await call(made, 'cancel', { reason: 'Not today' });
    expect(body).toMatchObject({ state: 'cancelled', failure: null });
    expect(body.stages[0]).toMatchObject({ state: 'skipped', summary: 'Not today' });
    expect(await typesOf(projectId)).toEqual(['deployment.created', 'deployment.cancelled']);
    for (const answer of [
      await stage(made, 'build'),
      await call(made, 'artifacts', artifact()),
      await call(made, 'promote'),
      await call(made, 'cancel'),
      await call(made, 'fail', { stage: 'build', summary: 'x' }),
      await call(made, 'redeploy'),
    ]) {
      expect(codeOf(answer)).toEqual([409, 'invalid_transition']);
    }
    expect(await get(made)).toEqual(body);
  });

  it('takes stages in their order, and knows no other', async () => {
    const made = await open(await newProject());
    expect(codeOf(await stage(made, 'test', 'running'))).toEqual([409, 'invalid_transition']);
    expect(codeOf(await stage(made, 'ship', 'running'))).toEqual([404, 'not_found']);
    await stage(made, 'build', 'skipped');
    expect(codeOf(await stage(made, 'build', 'running'))).toEqual([409, 'invalid_transition']);
    const { body } = await stage(made, 'build', 'skipped');
    expect(body.revision).toBe(2);
  });
});

describe('artifacts', () => {
  it('that were live are promoted again: back here, or in another environment', async () => {
    const projectId = await newProject();
    const first = await passed(await open(projectId, { artifacts: [artifact(1)], release: 'r1' }));
    const second = await passed(await open(projectId, { artifacts: [artifact(2)] }));
    const back = await call(first, 'redeploy');
    expect(back.status).toBe(201);
    expect(back.body).toMatchObject({
      ...{ state: 'succeeded', release: 'r1', stages: [], environment: 'staging' },
      source: { kind: 'promotion', deploymentId: first.id, taskId: null },
      artifacts: [{ digest: digestOf(1) }],
    });
    expect(await current(projectId, 'staging')).toBe(back.body.id);
    expect((await get(second)).supersededBy).toBe(back.body.id);
    const ahead = await call(second, 'redeploy', { environment: 'production' });
    expect(ahead.body).toMatchObject({ state: 'succeeded', environment: 'production' });
    expect(await current(projectId, 'production')).toBe(ahead.body.id);
    const nowhere = await call(second, 'redeploy', { environment: 'moon' });
    expect(codeOf(nowhere)).toEqual([422, 'validation_failed']);
  });

  it('of an older deployment do not replace newer ones unless somebody insists', async () => {
    const projectId = await newProject();
    const older = await open(projectId, { artifacts: [artifact(1)] });
    const newer = await passed(await open(projectId, { artifacts: [artifact(2)] }));
    const late = await passed(older);
    expect(late).toMatchObject({ state: 'ready', waitingFor: 'promotion' });
    expect(codeOf(await call(late, 'promote'))).toEqual([409, 'newer_deployment_live']);
    expect((await call(late, 'promote', { force: true })).body.state).toBe('succeeded');
    expect((await get(newer)).supersededBy).toBe(late.id);
  });
});
