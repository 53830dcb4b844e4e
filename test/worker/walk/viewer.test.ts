// Who may only look, with a token of all scopes, at every operation that changes something.

import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { newMember } from '../people.ts';
import { read } from '../world.ts';
import { askOf, codeOf, examplesOf } from './asking.ts';
import { CALLS } from './operations.ts';
import { newWorld, type World } from './things.ts';

let world: World;
let viewer: string;
beforeAll(async () => {
  world = await newWorld();
  viewer = (await newMember(world.things.project, 'viewer')).token;
});

/** What needs no role: one's own tokens and grants, a project of one's own, a ticket to look. */
const OTHERWISE: Readonly<Record<string, string>> = {
  // Each decision is answered by itself; `test/worker/inbox.test.ts` says how.
  'gates.decide': '200',
  'projects.create': '201',
  'tokens.create': '201',
  'streamTickets.create': '201',
  'tokens.revoke': '404 not_found',
  'grants.revoke': '404 not_found',
  'runners.claim': '403 insufficient_scope',
};

/** Whose rows are looked at: what the audit and the replies kept say about the world is no change of it. */
const TABLES = [
  ...['projects', 'environments', 'members', 'invitations', 'clients', 'client_secrets'],
  ...['deployments', 'monitors', 'incidents', 'grants', 'tasks', 'runners', 'signins', 'passkeys'],
];

async function stateOf({ things }: World): Promise<string> {
  const ids = Object.values(things);
  const rows = await Promise.all(
    TABLES.map(async (table) => {
      const { results } = await env.DB.prepare(`SELECT * FROM ${table}`).all();
      return results
        .map((row) => JSON.stringify(row))
        .filter((row) => ids.some((id) => row.includes(id)));
    }),
  );
  const { project, held, gated, gate, parent, lease, runner, template } = things;
  const paths = [
    ...[held, gated, parent].flatMap((id) => [`/tasks/${id}`, `/tasks/${id}/events`]),
    ...[`/tasks/${gated}/gates/${gate}`, `/tasks/${held}/lease`, `/runners/${runner}`],
    ...[`/templates/${template}?projectId=${project}`, `/config?projectId=${project}`],
  ];
  const answers = await Promise.all(paths.map(async (path) => (await read(path)).body));
  expect(JSON.stringify(answers)).toContain(lease);
  return JSON.stringify([rows, answers]);
}

const writes = CALLS.filter(({ method }) => method !== 'GET');

describe('a viewer', () => {
  it.each(writes)('$method $path changes nothing', async (operation) => {
    const before = await stateOf(world);
    for (const example of examplesOf(operation)) {
      const answer = await askOf(operation, world.things, { token: viewer, example });
      const told =
        (answer.status ?? 0) < 300 ? `${answer.status}` : `${answer.status} ${codeOf(answer)}`;
      expect(told).toBe(OTHERWISE[operation.id] ?? '403 role_too_low');
    }
    expect(await stateOf(world)).toBe(before);
  });
});
