// A credential that is good, and not for this: of one scope that is not asked for, or of the agent of another task.

import { beforeAll, describe, expect, it } from 'vitest';
import { ORIGIN } from '../ask.ts';
import { newMember } from '../people.ts';
import { claimOne, newTask, newTestRunner } from '../world.ts';
import { askOf, codeOf, examplesOf } from './asking.ts';
import { GUARDED, otherScope, SCOPED } from './operations.ts';
import { newWorld, type World } from './things.ts';

let world: World;
/** Of the agent at work on another task of the same project. */
let agent: string;
beforeAll(async () => {
  world = await newWorld();
  const { project } = world.things;
  await newTask({ projectId: project, priority: 'urgent' });
  agent = (await claimOne(await newTestRunner(project))).grant.agentToken;
});

const METADATA = `resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource"`;

describe.each(SCOPED)('$method $path', (operation) => {
  const example = examplesOf(operation)[0];

  it('is closed to an owner whose token has another scope, and names the one it needs', async () => {
    const { token } = await newMember(world.things.project, 'owner', {
      scopes: [otherScope(operation)],
    });
    const answer = await askOf(operation, world.things, { token, example });
    if (operation.isSocket) return expect(answer.status).toBe(4403);
    expect([answer.status, codeOf(answer)]).toEqual([403, 'insufficient_scope']);
    expect(answer.challenge).toBe(
      `Bearer realm="sluice", error="insufficient_scope", scope="${operation.scopes.join(' ')}", ${METADATA}`,
    );
  });

  it('is closed to the agent of another task of the project', async () => {
    const answer = await askOf(operation, world.things, { token: agent, example });
    if (operation.isSocket) return expect(answer.status).toBe(4403);
    expect([answer.status, codeOf(answer)]).toEqual([403, 'agent_forbidden']);
  });
});

const RUNNERS_OWN: readonly string[] = ['tasks:read', 'tasks:run'];
const beyond = SCOPED.filter(({ scopes }) => !scopes.some((scope) => RUNNERS_OWN.includes(scope)));
describe.each(beyond)('$method $path', (operation) => {
  it('is closed to the runner of the project', async () => {
    const example = examplesOf(operation)[0];
    const { status, ...said } = await askOf(operation, world.things, {
      ...{ token: world.runnerToken, example },
    });
    if (operation.isSocket) return expect(status).toBe(4403);
    expect(status).toBe(403);
    expect(['insufficient_scope', 'human_required']).toContain(codeOf({ status, ...said }));
  });
});

describe.each(GUARDED.filter(({ door }) => door === 'cookie'))('$method $path', (operation) => {
  it('is for the pages of this server: no token opens it', async () => {
    for (const token of [world.owner, world.runnerToken, agent]) {
      const answer = await askOf(operation, world.things, { token });
      expect(answer.status).toBe(401);
    }
  });
});
