// What a project hears of its people: invited, joined, in another role, gone; and no secret on the way.

import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { InvitationWithLink } from '../../src/contract/invitation.ts';
import { askRequired } from './ask.ts';
import { eventsOf } from './events-world.ts';
import { newTeam, type Team } from './project-world.ts';
import { eventually } from './world.ts';

const memberEvents = async (projectId: string) =>
  (await eventsOf(projectId)).filter(({ type }) => type.startsWith('member.'));

async function invite({ owner, projectId }: Team, email: string) {
  const json = { email, role: 'developer', message: 'Come' };
  const answer = await owner.ask(`/v1/projects/${projectId}/invitations`, { json });
  return answer.json<InvitationWithLink>();
}
const tokenOf = ({ url }: InvitationWithLink) => url?.split('#')[1] ?? '';

it('tells of an invitation as it is made, and again as a person who is known accepts it', async () => {
  const team = await newTeam();
  const { stranger, projectId } = team;
  const made = await invite(team, stranger.email);
  const token = tokenOf(made);
  expect((await stranger.ask('/v1/invitations/accept', { json: { token } })).status).toBe(204);
  await eventually(async () => (await memberEvents(projectId)).length).toBe(2);
  const [created, accepted] = await memberEvents(projectId);
  const { url, ...shown } = made;
  expect(created).toMatchObject({ type: 'member.invited', environment: null });
  expect(created?.data).toEqual({ action: 'created', invitation: shown, member: null });
  expect(accepted?.data).toMatchObject({
    action: 'accepted',
    invitation: { id: made.id, state: 'accepted', acceptedBy: stranger.id },
    member: {
      principalId: stranger.id,
      kind: 'person',
      name: 'Ada',
      email: stranger.email,
      role: 'developer',
      addedBy: team.owner.id,
      revision: 1,
    },
  });
  const listed = await team.owner.ask(`/v1/projects/${projectId}/invitations`);
  const { data } = await listed.json<{ data: unknown[] }>();
  expect(accepted?.data['invitation']).toEqual(data[0]);
  const all = JSON.stringify(await eventsOf(projectId));
  expect(all).not.toContain('slc_inv_');
  expect(all).not.toContain('/invite#');
});

it('tells of somebody who became a person by accepting, once however many try', async () => {
  const team = await newTeam();
  const made = await invite(team, `eve-${team.projectId}@example.com`);
  const accept = (name: string) =>
    askRequired('/v1/invitations/accept', { json: { token: tokenOf(made), name } });
  const answers = await Promise.all(['Eve', 'Eva', 'Yve'].map(accept));
  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
  await eventually(async () => (await memberEvents(team.projectId)).length).toBe(2);
  const [, accepted] = await memberEvents(team.projectId);
  const row = await env.DB.prepare('SELECT id, name FROM users WHERE email = ?')
    .bind(made.email)
    .first<{ id: string; name: string }>();
  expect(accepted?.data).toMatchObject({
    action: 'accepted',
    member: { principalId: row?.id, name: row?.name, email: made.email },
  });
});

it('tells of another role with the one before, and of who was removed or left', async () => {
  const { owner, viewer, developer, projectId } = await newTeam();
  const path = (id: string) => `/v1/projects/${projectId}/members/${id}`;
  const put = (headers = {}) =>
    owner.ask(path(viewer.id), { method: 'PUT', json: { role: 'developer' }, headers });
  expect((await put({ 'If-Match': '"v9"' })).status).toBe(412);
  const after = await (await put()).json();
  expect((await owner.ask(path(viewer.id), { method: 'DELETE' })).status).toBe(204);
  expect((await developer.ask(path(developer.id), { method: 'DELETE' })).status).toBe(204);
  await eventually(async () => (await memberEvents(projectId)).length).toBe(3);
  const [changed, removed, left] = await memberEvents(projectId);
  expect([changed?.type, changed?.data]).toEqual([
    'member.role_changed',
    { member: after, previousRole: 'viewer' },
  ]);
  expect([removed?.type, removed?.data]).toEqual([
    'member.removed',
    { member: after, previousRole: 'developer' },
  ]);
  expect([left?.type, left?.data]).toMatchObject([
    'member.removed',
    { member: { principalId: developer.id, role: 'developer' }, previousRole: 'developer' },
  ]);
});
