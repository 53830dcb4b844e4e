// Who may do what: each role, and no member at all, at the routes of projects and of the task API.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Project } from '../../src/contract/project.ts';
import { refusalOf } from './ask.ts';
import { newService, newTeam, type Team } from './project-world.ts';
import { newTask, newTestRunner, send } from './world.ts';

let team: Team;
beforeAll(async () => {
  team = await newTeam();
});

type Rank = 'viewer' | 'developer' | 'project-admin' | 'owner';
const RANKS: readonly Rank[] = ['viewer', 'developer', 'project-admin', 'owner'];

interface Case {
  readonly least: Rank;
  readonly method: string;
  readonly path: (at: { projectId: string; taskId: string; runnerId: string }) => string;
  readonly json?: unknown;
}
const row = (least: Rank, method: string, path: Case['path'], json?: unknown): Case => ({
  least,
  method,
  path,
  json,
});

const CASES: readonly Case[] = [
  row('viewer', 'GET', ({ projectId }) => `/v1/projects/${projectId}`),
  row('viewer', 'GET', ({ projectId }) => `/v1/projects/${projectId}/environments`),
  row('viewer', 'GET', ({ projectId }) => `/v1/projects/${projectId}/members`),
  row('viewer', 'GET', ({ projectId }) => `/v1/projects/${projectId}/invitations`),
  row('project-admin', 'PATCH', ({ projectId }) => `/v1/projects/${projectId}`, {}),
  row('project-admin', 'POST', ({ projectId }) => `/v1/projects/${projectId}/environments`, {
    name: 'staging',
  }),
  row('project-admin', 'DELETE', ({ projectId }) => `/v1/projects/${projectId}/environments/none`),
  row('project-admin', 'PUT', ({ projectId }) => `/v1/projects/${projectId}/members/usr_none`, {
    role: 'viewer',
  }),
  row('project-admin', 'DELETE', ({ projectId }) => `/v1/projects/${projectId}/members/usr_none`),
  row('project-admin', 'POST', ({ projectId }) => `/v1/projects/${projectId}/invitations/x/resend`),
  row('project-admin', 'GET', ({ projectId }) => `/v1/projects/${projectId}/audit`),
  row('owner', 'DELETE', ({ projectId }) => `/v1/projects/${projectId}`),
  row('viewer', 'GET', ({ projectId }) => `/tasks?projectId=${projectId}`),
  row('viewer', 'GET', ({ projectId }) => `/tasks/paused?projectId=${projectId}`),
  row('viewer', 'GET', ({ taskId }) => `/tasks/${taskId}`),
  row('viewer', 'GET', ({ taskId }) => `/tasks/${taskId}/events`),
  row('viewer', 'GET', ({ taskId }) => `/tasks/${taskId}/gates`),
  row('viewer', 'GET', ({ projectId }) => `/config?projectId=${projectId}`),
  row('viewer', 'GET', ({ projectId }) => `/templates?projectId=${projectId}`),
  row('viewer', 'GET', ({ projectId }) => `/runners?projectId=${projectId}`),
  row('viewer', 'GET', ({ runnerId }) => `/runners/${runnerId}`),
  row('viewer', 'GET', ({ projectId }) => `/queue?projectId=${projectId}`),
  row('project-admin', 'PATCH', ({ projectId }) => `/config?projectId=${projectId}`, {}),
  row('developer', 'POST', ({ projectId }) => `/tasks?projectId=${projectId}`, {
    description: 'x',
  }),
  row('developer', 'POST', ({ taskId }) => `/tasks/${taskId}/pause`, {}),
  row('developer', 'POST', ({ taskId }) => `/tasks/${taskId}/cancel`, {}),
  row('developer', 'POST', ({ taskId }) => `/tasks/${taskId}/trash`, {}),
  row('developer', 'POST', ({ taskId }) => `/tasks/${taskId}/gates/review/approve`, {}),
  row('project-admin', 'POST', ({ projectId }) => `/listing/rebuild?projectId=${projectId}`, {}),
];

