// Invitations: links that work once, for a week, for whom they are meant.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Invitation, InvitationWithLink } from '../../src/contract/invitation.ts';
import type { Role } from '../../src/contract/principal.ts';
import { askRequired, bearer, ORIGIN, refusalOf } from './ask.ts';
import { newTeam, roleOf, type SignedIn, signedIn, type Team } from './project-world.ts';
import { askAs } from './signin-world.ts';
import { newPerson, personToken } from './tokens.ts';

let count = 0;
const newEmail = () => `guest-${count++}-${Date.now()}@Example.com`;
const pathOf = ({ projectId }: Team, rest = '') => `/v1/projects/${projectId}/invitations${rest}`;

async function invite(team: Team, fields: { email?: string; role?: Role } = {}) {
  const json = { email: newEmail(), role: 'developer', ...fields };
  const answer = await team.owner.ask(pathOf(team), { json });
  expect(answer.status).toBe(201);
  return answer.json<InvitationWithLink>();
}
const tokenOf = ({ url }: Pick<InvitationWithLink, 'url'>) => url?.split('#')[1] ?? '';
const acceptAsNobody = (token: string, fields: object = { name: 'Eve' }) =>
  askRequired('/v1/invitations/accept', { json: { token, ...fields } });
const acceptAs = (who: SignedIn, token: string) =>
  who.ask('/v1/invitations/accept', { json: { token } });
const stateOf = async (team: Team, id: string) => {
  const { data } = await (await team.owner.ask(pathOf(team))).json<{ data: Invitation[] }>();
  return data.find((invitation) => invitation.id === id)?.state;
};
const set = (id: string, column: 'expires_at', value: number) =>
  env.DB.prepare(`UPDATE invitations SET ${column} = ? WHERE id = ?`).bind(value, id).run();
const personOf = (email: string) =>
  env.DB.prepare('SELECT id, name, email_verified_at FROM users WHERE email = ?')
    .bind(email.toLowerCase())
    .first<{ id: string; name: string; email_verified_at: number | null }>();

