// Reading, waiting for, waiving and taking back gates, and deciding under a policy that asks for more.

import { describe, expect, it } from 'vitest';
import type { Gate } from '../../src/contract/gate.ts';
import type { Role } from '../../src/contract/principal.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { newAskingWorld } from './gate-world.ts';
import { newPat, newPerson } from './people.ts';
import { askAs, signInAs } from './signin-world.ts';
import { personToken } from './tokens.ts';
import { allEvents, getGate, getTask, newProject, newTask, send, typesOf } from './world.ts';

type Fields = Record<string, unknown>;

/** A task that stands before its gate `security`, and how people of its project ask there. */
async function newStanding(gate: Fields = {}) {
  const gates = [{ name: 'security', trigger: 'after:fix', ...gate }];
  const projectId = await newProject({ gates });
  const taskId = await newTask({ projectId, workflow: 'bugfix' });
  expect((await send(`/tasks/${taskId}/status`, { status: 'completed' })).status).toBe(200);
  const path = `/tasks/${taskId}/gates/security`;
  const someone = async (role: Role = 'developer') => {
    const id = await newPerson({ [projectId]: role });
    const { token } = await newPat(id);
    const post = (verb: string, json: Fields = {}, headers: Record<string, string> = {}) =>
      askRequired(`${path}/${verb}`, { json, headers: { ...bearer(token), ...headers } });
    return { id, token, post };
  };
  return { projectId, taskId, path, someone };
}

/** What each stranger to these routes is answered, and that nothing has come of it. */
async function refuseStrangers(
  { projectId, taskId }: { readonly projectId: string; readonly taskId: string },
  path: string,
  json?: Fields,
) {
  const before = await allEvents(taskId);
  const as = async (token?: string) => {
    const headers = token === undefined ? {} : bearer(token);
    return refusalOf(await askRequired(path, json === undefined ? { headers } : { json, headers }));
  };
  const owner = await newPerson({ [projectId]: 'owner' });
  const stranger = await newPat(await newPerson({ [await newProject()]: 'owner' }));
  const poor = await personToken(owner, Date.now(), { scope: 'projects:read' });
  const elsewhere = await newAskingWorld();
  expect(await as()).toEqual([401, 'unauthorized']);
  expect(await as(poor)).toEqual([403, 'insufficient_scope']);
  expect(await as(stranger.token)).toEqual([404, 'not_found']);
  expect(await as(elsewhere.agent)).toEqual([403, 'agent_forbidden']);
  expect(await allEvents(taskId)).toEqual(before);
}

describe('waiting for a gate', () => {
  it('answers at once when its state is another than the known one', async () => {
    const { path, someone } = await newStanding();
    const { token } = await someone('viewer');
    const wait = async (query: string) => {
      const answer = await askRequired(`${path}/wait?${query}`, { headers: bearer(token) });
      return [answer.status, (await answer.json<Partial<Gate>>()).state];
    };
    expect(await wait('state=approved')).toEqual([200, 'pending']);
    expect(await wait('timeoutMs=1')).toEqual([200, 'pending']);
  });

  it('answers as soon as somebody decides', async () => {
    const { path, someone } = await newStanding();
    const { token, post } = await someone();
    const waited = askRequired(`${path}/wait?state=pending`, { headers: bearer(token) });
    expect((await post('reject', { comment: 'no' })).status).toBe(200);
    const answer = await waited;
    expect(await answer.json()).toMatchObject({ status: 'rejected', state: 'rejected' });
  });

  it('answers for a gate that the task does not have', async () => {
    const { path, someone } = await newStanding();
    const { token } = await someone();
    const none = path.replace(/security$/, 'none/wait?state=pending');
    const answer = await askRequired(none, { headers: bearer(token) });
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'not-required' }]);
  });

  it.each(['timeoutMs=25001', 'timeoutMs=-1', 'timeoutMs=1.5', 'timeoutMs=x', 'state=maybe'])(
    'refuses %s',
    async (query) => {
      const { path, someone } = await newStanding();
      const { token } = await someone();
      const answer = await askRequired(`${path}/wait?${query}`, { headers: bearer(token) });
      expect(await refusalOf(answer)).toEqual([400, 'invalid_request']);
    },
  );

  it('is for the agent of the task, and for no stranger', async () => {
    const world = await newAskingWorld();
    await world.asAgent();
    const path = `/tasks/${world.taskId}/gates/push/wait?timeoutMs=0`;
    const own = await askRequired(path, { headers: bearer(world.agent) });
    expect([own.status, (await own.json<Gate>()).state]).toEqual([200, 'pending']);
    await refuseStrangers(world, path);
  });
});

