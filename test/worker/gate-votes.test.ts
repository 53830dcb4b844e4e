import { describe, expect, it } from 'vitest';
import type { Gate } from '../../src/contract/gate.ts';
import type { Inbox } from '../../src/contract/inbox.ts';
import type { Role } from '../../src/contract/principal.ts';
import { askRequired, bearer } from './ask.ts';
import { newAskingWorld, push } from './gate-world.ts';
import { newPat, newPerson } from './people.ts';
import { allEvents, getTask, typesOf } from './world.ts';

const other = push('b'.repeat(40));
type Fields = Record<string, unknown>;

/** People with roles in the project of a task whose agent asks for a push under this policy. */
async function newVoting(policy: Fields = {}, roles: readonly Role[] = ['developer', 'developer']) {
  const world = await newAskingWorld();
  const asked = await world.asAgent({ policy });
  expect(asked.status).toBe(201);
  const people = await Promise.all(
    roles.map(async (role) => {
      const id = await newPerson({ [world.projectId]: role });
      const { token } = await newPat(id);
      const act = async (verb: string, json: Fields = {}) => {
        const path = `/tasks/${world.taskId}/gates/push/${verb}`;
        const answer = await askRequired(path, { json, headers: bearer(token) });
        return [answer.status, (await answer.json<Fields>())['code']];
      };
      /** The gates that are for this person to decide. */
      const inbox = async () => {
        const answer = await askRequired('/gates?mine=true', { headers: bearer(token) });
        return (await answer.json<Inbox>()).gates.map(({ name }) => name);
      };
      return { id, act, inbox };
    }),
  );
  const [ada, bob, cyd = ada] = people;
  if (ada === undefined || bob === undefined || cyd === undefined) throw new Error('Nobody.');
  return { ...world, asked: asked.body, ada, bob, cyd };
}

const DONE = [200, undefined];

describe('an edit', () => {
  it('voids other votes and keeps three records', async () => {
    const policy = { allowEdit: true, required: 2 };
    const { ada, bob, asked, seen, consume, taskId } = await newVoting(policy);
    expect(await ada.act('approve')).toEqual(DONE);
    const edit = { action: other, baseActionHash: asked.actionHash };
    expect(await bob.act('edit', edit)).toEqual(DONE);
    const edited = await seen();
    expect(edited).toMatchObject({ state: 'pending', action: other, proposed: push() });
    expect(edited.votes?.map(({ approverId }) => approverId)).toEqual([bob.id]);
    expect(edited.bindingHash).not.toBe(asked.bindingHash);
    expect(await ada.act('approve', { actionHash: asked.actionHash })).toEqual([
      ...[409, 'action_changed'],
    ]);
    expect(await ada.act('approve', { actionHash: edited.actionHash })).toEqual(DONE);
    const approved = await seen();
    expect(approved).toMatchObject({ state: 'approved', approved: other, proposed: push() });
    const stolen = { actionHash: asked.actionHash };
    expect(await consume(approved, stolen)).toMatchObject({ body: { code: 'action_mismatch' } });
    expect(await consume(approved)).toMatchObject({ status: 200, body: { action: other } });
    expect(typesOf(await allEvents(taskId))).toContain('gate:edited');
  });

  it('is found again by who has asked for what was proposed', async () => {
    const { ada, asked, asAgent } = await newVoting({ allowEdit: true });
    await ada.act('edit', { action: other, baseActionHash: asked.actionHash });
    const again = await asAgent();
    expect([again.status, again.body.id, again.body.action]).toEqual([200, asked.id, other]);
  });

  it.each([
    ['where the policy does not allow it', {}, {}, [403, 'edit_not_allowed']],
    [
      'of what is another by now',
      { allowEdit: true },
      { baseActionHash: 'sha256:x' },
      [409, 'action_changed'],
    ],
    ['into no action', { allowEdit: true }, { action: { type: 'x' } }, [400, 'invalid_action']],
    [
      'into another kind of action',
      { allowEdit: true },
      { action: { type: 'shell.exec', target: {}, params: { argv: ['ls'] } } },
      [400, 'invalid_action'],
    ],
  ])('is refused %s', async (_, policy, fields, expected) => {
    const { ada, asked, seen } = await newVoting(policy);
    const edit = { action: other, baseActionHash: asked.actionHash, ...fields };
    const before = await seen();
    expect(await ada.act('edit', edit)).toEqual(expected);
    expect(await seen()).toEqual(before);
  });
});