describe('an invitation', () => {
  it('shows its link once, and not to whoever lists it', async () => {
    const team = await newTeam();
    const made = await invite(team);
    expect(made).toMatchObject({
      state: 'pending',
      role: 'developer',
      message: null,
      invitedBy: team.owner.id,
      decidedAt: null,
      acceptedBy: null,
    });
    expect(made.url).toMatch(new RegExp(`^${ORIGIN}/invite#slc_inv_[0-9A-Za-z]{36}$`));
    const listed = await (await team.viewer.ask(pathOf(team))).text();
    expect(listed).not.toContain('slc_inv_');
    expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBe(7 * 86_400_000);
    const dump = await env.DB.prepare('SELECT * FROM invitations').all();
    expect(JSON.stringify(dump.results)).not.toContain(tokenOf(made).slice(8));
    const audit = await env.DB.prepare('SELECT * FROM audit').all();
    expect(JSON.stringify(audit.results)).not.toContain('slc_inv_');
  });

  it('a repetition with the same key has no link any more', async () => {
    const team = await newTeam();
    const init = {
      json: { email: newEmail(), role: 'viewer' },
      headers: { 'Idempotency-Key': 'once' },
    };
    const first = await (await team.owner.ask(pathOf(team), init)).json<InvitationWithLink>();
    const again = await (await team.owner.ask(pathOf(team), init)).json<InvitationWithLink>();
    expect(again).toEqual({ ...first, url: null, secretAlreadyShown: true });
  });

  it('makes a person of who is not signed in, with a cookie that only registers a passkey', async () => {
    const team = await newTeam();
    const made = await invite(team);
    const answer = await acceptAsNobody(tokenOf(made));
    expect(answer.status).toBe(204);
    const cookie = /__Host-slc_s=(\w+)/.exec(answer.headers.get('Set-Cookie') ?? '')?.[1] ?? '';
    expect(await refusalOf(await askAs(cookie, '/v1/projects'))).toEqual([
      401,
      'insufficient_user_authentication',
    ]);
    const person = await personOf(made.email);
    expect(person).toMatchObject({ name: 'Eve', email_verified_at: null });
    expect(await roleOf(team.projectId, person?.id ?? '')).toBe('developer');
    expect(await stateOf(team, made.id)).toBe('accepted');
  });

  it('asks who is not signed in for a name, and nothing has happened then', async () => {
    const team = await newTeam();
    const made = await invite(team);
    const answer = await acceptAsNobody(tokenOf(made), {});
    expect(await refusalOf(answer)).toEqual([422, 'validation_failed']);
    expect(await stateOf(team, made.id)).toBe('pending');
  });

  it('makes a member of who is signed in, whatever their address, if nobody has vouched for it', async () => {
    const team = await newTeam();
    const made = await invite(team, { role: 'viewer' });
    const answer = await acceptAs(team.stranger, tokenOf(made));
    expect([answer.status, answer.headers.get('Set-Cookie')]).toEqual([204, null]);
    expect(await roleOf(team.projectId, team.stranger.id)).toBe('viewer');
    expect((await team.stranger.ask(`/v1/projects/${team.projectId}`)).status).toBe(200);
  });

  it('is for nobody with another verified address, who is told what a stranger is told', async () => {
    const team = await newTeam();
    const made = await invite(team);
    const verify = 'UPDATE users SET email_verified_at = 1 WHERE id = ?';
    await env.DB.prepare(verify).bind(team.stranger.id).run();
    const other = await acceptAs(team.stranger, tokenOf(made));
    const unknown = await acceptAs(team.stranger, `${tokenOf(made).slice(0, -1)}x`);
    const text = async (answer: Response) => (await answer.text()).replace(/req_\w+/, '');
    expect(other.status).toBe(404);
    expect(await text(other)).toBe(await text(unknown));
    expect(await stateOf(team, made.id)).toBe('pending');
    const mine = await invite(team, { email: team.stranger.email.toUpperCase() });
    expect((await acceptAs(team.stranger, tokenOf(mine))).status).toBe(204);
  });

  it('works once, however many try at the same time', async () => {
    const team = await newTeam();
    const made = await invite(team);
    const names = Array.from({ length: 10 }, (_, index) => `Eve ${index}`);
    const answers = await Promise.all(names.map((name) => acceptAsNobody(tokenOf(made), { name })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([204, ...Array.from({ length: 9 }, () => 409)]);
    const people = 'SELECT count(*) AS n FROM users WHERE email = ?';
    expect(await env.DB.prepare(people).bind(made.email).first('n')).toBe(1);
    expect(await refusalOf(await acceptAsNobody(tokenOf(made)))).toEqual([
      409,
      'invalid_transition',
    ]);
  });

  it('is worth nothing once it was revoked, sent again, or has expired', async () => {
    const team = await newTeam();
    const revoked = await invite(team);
    const at = (id: string, rest = '') => pathOf(team, `/${id}${rest}`);
    expect((await team.owner.ask(at(revoked.id), { method: 'DELETE' })).status).toBe(204);
    expect(await refusalOf(await acceptAsNobody(tokenOf(revoked)))).toEqual([
      409,
      'invalid_transition',
    ]);
    const sent = await invite(team);
    const again = await team.owner.ask(at(sent.id, '/resend'), { method: 'POST' });
    const renewed = await again.json<InvitationWithLink>();
    expect(renewed.url).not.toBe(sent.url);
    expect(await refusalOf(await acceptAsNobody(tokenOf(sent)))).toEqual([404, 'not_found']);
    expect((await acceptAsNobody(tokenOf(renewed))).status).toBe(204);
    const old = await invite(team);
    await set(old.id, 'expires_at', Date.now() - 1);
    expect(await stateOf(team, old.id)).toBe('expired');
    expect(await refusalOf(await acceptAsNobody(tokenOf(old)))).toEqual([
      409,
      'invalid_transition',
    ]);
    const revived = await team.owner.ask(at(old.id, '/resend'), { method: 'POST' });
    expect((await acceptAsNobody(tokenOf(await revived.json()))).status).toBe(204);
  });

  it('what its state does not allow is 409, and changes nothing', async () => {
    const team = await newTeam();
    const at = (id: string, rest = '') => pathOf(team, `/${id}${rest}`);
    const accepted = await invite(team);
    await acceptAsNobody(tokenOf(accepted));
    const revoked = await invite(team);
    await team.owner.ask(at(revoked.id), { method: 'DELETE' });
    const expired = await invite(team);
    await set(expired.id, 'expires_at', Date.now() - 1);
    const rows = () => env.DB.prepare('SELECT * FROM invitations ORDER BY id').all();
    const before = (await rows()).results;
    for (const [method, path] of [
      ['DELETE', at(accepted.id)],
      ['POST', at(accepted.id, '/resend')],
      ['DELETE', at(revoked.id)],
      ['POST', at(revoked.id, '/resend')],
      ['DELETE', at(expired.id)],
    ] as const) {
      const answer = await team.owner.ask(path, { method });
      expect([path, ...(await refusalOf(answer))]).toEqual([path, 409, 'invalid_transition']);
    }
    expect((await rows()).results).toEqual(before);
  });

  it('nobody invites above their own role, and an invitation falls with who made it', async () => {
    const team = await newTeam();
    const { 'project-admin': admin, owner } = team;
    const json = { email: newEmail(), role: 'owner' };
    expect(await refusalOf(await admin.ask(pathOf(team), { json }))).toEqual([
      403,
      'scope_exceeds_yours',
    ]);
    const back = { email: newEmail(), role: 'project-admin' };
    const made = await admin.ask(pathOf(team), { json: back });
    const kept = await made.json<InvitationWithLink>();
    const path = `/v1/projects/${team.projectId}/members/${admin.id}`;
    expect((await owner.ask(path, { method: 'DELETE' })).status).toBe(204);
    expect(await refusalOf(await acceptAs(admin, tokenOf(kept)))).toEqual([404, 'not_found']);
    expect(await roleOf(team.projectId, admin.id)).toBeNull();
  });

  it('one address waits once, and no member is invited', async () => {
    const team = await newTeam();
    const email = newEmail();
    await invite(team, { email });
    const again = (address: string) =>
      team.owner.ask(pathOf(team), { json: { email: address, role: 'viewer' } });
    expect(await refusalOf(await again(email.toUpperCase()))).toEqual([409, 'already_invited']);
    expect(await refusalOf(await again(team.viewer.email))).toEqual([409, 'already_member']);
    const made = await invite(team);
    expect(await refusalOf(await acceptAs(team.viewer, tokenOf(made)))).toEqual([
      409,
      'already_member',
    ]);
    expect(await stateOf(team, made.id)).toBe('pending');
  });

  it('a hundred wait at most', async () => {
    const team = await newTeam();
    const make = `INSERT INTO invitations (id, hash, project_id, email, role, state, invited_by, created_at, expires_at)
      SELECT 'inv_' || ?1 || value, ?1 || value, ?1, value || '@x.test', 'viewer', 'pending', 'usr_local', 0, ?2
      FROM json_each(?3)`;
    const numbers = JSON.stringify(Array.from({ length: 100 }, (_, index) => index));
    await env.DB.prepare(make)
      .bind(team.projectId, Date.now() + 60_000, numbers)
      .run();
    const json = { email: newEmail(), role: 'viewer' };
    expect(await refusalOf(await team.owner.ask(pathOf(team), { json }))).toEqual([
      409,
      'limit_reached',
    ]);
  });

  it('is accepted by nobody in a person’s name', async () => {
    const team = await newTeam();
    const made = await invite(team);
    const person = await newPerson();
    const accept = async (claims: object) =>
      askRequired('/v1/invitations/accept', {
        json: { token: tokenOf(made) },
        headers: bearer(await personToken(person, Date.now(), claims)),
      });
    const acting = await accept({ act: { sub: 'cli_x' } });
    expect(await refusalOf(acting)).toEqual([403, 'human_required']);
    expect(await roleOf(team.projectId, person)).toBeNull();
    expect((await accept({})).status).toBe(204);
  });

  it('is nothing that a foreign page, a bad secret or a deleted project lets in', async () => {
    const team = await newTeam();
    const made = await invite(team);
    const foreign = await askRequired('/v1/invitations/accept', {
      json: { token: tokenOf(made), name: 'Eve' },
      headers: { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' },
    });
    expect(await refusalOf(foreign)).toEqual([403, 'forbidden_origin']);
    for (const token of ['x', 'slc_inv_', `slc_pat_${tokenOf(made).slice(8)}`, '\u0000']) {
      expect(await refusalOf(await acceptAsNobody(token))).toEqual([404, 'not_found']);
    }
    const headers = { 'If-Match': '*' };
    await team.owner.ask(`/v1/projects/${team.projectId}`, { method: 'DELETE', headers });
    expect(await refusalOf(await acceptAsNobody(tokenOf(made)))).toEqual([404, 'not_found']);
    expect(await refusalOf(await acceptAs(await signedIn(), tokenOf(made)))).toEqual([
      404,
      'not_found',
    ]);
  });
});
