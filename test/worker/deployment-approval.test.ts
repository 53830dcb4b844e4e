// Protected environments: a deployment waits there for people, as many and as late as the environment says.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/contract/deployment.ts';
import type { Role } from '../../src/contract/principal.ts';
import type { Environment } from '../../src/contract/project.ts';
import {
  artifact,
  auditOf,
  call,
  codeOf,
  create,
  current,
  digestOf,
  eventsOf,
  get,
  passed,
  ring,
  typesOf,
} from './deployment-world.ts';
import { later, stopTheClock } from './leased-world.ts';
import { newPat, newPerson, setRole } from './people.ts';
import { newProject, projectStub, send } from './world.ts';

stopTheClock();

interface Someone {
  readonly token: string;
  readonly id: string;
}

async function someone(projectId: string, role: Role, fields: object = {}): Promise<Someone> {
  const id = await newPerson({ [projectId]: role });
  return { id, token: (await newPat(id, fields)).token };
}

/** `production` is protected as `approval` says, and there are two developers beside the one who deploys. */
async function newShop(approval: object | null = null) {
  const projectId = await newProject();
  const path = `/v1/projects/${projectId}/environments/production`;
  const changed = await send<Environment>(path, { protected: true, approval }, { method: 'PATCH' });
  expect(changed.status).toBe(200);
  const [maker, ann, bob] = await Promise.all([
    someone(projectId, 'developer'),
    someone(projectId, 'developer'),
    someone(projectId, 'developer'),
  ]);
  return { projectId, maker, ann, bob, environment: changed.body };
}
type Shop = Awaited<ReturnType<typeof newShop>>;

/** Of the maker, with an artifact, all stages done. */
async function waiting({ projectId, maker }: Shop, fields: object = {}): Promise<Deployment> {
  // Ids sort by their time, and the clock stands still.
  later(1);
  const wanted = { environment: 'production', artifacts: [artifact()], ...fields };
  const made = await create(projectId, wanted, maker);
  expect(made.status).toBe(201);
  return passed(made.body);
}

const vote = (deployment: Deployment, who: Someone, fields: object = {}) =>
  call(deployment, 'promote', fields, who);

