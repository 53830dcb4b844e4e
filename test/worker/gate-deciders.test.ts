// T14: who may decide a gate. An agent can hold whatever credential lies about; none of these makes it a person.

import { describe, expect, it } from 'vitest';
import { SCOPES, type Scope } from '../../src/contract/principal.ts';
import { askRequired, bearer, refusalOf } from './ask.ts';
import { newClient } from './oauth-world.ts';
import { newMember, newPat, newPerson } from './people.ts';
import { ownPage, signInAs } from './signin-world.ts';
import { personToken } from './tokens.ts';
import { claimOne, getGate, newProject, newTask, newTestRunner } from './world.ts';

type Headers = Readonly<Record<string, string>>;

const GATE = 'planning';
const SCOPE = 'tasks:read gates:approve';
/** All that any of them wants to be told. */
const SAID = {
  ...{ comment: 'fine', reason: 'fine', to: 'usr_somebody', baseActionHash: 'sha256:x' },
  action: { type: 'gate.default', target: {}, params: {} },
};
const VERBS = [
  ...['approve', 'reject', 'request-changes', 'waive', 'edit', 'delegate', 'withdraw'],
];

/** A task that waits for people, in a project with a person who owns it. */
async function newWaiting() {
  const projectId = await newProject();
  const person = await newPerson({ [projectId]: 'owner' });
  const taskId = await newTask({ projectId, autonomy: 'manual' });
  const decide = (verb: string, headers: Headers, json: object = {}) =>
    askRequired(`/tasks/${taskId}/gates/${GATE}/${verb}`, { json, headers });
  return { projectId, person, taskId, decide };
}

type Waiting = Awaited<ReturnType<typeof newWaiting>>;
type Asker = (world: Waiting) => Promise<Headers>;

const without = (scope: Scope) => SCOPES.filter((other) => other !== scope);

const REFUSED: readonly (readonly [string, string, Asker])[] = [
  [
    'an agent at work on the task',
    'agent_forbidden',
    async ({ projectId }) =>
      bearer((await claimOne(await newTestRunner(projectId))).grant.agentToken),
  ],
  [
    'the runner that holds it',
    'human_required',
    async ({ projectId }) => {
      const runner = await newTestRunner(projectId);
      await claimOne(runner);
      return bearer(runner.token);
    },
  ],
  [
    'a service, whatever its scope and role',
    'human_required',
    async ({ projectId }) => {
      const { id } = await newClient({ projectId, role: 'owner', scopes: ['gates:approve'] });
      const claims = { ptype: 'service', client_id: id, scope: SCOPE } as const;
      return bearer(await personToken(id, Date.now(), claims));
    },
  ],
  [
    'whoever acts in the name of a person',
    'human_required',
    async ({ person }) =>
      bearer(await personToken(person, Date.now(), { scope: SCOPE, act: { sub: 'cli_other' } })),
  ],
  [
    "a person's app without the scope",
    'insufficient_scope',
    async ({ person }) => bearer(await personToken(person, Date.now(), { scope: 'tasks:read' })),
  ],
  [
    "a person's token without the scope",
    'insufficient_scope',
    async ({ person }) =>
      bearer((await newPat(person, { scopes: without('gates:approve') })).token),
  ],
  [
    'a viewer',
    'role_too_low',
    async ({ projectId }) => bearer((await newMember(projectId, 'viewer')).token),
  ],
];

const LET_IN: readonly (readonly [string, Asker])[] = [
  ['a person who is signed in', async ({ person }) => ownPage((await signInAs(person)).cookie)],
  [
    "a person's app with the scope",
    async ({ person }) => bearer(await personToken(person, Date.now(), { scope: SCOPE })),
  ],
  [
    "a person's token that names the scope",
    async ({ person }) => bearer((await newPat(person, { scopes: ['gates:approve'] })).token),
  ],
];

describe('T14: No agent, runner, service or `act` token decides: a gate', () => {
  it.each(REFUSED)('is not decided by %s', async (_who, code, asker) => {
    const world = await newWaiting();
    const headers = await asker(world);
    for (const verb of VERBS) {
      const answer = await world.decide(verb, headers, { ...SAID, approver: world.person });
      expect(await refusalOf(answer)).toEqual([403, code]);
    }
    expect(await getGate(world.taskId, GATE)).toMatchObject({ status: 'pending' });
  });

  it.each(LET_IN)('is decided by %s, under their own name', async (_who, asker) => {
    const world = await newWaiting();
    const headers = await asker(world);
    const answer = await world.decide('approve', headers, { approver: 'usr_somebody' });
    expect(answer.status).toBe(200);
    expect(await getGate(world.taskId, GATE)).toMatchObject({
      status: 'approved',
      approverId: world.person,
    });
  });

  it('nobody decides for an action that is another by now', async () => {
    const { person, decide, taskId } = await newWaiting();
    const headers = bearer((await newPat(person)).token);
    const { actionHash = '' } = await getGate(taskId, GATE);
    const other = { actionHash: actionHash.replace(/^./, (first) => (first === '0' ? '1' : '0')) };
    expect(await refusalOf(await decide('approve', headers, other))).toEqual([
      ...[409, 'action_changed'],
    ]);
    expect((await decide('approve', headers, { actionHash })).status).toBe(200);
  });
});