describe('a say', () => {
  const policy = { from: ['role:project-admin'] };
  const roles: Role[] = ['project-admin', 'developer', 'developer', 'developer'];

  it('is handed to somebody else, whose vote counts; a vote of one’s own is taken back', async () => {
    const { ada, bob, seen } = await newVoting({ ...policy, required: 2 }, roles);
    expect(await bob.act('approve')).toEqual([403, 'not_an_approver']);
    expect(await ada.act('approve')).toEqual(DONE);
    expect(await ada.act('delegate', { to: bob.id, reason: 'away' })).toEqual(DONE);
    expect((await seen()).votes).toEqual([]);
    expect(await ada.act('delegate', { to: bob.id })).toEqual(DONE);
    expect((await seen()).delegations).toHaveLength(1);
    // Whoever reads the inbox after the answer finds it where it is now.
    expect([await ada.inbox(), await bob.inbox()]).toEqual([[], ['push']]);
    expect(await bob.act('approve')).toEqual(DONE);
    expect((await seen()).votes).toMatchObject([{ approverId: bob.id, delegatedBy: ada.id }]);
    expect(await ada.act('approve')).toEqual([403, 'not_an_approver']);
  });

  it('is handed on twice at most, and never back', async () => {
    const { ada, bob, cyd, projectId } = await newVoting(policy, roles);
    const dan = await newPerson({ [projectId]: 'developer' });
    expect(await ada.act('delegate', { to: ada.id })).toEqual([409, 'delegation_loop']);
    expect(await ada.act('delegate', { to: bob.id })).toEqual(DONE);
    expect(await bob.act('delegate', { to: ada.id })).toEqual([409, 'delegation_loop']);
    expect(await bob.act('delegate', { to: cyd.id })).toEqual(DONE);
    expect(await cyd.act('delegate', { to: dan })).toEqual([400, 'delegate_not_eligible']);
  });

  it('is handed to nobody who could not decide gates here, and by nobody who has none', async () => {
    const { ada, bob, projectId } = await newVoting(policy, roles);
    const viewer = await newPerson({ [projectId]: 'viewer' });
    const stranger = await newPerson();
    for (const to of [viewer, stranger, 'usr_nobody']) {
      expect(await ada.act('delegate', { to })).toEqual([400, 'delegate_not_eligible']);
    }
    expect(await bob.act('delegate', { to: ada.id })).toEqual([403, 'not_an_approver']);
  });

  it('comes back when its term is over', async () => {
    const { ada, bob } = await newVoting(policy, roles);
    const past = { to: bob.id, expiresAt: new Date(Date.now() - 1_000).toISOString() };
    expect(await ada.act('delegate', past)).toEqual([400, 'invalid_request']);
  });
});

describe('a vote', () => {
  it('is taken back while others are waited for', async () => {
    const { ada, bob, seen } = await newVoting({ required: 2 });
    await ada.act('approve');
    expect(await ada.act('withdraw')).toEqual(DONE);
    expect(await ada.act('withdraw')).toEqual(DONE);
    await bob.act('approve');
    expect(await seen()).toMatchObject({ state: 'pending', votes: [{ approverId: bob.id }] });
  });

  it('is taken back from an approval that nobody has used: people are asked again', async () => {
    const { ada, bob, seen, consume, taskId } = await newVoting();
    await ada.act('approve');
    const approved = await seen();
    expect(await bob.act('withdraw')).toEqual(DONE);
    expect(await ada.act('withdraw', { comment: 'wait' })).toEqual(DONE);
    expect(await seen()).toMatchObject({ state: 'pending', status: 'pending' });
    expect(await seen()).not.toHaveProperty('approver');
    expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
    expect(await consume(approved)).toMatchObject({ body: { code: 'gate_not_approved' } });
    await bob.act('approve');
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress' });
    expect(await consume(await seen())).toMatchObject({ status: 200 });
  });

  it('stays given once the approval was used', async () => {
    const { ada, seen, consume } = await newVoting();
    await ada.act('approve');
    await consume(await seen());
    expect(await ada.act('withdraw')).toEqual([409, 'gate_consumed']);
  });

  it('is not asked for any more once the gate is rejected', async () => {
    const { ada, seen } = await newVoting();
    await ada.act('reject');
    const before: Gate = await seen();
    expect(await ada.act('withdraw')).toEqual([409, 'gate_decided']);
    expect(await seen()).toEqual(before);
  });
});