describe('a protected environment', () => {
  it('asks for one other person within a week, unless it says otherwise', async () => {
    const shop = await newShop();
    expect(shop.environment).toMatchObject({ protected: true, approval: null });
    const deployment = await waiting(shop);
    const { readyAt = '' } = deployment.approval ?? {};
    const expiresAt = new Date(Date.parse(readyAt) + 7 * 86_400_000).toISOString();
    expect(deployment).toMatchObject({
      state: 'ready',
      waitingFor: 'human',
      deadlineAt: expiresAt,
    });
    expect(deployment.approval).toEqual({
      ...{ required: 1, from: null, preventSelfApproval: true, votes: [], forced: false },
      ...{ readyAt, opensAt: readyAt, expiresAt },
    });
    expect(codeOf(await vote(deployment, shop.maker))).toEqual([403, 'self_approval']);
    const done = (await vote(deployment, shop.ann)).body;
    expect(done).toMatchObject({ state: 'succeeded', promotedBy: shop.ann.id });
    expect(done.approval?.votes).toEqual([
      { approverId: shop.ann.id, approver: 'Ada', at: done.promotedAt },
    ]);
    expect(await current(shop.projectId, 'production')).toBe(deployment.id);
    expect((await auditOf(deployment.id)).at(-1)).toBe('deployment.promoted');
    expect(await typesOf(shop.projectId)).toEqual(['deployment.created', 'deployment.succeeded']);
  });

  it('waits for as many as it asks for, each of whom counts once', async () => {
    const shop = await newShop({ required: 2 });
    const deployment = await waiting(shop);
    const first = await vote(deployment, shop.ann);
    expect(first.body).toMatchObject({ state: 'ready', waitingFor: 'human' });
    const again = await vote(deployment, shop.ann);
    expect(again).toEqual(first);
    expect((await vote(deployment, shop.bob)).body.state).toBe('succeeded');
    expect((await auditOf(deployment.id)).slice(-2)).toEqual([
      'deployment.approved',
      'deployment.promoted',
    ]);
  });

  it('counts both of two who approve at the same time', async () => {
    const shop = await newShop({ required: 2 });
    const deployment = await waiting(shop);
    const answers = await Promise.all([vote(deployment, shop.ann), vote(deployment, shop.bob)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await get(deployment)).state).toBe('succeeded');
  });

  it('does not count who has lost the role since', async () => {
    const shop = await newShop({ required: 2 });
    const deployment = await waiting(shop);
    await vote(deployment, shop.ann);
    await setRole(shop.ann.id, shop.projectId, 'viewer');
    expect((await vote(deployment, shop.bob)).body).toMatchObject({
      ...{ state: 'ready', approval: { votes: [{}, {}] } },
    });
    const cleo = await someone(shop.projectId, 'owner');
    expect((await vote(deployment, cleo)).body.state).toBe('succeeded');
  });

  it('is decided by those whom it names', async () => {
    const shop = await newShop({ from: ['role:project-admin'] });
    const deployment = await waiting(shop);
    expect(codeOf(await vote(deployment, shop.ann))).toEqual([403, 'not_an_approver']);
    const owner = await someone(shop.projectId, 'owner');
    expect((await vote(deployment, owner)).body.state).toBe('succeeded');
    const named = await newShop({ preventSelfApproval: true });
    const path = `/v1/projects/${named.projectId}/environments/production`;
    await send(path, { approval: { from: [named.bob.id] } }, { method: 'PATCH' });
    const other = await waiting(named);
    expect(codeOf(await vote(other, named.ann))).toEqual([403, 'not_an_approver']);
    expect((await vote(other, named.bob)).body.state).toBe('succeeded');
  });

  it('lets one person alone in a project approve what is their own', async () => {
    const projectId = await newProject();
    const path = `/v1/projects/${projectId}/environments/production`;
    await send(path, { protected: true }, { method: 'PATCH' });
    const maker = await someone(projectId, 'owner');
    const shop = { projectId, maker, ann: maker, bob: maker, environment: {} as Environment };
    const deployment = await waiting(shop);
    expect(deployment.approval?.preventSelfApproval).toBe(false);
    expect((await vote(deployment, maker)).body.state).toBe('succeeded');
  });

  it('is not promoted before its wait is over, and then by itself', async () => {
    const shop = await newShop({ waitSeconds: 600 });
    const deployment = await waiting(shop);
    expect((await vote(deployment, shop.ann)).body).toMatchObject({
      ...{ state: 'ready', waitingFor: 'promotion' },
    });
    later(599_000);
    await ring(shop.projectId);
    expect((await get(deployment)).state).toBe('ready');
    await evictDurableObject(projectStub(shop.projectId));
    later(2_000);
    await ring(shop.projectId);
    expect(await get(deployment)).toMatchObject({ state: 'succeeded', promotedBy: shop.ann.id });
    expect(await current(shop.projectId, 'production')).toBe(deployment.id);
    expect((await typesOf(shop.projectId)).at(-1)).toBe('deployment.succeeded');
  });

  it('lets it fail once nobody has approved in time, however late the alarm is', async () => {
    const shop = await newShop({ expiresInSeconds: 3_600 });
    const deployment = await waiting(shop, { timeoutSeconds: 60 });
    later(3_599_000);
    await ring(shop.projectId);
    expect((await get(deployment)).state).toBe('ready');
    later(1_000);
    expect(codeOf(await vote(deployment, shop.ann))).toEqual([409, 'invalid_transition']);
    await evictDurableObject(projectStub(shop.projectId));
    await ring(shop.projectId);
    expect((await get(deployment)).failure).toMatchObject({
      ...{
        stage: 'promote',
        detectedBy: 'timeout',
        summary: 'It was not approved in time: 0 of 1.',
      },
    });
    const last = (await eventsOf(shop.projectId)).at(-1);
    expect(last).toMatchObject({
      type: 'deployment.failed',
      data: { failure: { stage: 'promote' } },
    });
  });

  it('asks again once there is another artifact, and then not of who has added it', async () => {
    const shop = await newShop({ required: 2 });
    const deployment = await waiting(shop);
    await vote(deployment, shop.ann);
    const added = await call(deployment, 'artifacts', artifact(2), shop.bob);
    expect(added.body.approval?.votes).toEqual([]);
    expect(codeOf(await vote(deployment, shop.bob))).toEqual([403, 'self_approval']);
    const cleo = await someone(shop.projectId, 'owner');
    await vote(deployment, shop.ann);
    const done = (await vote(deployment, cleo)).body;
    expect(done.artifacts.map(({ digest }) => digest)).toEqual([digestOf(1), digestOf(2)]);
    expect(done.state).toBe('succeeded');
  });

  it('asks by the rule under which it became ready, and also where it is protected since', async () => {
    const shop = await newShop({ required: 2 });
    const path = `/v1/projects/${shop.projectId}/environments/production`;
    const deployment = await waiting(shop);
    await send(path, { protected: false, approval: null }, { method: 'PATCH' });
    expect((await vote(deployment, shop.ann)).body.state).toBe('ready');
    expect((await vote(deployment, shop.bob)).body.state).toBe('succeeded');
    const free = await waiting(shop, { autoPromote: false });
    expect(free.approval).toBe(null);
    await send(path, { protected: true }, { method: 'PATCH' });
    expect(codeOf(await vote(free, shop.maker))).toEqual([403, 'self_approval']);
    expect((await vote(free, shop.ann)).body.state).toBe('succeeded');
  });

  it('asks people too where artifacts come back, or come over from another environment', async () => {
    const shop = await newShop();
    const fields = { environment: 'staging', artifacts: [artifact()] };
    const staged = await passed((await create(shop.projectId, fields, shop.maker)).body);
    expect(staged.state).toBe('succeeded');
    const over = await call(staged, 'redeploy', { environment: 'production' }, shop.maker);
    expect([over.status, over.body.state, over.body.waitingFor]).toEqual([201, 'ready', 'human']);
    expect((await vote(over.body, shop.ann)).body.state).toBe('succeeded');
  });

  it('is asked with force where a newer one is live', async () => {
    const shop = await newShop({ waitSeconds: 60 });
    const older = await waiting(shop);
    const newer = await waiting(shop, { artifacts: [artifact(2)] });
    await vote(newer, shop.ann);
    later(61_000);
    await ring(shop.projectId);
    expect((await get(newer)).state).toBe('succeeded');
    expect(codeOf(await vote(older, shop.ann))).toEqual([409, 'newer_deployment_live']);
    expect((await vote(older, shop.ann, { force: true })).body.state).toBe('succeeded');
  });
});
