// Members: roles given, taken, left; nobody gives more than they have, and an owner stays.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Member } from '../../src/contract/member.ts';
import type { Role } from '../../src/contract/principal.ts';
import { refusalOf } from './ask.ts';
import {
  addMember,
  newService,
  newTeam,
  roleOf,
  type SignedIn,
  signedIn,
} from './project-world.ts';

const put = (who: SignedIn, projectId: string, id: string, role: Role, headers = {}) =>
  who.ask(`/v1/projects/${projectId}/members/${id}`, { method: 'PUT', json: { role }, headers });
const remove = (who: SignedIn, projectId: string, id: string, headers = {}) =>
  who.ask(`/v1/projects/${projectId}/members/${id}`, { method: 'DELETE', headers });

describe('members', () => {
  it('are listed with who they are', async () => {
    const { projectId, viewer, owner } = await newTeam();
    const service = await newService(projectId);
    expect((await put(owner, projectId, service, 'developer')).status).toBe(201);
    const answer = await viewer.ask(`/v1/projects/${projectId}/members?limit=100`);
    const { data } = await answer.json<{ data: Member[] }>();
    const of = (id: string) => data.find(({ principalId }) => principalId === id);
    expect(of(viewer.id)).toMatchObject({
      kind: 'person',
      name: 'Ada',
      email: viewer.email,
      role: 'viewer',
      revision: 1,
    });
    expect(of(service)).toMatchObject({ kind: 'service', name: 'CI', email: null });
    expect(of('usr_local')).toMatchObject({ name: 'local owner', role: 'owner' });
    const first = await viewer.ask(`/v1/projects/${projectId}/members?limit=2`);
    expect(first.headers.get('X-Total-Count')).toBe('6');
  });

  it('a change counts for the next request', async () => {
    const { projectId, viewer, 'project-admin': admin } = await newTeam();
    const rename = () =>
      viewer.ask(`/v1/projects/${projectId}`, { method: 'PATCH', json: { description: 'x' } });
    expect(await refusalOf(await rename())).toEqual([403, 'role_too_low']);
    const given = await put(admin, projectId, viewer.id, 'project-admin');
    expect([given.status, given.headers.get('ETag')]).toEqual([200, '"v2"']);
    expect((await rename()).status).toBe(200);
    expect((await put(admin, projectId, viewer.id, 'viewer')).status).toBe(200);
    expect(await refusalOf(await rename())).toEqual([403, 'role_too_low']);
    expect((await remove(admin, projectId, viewer.id)).status).toBe(204);
    expect(await refusalOf(await rename())).toEqual([404, 'not_found']);
  });

  it('nobody gives a role above their own, or touches who is above them', async () => {
    const { projectId, viewer, owner, 'project-admin': admin } = await newTeam();
    expect(await refusalOf(await put(admin, projectId, viewer.id, 'owner'))).toEqual([
      403,
      'scope_exceeds_yours',
    ]);
    expect(await refusalOf(await put(admin, projectId, admin.id, 'owner'))).toEqual([
      403,
      'scope_exceeds_yours',
    ]);
    for (const answer of [
      await put(admin, projectId, owner.id, 'viewer'),
      await remove(admin, projectId, owner.id),
    ]) {
      expect(await refusalOf(answer)).toEqual([403, 'role_too_low']);
    }
    expect(await roleOf(projectId, owner.id)).toBe('owner');
    expect((await put(owner, projectId, viewer.id, 'owner')).status).toBe(200);
  });

  it('the last owner neither leaves nor steps down, also of two who do so at once', async () => {
    const one = await signedIn();
    const { projectId } = one;
    for (const answer of [
      await put(one, projectId, one.id, 'viewer'),
      await remove(one, projectId, one.id),
    ]) {
      expect(await refusalOf(answer)).toEqual([409, 'last_owner']);
    }
    const two = await signedIn();
    await addMember(projectId, two.id, 'owner');
    const answers = await Promise.all([
      put(one, projectId, one.id, 'viewer'),
      remove(two, projectId, two.id),
    ]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    const owners = `SELECT count(*) AS n FROM members WHERE project_id = ? AND role = 'owner'`;
    expect(await env.DB.prepare(owners).bind(projectId).first('n')).toBe(1);
  });

  it('a viewer may leave, and their default project is another then', async () => {
    const { projectId, viewer } = await newTeam();
    const sql = 'UPDATE users SET default_project_id = ? WHERE id = ?';
    await env.DB.prepare(sql).bind(projectId, viewer.id).run();
    expect((await remove(viewer, projectId, viewer.id)).status).toBe(204);
    expect(await roleOf(projectId, viewer.id)).toBeNull();
    const left = 'SELECT default_project_id AS id FROM users WHERE id = ?';
    expect(await env.DB.prepare(left).bind(viewer.id).first('id')).toBeNull();
    const audit = 'SELECT actor, action FROM audit WHERE project_id = ? ORDER BY seq DESC LIMIT 1';
    expect(await env.DB.prepare(audit).bind(projectId).first()).toEqual({
      actor: viewer.id,
      action: 'member.removed',
    });
  });

  it('people are invited, services added, and what is unknown is not found', async () => {
    const { projectId, owner, stranger } = await newTeam();
    for (const id of [stranger.id, 'usr_none', 'cli_none', 'run_none', '%00', "'"]) {
      const answer = await put(owner, projectId, id, 'viewer');
      expect([id, ...(await refusalOf(answer))]).toEqual([id, 404, 'not_found']);
    }
    const service = await newService(stranger.projectId);
    const added = await put(owner, projectId, service, 'viewer');
    expect(added.headers.get('Location')).toBe(`/v1/projects/${projectId}/members/${service}`);
  });

  it('If-Match names the revision that was seen', async () => {
    const { projectId, owner, viewer } = await newTeam();
    const stale = { 'If-Match': '"v7"' };
    for (const answer of [
      await put(owner, projectId, viewer.id, 'developer', stale),
      await remove(owner, projectId, viewer.id, stale),
    ]) {
      expect(await refusalOf(answer)).toEqual([412, 'revision_mismatch']);
    }
    const seen = { 'If-Match': '"v1"' };
    expect((await put(owner, projectId, viewer.id, 'developer', seen)).status).toBe(200);
  });

  it('an old sign-in has to be renewed first', async () => {
    const old = await signedIn(Date.now() - 301_000);
    const answer = await put(old, old.projectId, old.id, 'owner');
    expect(await refusalOf(answer)).toEqual([401, 'insufficient_user_authentication']);
    const deleted = await old.ask(`/v1/projects/${old.projectId}`, { method: 'DELETE' });
    expect(await refusalOf(deleted)).toEqual([401, 'insufficient_user_authentication']);
  });
});
