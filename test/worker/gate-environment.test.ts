// A task in a protected environment is merged once people have agreed to that very merge, and not before.

import { describe, expect, it } from 'vitest';
import type { Gate } from '../../src/contract/gate.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { newPat, newPerson } from './people.ts';
import { askAs, signInAs } from './signin-world.ts';
import {
  allEvents,
  claimOne,
  getTask,
  newProject,
  newTestRunner,
  read,
  send,
  workOn,
} from './world.ts';

type Fields = Record<string, unknown>;

/** A task of Ada's in the protected `production`, worked on until something else than work comes. */
async function newMerge(approval: Fields | null = null, autonomy = 'full') {
  const projectId = await newProject();
  const environment = `/v1/projects/${projectId}/environments/production`;
  const change = { protected: true, approval };
  expect((await send(environment, change, { method: 'PATCH' })).status).toBe(200);
  const ada = await newPat(await newPerson({ [projectId]: 'owner' }));
  const json = { description: 'Ship it', projectId, workflow: 'bugfix', environment: 'production' };
  const headers = bearer(ada.token);
  const made = await askRequired('/tasks', { json: { ...json, autonomy }, headers });
  const { taskId } = await made.json<{ taskId: string }>();
  const runner = await newTestRunner(projectId);
  const holder = await claimOne(runner);
  const next = await workOn(holder);
  const path = `/tasks/${taskId}/gates/environment`;
  const gate = (await read<Gate & { nonce?: string }>(path, runner.token)).body;
  return { projectId, taskId, ada, runner, holder, next, path, gate };
}

async function newApprover(projectId: string) {
  const id = await newPerson({ [projectId]: 'developer' });
  const { cookie } = await signInAs(id);
  const post = (path: string, json: Fields) => askAs(cookie, path, { json });
  return { id, post };
}

const workKinds = async (taskId: string) =>
  (await allEvents(taskId)).flatMap(({ type, data }) => (type === 'work:given' ? data.kind : []));

describe('a task in a protected environment', () => {
  it('is not merged before its gate `environment` is approved, by somebody else who has just signed in', async () => {
    const { projectId, taskId, ada, holder, next, path, gate } = await newMerge();
    expect(next).toMatchObject({ do: 'hold', gates: [{ name: 'environment' }] });
    expect(gate).toMatchObject({
      ...{ source: 'environment', state: 'pending', action: { type: 'git.merge' } },
      policy: { requireActionHash: true, stepUpSeconds: 300, preventSelfApproval: true },
    });
    expect(await workKinds(taskId)).not.toContain('merge');
    const { actionHash } = gate;
    const own = { json: { actionHash }, headers: bearer(ada.token) };
    expect(await refusalOf(await askRequired(`${path}/approve`, own))).toEqual([
      ...[403, 'self_approval'],
    ]);
    const bob = await newApprover(projectId);
    expect(await refusalOf(await bob.post(`${path}/approve`, {}))).toEqual([
      ...[428, 'precondition_required'],
    ]);
    const { token } = await newPat(bob.id);
    const stale = { json: { actionHash }, headers: bearer(token) };
    expect(await refusalOf(await askRequired(`${path}/approve`, stale))).toEqual([
      ...[401, 'insufficient_user_authentication'],
    ]);
    expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
    expect(await workKinds(taskId)).not.toContain('merge');
    expect((await bob.post(`${path}/approve`, { actionHash })).status).toBe(200);
    const beaten = await holder.beat();
    expect(beaten.body['commands']).toMatchObject([{ type: 'work' }]);
    expect((await workKinds(taskId)).at(-1)).toBe('merge');
  });

  it('uses its approval with the merge, once, and is completed by it', async () => {
    const { projectId, taskId, runner, holder, path, gate } = await newMerge();
    const bob = await newApprover(projectId);
    await bob.post(`${path}/approve`, { actionHash: gate.actionHash });
    const { body: approved } = await read<Gate & { nonce: string }>(path, runner.token);
    const { leaseId, epoch } = holder.grant.lease;
    const use = {
      ...{ leaseId, epoch, gateId: gate.id, nonce: approved.nonce, actionHash: gate.actionHash },
      consumeId: 'cns_1',
    };
    const used = await send(`${path}/consume`, use, { token: runner.token });
    expect(used).toMatchObject({ status: 200, body: { ok: true, action: gate.action } });
    const given = (await allEvents(taskId)).findLast(({ type }) => type === 'work:given');
    const { workId = '' } = given?.type === 'work:given' ? given.data : {};
    expect((await holder.result(workId)).status).toBe(200);
    expect(await getTask(taskId)).toMatchObject({ status: 'completed' });
    const { body } = await read<Gate>(path);
    expect(body).toMatchObject({ state: 'consumed', consume: { consumeId: 'cns_1' } });
  });

  it('asks as many people as its environment does, and none of them waives it', async () => {
    const { projectId, taskId, path, gate } = await newMerge({ required: 2 });
    const [bob, cleo] = [await newApprover(projectId), await newApprover(projectId)];
    const { token } = await newPat(await newPerson({ [projectId]: 'owner' }));
    const waive = { json: { reason: 'Hotfix' }, headers: bearer(token) };
    expect(await refusalOf(await askRequired(`${path}/waive`, waive))).toEqual([
      ...[403, 'not_an_approver'],
    ]);
    const { actionHash } = gate;
    for (const _ of [1, 2]) {
      expect((await bob.post(`${path}/approve`, { actionHash })).status).toBe(200);
      expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
    }
    expect((await cleo.post(`${path}/approve`, { actionHash })).status).toBe(200);
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress' });
    expect((await workKinds(taskId)).at(-1)).toBe('merge');
  });

  it('fails when the merge is rejected, and is not reported as completed past it', async () => {
    const { projectId, taskId, path, gate } = await newMerge();
    const done = await send(`/tasks/${taskId}/status`, { status: 'completed' });
    expect(done.status).toBe(409);
    const bob = await newApprover(projectId);
    const no = { comment: 'not on Fridays', actionHash: gate.actionHash };
    expect((await bob.post(`${path}/reject`, no)).status).toBe(200);
    const error = 'Gate "environment" rejected: not on Fridays';
    expect(await getTask(taskId)).toMatchObject({ status: 'failed', error });
  });

  it('comes to it behind the gates that it meets anyway', async () => {
    const { projectId, taskId, next, path } = await newMerge(null, 'review-before-merge');
    expect(next).toMatchObject({ do: 'hold', gates: [{ name: 'review' }] });
    const bob = await newApprover(projectId);
    expect((await bob.post(`/tasks/${taskId}/gates/review/approve`, {})).status).toBe(200);
    expect(await getTask(taskId)).toMatchObject({
      ...{ status: 'waiting-approval', waitingDetail: { gates: [{ name: 'environment' }] } },
    });
    expect((await read<Gate>(path)).body).toMatchObject({ state: 'pending' });
    expect(await workKinds(taskId)).not.toContain('merge');
  });
});