describe('the role in a project', () => {
  it.each(
    CASES.map(
      (of) =>
        [
          of.method,
          of.path({ projectId: ':project', taskId: ':task', runnerId: ':runner' }),
          of,
        ] as const,
    ),
  )('%s %s', async (_method, _path, { least, method, path, json }) => {
    const { projectId } = team;
    const taskId = await newTask({ projectId, autonomy: 'review-before-merge' });
    const { id: runnerId } = await newTestRunner(projectId);
    const at = path({ projectId, taskId, runnerId });
    const init = json === undefined ? { method } : { method, json };
    for (const rank of RANKS) {
      const answer = await team[rank].ask(at, init);
      const isLow = RANKS.indexOf(rank) < RANKS.indexOf(least);
      if (isLow) expect([rank, ...(await refusalOf(answer))]).toEqual([rank, 403, 'role_too_low']);
      else expect([rank, answer.status]).not.toEqual([rank, 403]);
      expect(answer.status).toBeLessThan(500);
    }
    const foreign = await team.stranger.ask(at, init);
    expect(await refusalOf(foreign)).toEqual([404, 'not_found']);
  });

  it('an id of a foreign project is answered as one that never was, byte for byte', async () => {
    const { projectId, stranger } = team;
    const unknown = `${projectId.slice(0, -4)}zzzz`;
    const bytes = async (id: string, path: string, init: RequestInit & { json?: unknown }) => {
      const answer = await stranger.ask(path, init);
      const text = (await answer.text()).replaceAll(id, 'ID');
      const headers = [...answer.headers].filter(
        ([name]) => !/^(x-request-id|date|.*ratelimit.*)$/.test(name),
      );
      return [answer.status, headers, text.replace(/req_\w+/g, 'REQ')];
    };
    for (const [method, suffix, json] of [
      ['GET', '', undefined],
      ['PATCH', '', { name: 'x' }],
      ['DELETE', '', undefined],
      ['GET', '/environments', undefined],
      ['POST', '/environments', { name: 'x' }],
      ['DELETE', '/environments/staging', undefined],
      ['GET', '/members', undefined],
      ['PUT', `/members/${team.viewer.id}`, { role: 'owner' }],
      ['DELETE', `/members/${team.viewer.id}`, undefined],
      ['POST', '/invitations', { email: 'a@b.test', role: 'viewer' }],
      ['GET', '/audit', undefined],
    ] as const) {
      const init = json === undefined ? { method } : { method, json };
      const foreign = await bytes(projectId, `/v1/projects/${projectId}${suffix}`, init);
      expect(foreign).toEqual(await bytes(unknown, `/v1/projects/${unknown}${suffix}`, init));
      expect(foreign[0]).toBe(404);
    }
  });

  it('the list shows what one is a member of, with the role', async () => {
    const { projectId, developer, stranger } = team;
    const list = async (who: typeof developer) =>
      (await (await who.ask('/v1/projects')).json<{ data: Project[] }>()).data;
    const mine = await list(developer);
    expect(mine.map(({ id, role }) => [id, role])).toContainEqual([projectId, 'developer']);
    expect(mine).toHaveLength(2);
    expect((await list(stranger)).map(({ id }) => id)).toEqual([stranger.projectId]);
  });

  it('whoever makes a project owns it, at once', async () => {
    const { stranger } = team;
    const made = await stranger.ask('/v1/projects', { json: { name: 'Mine' } });
    const { id, createdBy } = await made.json<Project>();
    expect(createdBy).toBe(stranger.id);
    const answer = await stranger.ask(`/v1/projects/${id}`);
    expect(await answer.json()).toMatchObject({ role: 'owner' });
  });

  it('one key of two people makes two projects', async () => {
    const init = { json: { name: 'Same' }, headers: { 'Idempotency-Key': `k-${Date.now()}` } };
    const one = await team.viewer.ask('/v1/projects', init);
    const two = await team.developer.ask('/v1/projects', init);
    const [a, b] = [await one.json<Project>(), await two.json<Project>()];
    expect(a.id).not.toBe(b.id);
    expect([a.createdBy, b.createdBy]).toEqual([team.viewer.id, team.developer.id]);
  });

  it('a service of nobody here is no member', async () => {
    const service = await newService(team.projectId);
    const path = `/v1/projects/${team.projectId}/members/${service}`;
    const removed = await team.owner.ask(path, { method: 'DELETE' });
    expect(await refusalOf(removed)).toEqual([404, 'not_found']);
    expect((await send('/v1/projects', { name: 'x' })).status).toBe(201);
  });
});
