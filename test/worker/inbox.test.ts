// GET /gates: what waits for people, over all tasks; and decisions on several at once.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { GateDecisionResults, Inbox, InboxGate } from '../../src/contract/inbox.ts';
import { SCOPES } from '../../src/contract/principal.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { newMember, newPat, newPerson } from './people.ts';
import {
  claimOne,
  eventually,
  newProject,
  newTask,
  newTestRunner,
  read,
  report,
  send,
} from './world.ts';

const inbox = async (token: string, query = ''): Promise<Inbox> => {
  const answer = await askRequired(`/gates${query}`, { headers: bearer(token) });
  expect(answer.status).toBe(200);
  return answer.json();
};
const idsIn = ({ gates }: Inbox) => gates.map(({ taskId }) => taskId);

/** A task that stands at its review. */
async function newWaiting(projectId: string, fields: Record<string, unknown> = {}) {
  const taskId = await newTask({ projectId, autonomy: 'review-before-merge', ...fields });
  expect(await report(taskId, { status: 'completed' })).toMatchObject({ status: 200 });
  return taskId;
}

/** A project with an owner, a developer and a viewer. */
async function newPlace(config: Record<string, unknown> = {}) {
  const projectId = await newProject(config);
  const [owner, developer, viewer] = await Promise.all([
    newMember(projectId, 'owner'),
    newMember(projectId, 'developer'),
    newMember(projectId, 'viewer'),
  ]);
  return { projectId, owner, developer, viewer };
}

const rowOf = (taskId: string) =>
  env.DB.prepare('SELECT state, seq FROM gates WHERE task_id = ?').bind(taskId).all();

