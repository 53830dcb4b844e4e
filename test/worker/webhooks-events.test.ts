// GET /v1/events and /v1/event-types: what has happened, for who would rather ask.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newSecret } from '../../src/auth/secret.ts';
import type { EventTypeList } from '../../src/contract/event-catalogue.ts';
import type { PlatformEvent } from '../../src/contract/platform-event.ts';
import { projectDoor } from '../../src/rpc/stubs.ts';
import { ask, askRequired, bearer, refusalOf } from './ask.ts';
import { bodyOf, headOf, invite } from './endpoint-world.ts';
import { newPat } from './people.ts';
import { newTeam, type Team } from './project-world.ts';
import { allEvents, eventually, newTask, read } from './world.ts';

interface Page {
  readonly data: PlatformEvent[];
  readonly pagination: { limit: number; nextAfter: number; hasMore: boolean };
}

const pull = async ({ projectId, developer }: Team, query = ''): Promise<Page> =>
  bodyOf<Page>(await developer.ask(`/v1/events?projectId=${projectId}${query}`));

async function newStory(): Promise<Team> {
  const team = await newTeam();
  for (let n = 0; n < 3; n++) expect((await invite(team.owner, team.projectId)).status).toBe(201);
  await newTask({ projectId: team.projectId, environment: 'staging' });
  await eventually(() => headOf(team.projectId)).toBeGreaterThanOrEqual(5);
  return team;
}

describe('the events of a project', () => {
  it('come oldest first, page by page, byte for byte as they are sent', async () => {
    const team = await newStory();
    const whole = await pull(team);
    expect(whole.data.map(({ sequence }) => sequence)).toEqual(whole.data.map((_, n) => n + 1));
    expect(whole.pagination).toMatchObject({ limit: 25, hasMore: false });
    const seen: PlatformEvent[] = [];
    for (let after = 0; ; ) {
      const page = await pull(team, `&limit=2&after=${after}`);
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.data);
      after = page.pagination.nextAfter;
      if (!page.pagination.hasMore) break;
    }
    expect(seen).toEqual(whole.data);
    const text = await (await team.owner.ask(`/v1/events?projectId=${team.projectId}`)).text();
    for (const { sequence } of whole.data) {
      const kept = await projectDoor(env, team.projectId, 'events').find(sequence);
      expect(text).toContain(new TextDecoder().decode(kept?.body));
    }
  });

  it('are asked for by type, and a type that there is not is refused', async () => {
    const team = await newStory();
    const members = await pull(team, '&type=member.*');
    expect(members.data.map(({ type }) => type)).toEqual(Array(3).fill('member.invited'));
    const both = await pull(team, '&type=member.invited,task.created');
    expect(new Set(both.data.map(({ type }) => type))).toEqual(
      new Set(['member.invited', 'task.created']),
    );
    for (const query of ['type=nonsense', 'type=', 'after=-1', 'after=x', 'limit=0', 'limit=101']) {
      const answer = await team.owner.ask(`/v1/events?projectId=${team.projectId}&${query}`);
      expect([query, ...(await refusalOf(answer))]).toEqual([query, 400, 'invalid_request']);
    }
  });

  it('are of the environment that is named, or that the credential is for', async () => {
    const team = await newStory();
    const path = `/v1/events?projectId=${team.projectId}&type=task.*`;
    const here = (name: string) =>
      team.owner.ask(path, { headers: { 'AeThex-Environment': name } });
    expect((await bodyOf<Page>(await here('staging'))).data.length).toBeGreaterThan(0);
    expect((await bodyOf<Page>(await here('production'))).data).toEqual([]);
    expect(await refusalOf(await here('moon'))).toEqual([400, 'unknown_environment']);
    const { token } = await newPat(team.owner.id, { environments: ['production'] });
    const fenced = await bodyOf<Page>(await askRequired(path, { headers: bearer(token) }));
    expect(fenced.data).toEqual([]);
  });

  it('hold no secret that somebody has planted, no more than the task and its stream do', async () => {
    const team = await newTeam();
    const secret = newSecret('pat');
    const taskId = await newTask({
      projectId: team.projectId,
      description: `Deploy with ${secret}`,
    });
    await eventually(() => headOf(team.projectId)).toBeGreaterThanOrEqual(1);
    const shown = [
      JSON.stringify(await pull(team)),
      JSON.stringify(await allEvents(taskId)),
      JSON.stringify((await read(`/tasks/${taskId}`)).body),
    ];
    for (const text of shown) {
      expect(text).not.toContain(secret);
      expect(text).toContain('[redacted:sluice]');
    }
  });
});

it('the catalogue is read by who may read webhooks', async () => {
  const team = await newTeam();
  const { data } = await bodyOf<EventTypeList>(await team.developer.ask('/v1/event-types'));
  expect(data.length).toBeGreaterThan(40);
  const failed = data.find(({ type }) => type === 'deployment.failed');
  expect(failed?.example).toMatchObject({ type: 'deployment.failed', data: { failure: {} } });
  expect((await askRequired('/v1/event-types')).status).toBe(401);
});

it('how deliveries are signed is told to everybody, and no key of any tenant', async () => {
  const answer = await askRequired('/.well-known/webhook-keys.json');
  expect(answer.headers.get('Cache-Control')).toMatch(/^public/);
  expect(await answer.json()).toMatchObject({ keys: [], signatureVersions: ['v1', 'v1a'] });
});

it('the document tells receivers of every type', async () => {
  const { webhooks } = await (await ask('/openapi.json')).json<{ webhooks: object }>();
  const { body } = await read<EventTypeList>('/v1/event-types');
  expect(Object.keys(webhooks)).toEqual(body.data.map(({ type }) => type));
});