describe('waiving a gate', () => {
  it('lets the task pass, by a project admin, and says who and why', async () => {
    const { taskId, someone } = await newStanding();
    const admin = await someone('project-admin');
    for (const _ of [1, 2]) {
      const answer = await admin.post('waive', { reason: 'Hotfix' });
      expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
    }
    expect(await getGate(taskId, 'security')).toMatchObject({
      ...{ status: 'not-required', state: 'waived', reason: 'skipped' },
    });
    expect(await getTask(taskId)).toMatchObject({ status: 'completed' });
    const waived = (await allEvents(taskId)).filter(({ type }) => type === 'gate:waived');
    expect(waived).toMatchObject([{ data: { byId: admin.id, reason: 'Hotfix' } }]);
  });

  it('is not for a developer, nor for who has made the task, nor without a reason', async () => {
    const { projectId, someone } = await newStanding();
    const developer = await someone();
    expect(await refusalOf(await developer.post('waive', { reason: 'x' }))).toEqual([
      ...[403, 'role_too_low'],
    ]);
    const admin = await someone('project-admin');
    expect(await refusalOf(await admin.post('waive', {}))).toEqual([400, 'invalid_request']);
    const json = { description: 'x', projectId, workflow: 'bugfix' };
    const made = await askRequired('/tasks', { json, headers: bearer(admin.token) });
    const { taskId } = await made.json<{ taskId: string }>();
    const path = `/tasks/${taskId}/gates/security/waive`;
    const own = await askRequired(path, { json: { reason: 'x' }, headers: bearer(admin.token) });
    expect(await refusalOf(own)).toEqual([403, 'self_approval']);
  });

  it('comes too late for a gate that was decided', async () => {
    const { someone } = await newStanding();
    expect((await (await someone()).post('approve')).status).toBe(200);
    const late = await (await someone('owner')).post('waive', { reason: 'x' });
    expect(await late.json()).toMatchObject({ code: 'gate_decided', state: 'consumed' });
  });

  it('is for no stranger', async () => {
    const world = await newStanding();
    await refuseStrangers(world, `${world.path}/waive`, { reason: 'x' });
  });
});

describe('cancelling a gate', () => {
  it('takes a request back, by its agent, and the task goes on', async () => {
    const { asAgent, taskId, agent } = await newAskingWorld();
    const { body } = await asAgent();
    const path = `/tasks/${taskId}/gates/push/cancel`;
    for (const _ of [1, 2]) {
      const done = await send(path, { reason: 'found another way' }, { token: agent });
      expect(done).toEqual({ status: 200, body: { ok: true } });
    }
    expect(await getGate(taskId, 'push')).toMatchObject({ id: body.id, state: 'cancelled' });
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress' });
    const types = typesOf(await allEvents(taskId));
    expect(types.filter((type) => type === 'gate:cancelled')).toHaveLength(1);
  });

  it('is not for who has not asked, nor for a gate that nobody had to ask for', async () => {
    const { asRunner, taskId, agent, projectId, runner } = await newAskingWorld({
      autonomy: 'manual',
    });
    await asRunner();
    const cancel = async (token: string, gate = 'push') => {
      const path = `/tasks/${taskId}/gates/${gate}/cancel`;
      return refusalOf(await askRequired(path, { json: { reason: 'x' }, headers: bearer(token) }));
    };
    const { token } = await newPat(await newPerson({ [projectId]: 'owner' }));
    expect(await cancel(token)).toEqual([403, 'not_lease_holder']);
    expect(await cancel(agent, 'fix')).toEqual([403, 'not_lease_holder']);
    expect(await cancel(runner.token, 'fix')).toEqual([403, 'not_lease_holder']);
    expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
  });

  it('is for no stranger', async () => {
    const world = await newAskingWorld();
    await world.asAgent();
    const path = `/tasks/${world.taskId}/gates/push/cancel`;
    await refuseStrangers(world, path, { reason: 'x' });
  });
});

describe('a decision', () => {
  it('is answered with the gate where that is preferred (RFC 7240)', async () => {
    const { taskId, someone } = await newStanding({ quorum: 2 });
    const plain = await (await someone()).post('approve');
    expect(await plain.json()).toEqual({ ok: true });
    expect(plain.headers.get('Preference-Applied')).toBeNull();
    const wish = { Prefer: 'respond-async, return=representation' };
    const answer = await (await someone()).post('approve', {}, wish);
    expect(answer.headers.get('Preference-Applied')).toBe('return=representation');
    const { ok, gate, receipt } = await answer.json<Fields>();
    expect([ok, gate]).toEqual([true, await getGate(taskId, 'security')]);
    expect(receipt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('names what it saw where the policy asks for that (RFC 6585 §3)', async () => {
    const { taskId, someone } = await newStanding({ requireActionHash: true });
    const { post } = await someone();
    for (const verb of ['approve', 'reject', 'request-changes']) {
      const answer = await post(verb, { comment: 'x' });
      expect(await refusalOf(answer)).toEqual([428, 'precondition_required']);
    }
    const { actionHash } = await getGate(taskId, 'security');
    expect(await refusalOf(await post('approve', { actionHash: 'sha256:x' }))).toEqual([
      ...[409, 'action_changed'],
    ]);
    expect((await post('approve', { actionHash })).status).toBe(200);
  });

  it('asks for a fresh sign-in where the policy does (RFC 9470)', async () => {
    const { projectId, path, taskId } = await newStanding({ stepUpSeconds: 120 });
    const id = await newPerson({ [projectId]: 'developer' });
    const stale = await signInAs(id, {}, { authTime: Date.now() - 121_000 });
    const { token } = await newPat(id);
    const before = await allEvents(taskId);
    for (const late of [
      await askAs(stale.cookie, `${path}/approve`, { json: {} }),
      await askRequired(`${path}/approve`, { json: {}, headers: bearer(token) }),
    ]) {
      const challenge = late.headers.get('WWW-Authenticate');
      expect(challenge).toContain('error="insufficient_user_authentication"');
      expect(challenge).toContain('max_age="120"');
      expect([late.status, await late.json()]).toMatchObject([
        ...[401, { code: 'insufficient_user_authentication', max_age: 120 }],
      ]);
    }
    expect(await allEvents(taskId)).toEqual(before);
    const fresh = await signInAs(id);
    const done = await askAs(fresh.cookie, `${path}/approve`, { json: {} });
    expect(done.status).toBe(200);
    expect(await getGate(taskId, 'security')).toMatchObject({
      votes: [{ approverId: id, via: 'console', authTime: expect.any(String) }],
    });
  });
});