describe('the inbox', () => {
  it('shows a gate by its id alone, also once it is decided, and a stranger nothing', async () => {
    const { projectId, owner, viewer } = await newPlace();
    const taskId = await newWaiting(projectId, { acceptanceCriteria: 'It answers 200.' });
    const [gate] = (await inbox(owner.token)).gates;
    const path = `/gates/${gate?.id}`;
    const asked = async (token: string): Promise<InboxGate> =>
      (await askRequired(path, { headers: bearer(token) })).json();
    expect(await asked(owner.token)).toEqual(gate);
    expect(await asked(viewer.token)).toMatchObject({ canDecide: false, why: 'role_too_low' });
    await send(`/tasks/${taskId}/gates/${gate?.id}/reject`, {});
    expect(await asked(owner.token)).toMatchObject({ state: 'rejected', why: 'gate_decided' });
    const stranger = await newMember(await newProject(), 'owner');
    const [real, unreal] = await Promise.all(
      [path, '/gates/gate_00000000000000000000000000'].map((one) =>
        askRequired(one, { headers: bearer(stranger.token) }),
      ),
    );
    expect(await refusalOf(real as Response)).toEqual(await refusalOf(unreal as Response));
  });

  it('shows a gate once it was reached, with its task, its criteria and who may decide', async () => {
    const { projectId, owner, viewer } = await newPlace();
    const fields = { projectId, acceptanceCriteria: 'It answers 200.', autonomy: 'manual' };
    const taskId = await newTask(fields);
    expect(await inbox(owner.token)).toEqual({ gates: [], count: 0 });
    const reached = await newWaiting(projectId, { acceptanceCriteria: 'It is tested.' });
    const { gates, count } = await inbox(owner.token);
    expect(count).toBe(1);
    expect(gates[0]).toMatchObject({
      taskId: reached,
      name: 'review',
      state: 'pending',
      actionHash: expect.stringMatching(/^sha256:/),
      acceptanceCriteria: 'It is tested.',
      task: { id: reached, status: 'waiting-approval' },
      canDecide: true,
      why: null,
      myVote: null,
    });
    expect((await inbox(viewer.token)).gates[0]).toMatchObject({
      canDecide: false,
      why: 'role_too_low',
    });
    expect((await read(`/tasks/${reached}/gates/review`)).body).toMatchObject({
      acceptanceCriteria: 'It is tested.',
    });
    expect((await read(`/tasks/${taskId}/gates/planning`)).body).toMatchObject({
      acceptanceCriteria: 'It answers 200.',
    });
  });

  it('shows no gate of a project that one is not a member of, and none by its id', async () => {
    const [mine, theirs] = [await newPlace(), await newPlace()];
    const [own] = [await newWaiting(mine.projectId), await newWaiting(theirs.projectId)];
    expect(idsIn(await inbox(mine.owner.token))).toEqual([own]);
    const foreign = await askRequired(`/gates?projectId=${theirs.projectId}`, {
      headers: bearer(mine.owner.token),
    });
    expect(await refusalOf(foreign)).toEqual([404, 'not_found']);
    const both = await newPerson({ [mine.projectId]: 'viewer', [theirs.projectId]: 'developer' });
    const { token } = await newPat(both);
    const seen = await inbox(token);
    expect(seen.gates.map(({ canDecide }) => canDecide).toSorted()).toEqual([false, true]);
    expect((await inbox(token, '?mine=true')).gates).toMatchObject([
      { task: { projectId: theirs.projectId } },
    ]);
    const { projectId } = mine;
    const narrow = await newPat(both, { projectIds: [projectId] });
    expect(idsIn(await inbox(narrow.token))).toEqual([own]);
  });

  it('shows a credential of some environments theirs alone', async () => {
    const { projectId, owner } = await newPlace();
    const staged = await newWaiting(projectId, { environment: 'staging' });
    await newWaiting(projectId);
    const token = await newPat(owner.userId, { environments: ['staging'] });
    expect(idsIn(await inbox(token.token))).toEqual([staged]);
  });

  it('is told why a decision of theirs would not count, by the code of the refusal', async () => {
    const gates = [{ name: 'signoff', trigger: 'before:merge', approvers: ['usr_nobody'] }];
    const { projectId, owner, developer } = await newPlace({ gates });
    const taskId = await newTask({ projectId });
    await report(taskId, { status: 'completed' });
    const blind = await newPat(owner.userId, {
      scopes: SCOPES.filter((scope) => scope !== 'gates:approve'),
    });
    const runner = await newTestRunner(projectId);
    const whys = async (token: string) => (await inbox(token)).gates.map(({ why }) => why);
    expect(await whys(blind.token)).toEqual(['insufficient_scope']);
    expect(await whys(developer.token)).toEqual(['not_an_approver']);
    expect(await whys(runner.token)).toEqual(['human_required']);
    const [{ id, actionHash }] = (await inbox(owner.token)).gates as [InboxGate];
    const asked = [{ taskId, gateId: id, actionHash, decision: 'approve' }];
    expect(await (await decide(developer.token, asked)).json()).toMatchObject({
      results: [{ code: 'not_an_approver' }],
    });
  });

  it('is not asked to approve their own where others could, and is where nobody else can', async () => {
    const make = async (token: string, projectId: string) => {
      const json = { description: 'Mine', projectId, autonomy: 'review-before-merge' };
      const made = await askRequired('/tasks', { json, headers: bearer(token) });
      const { taskId } = await made.json<{ taskId: string }>();
      await report(taskId, { status: 'completed' });
    };
    const { projectId, owner, developer } = await newPlace();
    await make(owner.token, projectId);
    const whyTo = async (token: string) => (await inbox(token)).gates.map(({ why }) => why);
    expect(await whyTo(owner.token)).toEqual(['self_approval']);
    expect(idsIn(await inbox(owner.token, '?mine=true'))).toEqual([]);
    expect(await whyTo(developer.token)).toEqual([null]);
    const single = await newProject();
    const { token } = await newMember(single, 'owner');
    await make(token, single);
    expect(await whyTo(token)).toEqual([null]);
  });

  it('leaves it once it was decided, or its task has ended, and says so in the words of its state', async () => {
    const { projectId, owner } = await newPlace();
    const [yes, no, over] = [
      await newWaiting(projectId),
      await newWaiting(projectId),
      await newWaiting(projectId),
    ];
    await send(`/tasks/${yes}/gates/review/approve`);
    await send(`/tasks/${no}/gates/review/reject`);
    await send(`/tasks/${over}/cancel`);
    expect(idsIn(await inbox(owner.token))).toEqual([]);
    expect(idsIn(await inbox(owner.token, '?status=approved'))).toEqual([yes]);
    expect(idsIn(await inbox(owner.token, '?state=rejected'))).toEqual([no]);
    expect(idsIn(await inbox(owner.token, '?status=not-required'))).toEqual([over]);
    const decided = await inbox(owner.token, '?status=rejected');
    expect(decided.gates[0]).toMatchObject({ canDecide: false, why: 'gate_decided' });
  });

  it('asks again whom changes were requested from, and forgets a task in the trash', async () => {
    const { projectId, owner } = await newPlace();
    const taskId = await newWaiting(projectId);
    await send(`/tasks/${taskId}/gates/review/request-changes`, { comment: 'More tests.' });
    expect(idsIn(await inbox(owner.token))).toEqual([]);
    await report(taskId, { status: 'completed' });
    expect(idsIn(await inbox(owner.token))).toEqual([taskId]);
    expect(idsIn(await inbox(owner.token, '?state=changes-requested'))).toEqual([taskId]);
    await send(`/tasks/${taskId}/cancel`);
    await send(`/tasks/${taskId}/trash`);
    expect(idsIn(await inbox(owner.token, '?status=not-required'))).toEqual([]);
    await send(`/tasks/trash?projectId=${projectId}`, {}, { method: 'DELETE' });
    await eventually(async () => (await rowOf(taskId)).results).toEqual([]);
  });

  it('leads on page by page, soonest expiry first, and finds by text', async () => {
    const timed = (minutes: number) =>
      newPlace({ gates: [{ name: 'timed', trigger: 'before:merge', timeout: minutes }] });
    const [late, soon] = [await timed(60), await timed(5)];
    const person = await newPerson({ [late.projectId]: 'owner', [soon.projectId]: 'owner' });
    const { token } = await newPat(person);
    const at = async (projectId: string, description: string) => {
      const taskId = await newTask({ projectId, description });
      await report(taskId, { status: 'completed' });
      return taskId;
    };
    const never = await newWaiting(soon.projectId, { autonomy: 'manual' });
    const second = await at(late.projectId, 'Grüße prüfen');
    const first = await at(soon.projectId, 'Another thing');
    const seen: string[] = [];
    let cursor = '';
    do {
      const page: Inbox = await inbox(token, `?limit=1${cursor}`);
      seen.push(...idsIn(page));
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(seen.slice(0, 2)).toEqual([first, second]);
    expect(seen).toContain(never);
    expect(idsIn(await inbox(token, `?q=${encodeURIComponent('GRÜSSE')}`))).toEqual([]);
    expect(idsIn(await inbox(token, `?q=${encodeURIComponent('grüße P')}`))).toEqual([second]);
    const page = await inbox(token, '?limit=1');
    const other = await askRequired(`/gates?limit=1&mine=true&cursor=${page.nextCursor}`, {
      headers: bearer(token),
    });
    expect(await refusalOf(other)).toEqual([400, 'invalid_cursor']);
  });

  it('is written anew with the listing, and late writes of older rows change nothing', async () => {
    const { projectId, owner } = await newPlace();
    const taskId = await newWaiting(projectId);
    await env.DB.prepare('DELETE FROM gates').run();
    expect(idsIn(await inbox(owner.token))).toEqual([]);
    const rebuilt = await send(`/listing/rebuild?projectId=${projectId}`);
    expect(rebuilt.status).toBe(200);
    expect(idsIn(await inbox(owner.token))).toEqual([taskId]);
  });

  it('asks nobody again who has voted', async () => {
    const gates = [{ name: 'timed', trigger: 'before:merge', quorum: 2 }];
    const { projectId, owner, developer } = await newPlace({ gates });
    const taskId = await newTask({ projectId });
    await report(taskId, { status: 'completed' });
    const [gate] = (await inbox(owner.token)).gates as [InboxGate];
    const vote = await askRequired(`/tasks/${taskId}/gates/${gate.id}/approve`, {
      json: { actionHash: gate.actionHash },
      headers: bearer(owner.token),
    });
    expect(vote.status).toBe(200);
    expect((await inbox(owner.token)).gates).toMatchObject([
      { myVote: { approverId: owner.userId } },
    ]);
    expect(idsIn(await inbox(owner.token, '?mine=true'))).toEqual([]);
    expect(idsIn(await inbox(developer.token, '?mine=true'))).toEqual([taskId]);
  });

  it('is not for agents', async () => {
    const projectId = await newProject();
    await newTask({ projectId });
    const { grant } = await claimOne(await newTestRunner(projectId));
    for (const path of ['/gates', '/gates?mine=true']) {
      const answer = await askRequired(path, { headers: bearer(grant.agentToken) });
      expect(await refusalOf(answer)).toEqual([403, 'agent_forbidden']);
    }
    expect(await refusalOf(await askRequired('/gates'))).toEqual([401, 'unauthorized']);
  });
});

const decide = (token: string, decisions: readonly unknown[]) =>
  askRequired('/gates/decisions', { json: { decisions }, headers: bearer(token) });

describe('decisions on several gates at once', () => {
  it('are each taken by themselves', async () => {
    const { projectId, owner } = await newPlace();
    const elsewhere = await newPlace();
    const [yes, no, again, stale] = [
      await newWaiting(projectId),
      await newWaiting(projectId),
      await newWaiting(projectId),
      await newWaiting(projectId),
    ];
    const foreign = await newWaiting(elsewhere.projectId);
    const seen = await inbox(owner.token);
    const gateOf = (taskId: string) => {
      const gate = seen.gates.find((one) => one.taskId === taskId);
      return { taskId, gateId: gate?.id ?? '', actionHash: gate?.actionHash ?? '' };
    };
    const [theirs] = (await inbox(elsewhere.owner.token)).gates as [InboxGate];
    const answer = await decide(owner.token, [
      { ...gateOf(yes), decision: 'approve' },
      { ...gateOf(no), decision: 'reject', comment: 'No.' },
      { ...gateOf(again), decision: 'request-changes', comment: 'More.' },
      { ...gateOf(stale), decision: 'approve', actionHash: 'sha256:other' },
      { taskId: foreign, gateId: theirs.id, actionHash: theirs.actionHash, decision: 'approve' },
      { ...gateOf(yes), decision: 'approve' },
      { ...gateOf(no), decision: 'approve' },
    ]);
    expect(answer.status).toBe(200);
    const { results } = await answer.json<GateDecisionResults>();
    expect(results.map(({ ok, code }) => code ?? ok)).toEqual([
      ...[true, true, true, 'action_changed', 'not_found', true, 'gate_decided'],
    ]);
    expect(results.map(({ gateId }) => gateId)).toEqual(
      [yes, no, again, stale, foreign, yes, no].map((id) =>
        id === foreign ? theirs.id : gateOf(id).gateId,
      ),
    );
    expect(idsIn(await inbox(owner.token))).toEqual([stale]);
  });

  it('name what was seen, and say what is to be changed', async () => {
    const { owner } = await newPlace();
    const one = { taskId: 'task_x', gateId: 'gate_x', decision: 'approve', actionHash: 'sha256:x' };
    const wrong = async (decisions: readonly unknown[]) =>
      (await decide(owner.token, decisions)).status;
    const { actionHash: _, ...blind } = one;
    expect(await wrong([blind])).toBe(400);
    expect(await wrong([{ ...one, decision: 'request-changes' }])).toBe(400);
    expect(await wrong([])).toBe(400);
    expect(await wrong(Array.from({ length: 51 }, () => one))).toBe(400);
    expect(await wrong([{ ...one, decision: 'waive' }])).toBe(400);
    expect(await (await decide(owner.token, [one])).json()).toEqual({
      results: [{ gateId: 'gate_x', ok: false, code: 'not_found' }],
    });
  });

  it('repeated with the same key are answered as before, each for itself', async () => {
    const { projectId, owner } = await newPlace();
    await newWaiting(projectId);
    const [gate] = (await inbox(owner.token)).gates as [InboxGate];
    const { taskId, id: gateId, actionHash } = gate;
    const json = {
      decisions: [
        { taskId, gateId, actionHash, decision: 'request-changes', comment: 'More.' },
        { taskId, gateId, actionHash, decision: 'approve' },
      ],
    };
    const headers = { ...bearer(owner.token), 'Idempotency-Key': 'once' };
    const ask = async () =>
      (await askRequired('/gates/decisions', { json, headers })).json<GateDecisionResults>();
    const first = await ask();
    expect(first.results).toMatchObject([{ ok: true }, { ok: false, code: 'gate_decided' }]);
    expect(await ask()).toEqual(first);
  });

  it('are not for viewers, services, runners or agents', async () => {
    const { projectId, viewer } = await newPlace();
    const taskId = await newWaiting(projectId);
    await newTask({ projectId });
    const runner = await newTestRunner(projectId);
    const { grant } = await claimOne(runner);
    const [gate] = (await inbox(viewer.token)).gates as [InboxGate];
    const sent = [{ taskId, gateId: gate.id, actionHash: gate.actionHash, decision: 'approve' }];
    expect(await refusalOf(await decide(runner.token, sent))).toEqual([403, 'human_required']);
    expect(await refusalOf(await decide(grant.agentToken, sent))).toEqual([403, 'agent_forbidden']);
    expect(await (await decide(viewer.token, sent)).json()).toMatchObject({
      results: [{ ok: false, code: 'role_too_low' }],
    });
  });
});
