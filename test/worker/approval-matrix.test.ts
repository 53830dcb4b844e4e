import { describe, expect, it } from 'vitest';
import type { Gate } from '../../src/contract/gate.ts';
import type { Role } from '../../src/contract/principal.ts';
import { CELLS, type Principal } from './approval-matrix.ts';
import { askRequired, bearer } from './ask.ts';
import { push, type SeenGate } from './gate-world.ts';
import { newClient } from './oauth-world.ts';
import { newPat, newPerson } from './people.ts';
import { personToken } from './tokens.ts';
import { claimOne, newProject, newTask, newTestRunner, read, send } from './world.ts';

const SCOPE = 'tasks:read tasks:run gates:approve';

/** A task whose agent has asked for a push; `approved` by somebody of another kind already, or not. */
async function newAsked(approved: boolean) {
  const projectId = await newProject();
  const taskId = await newTask({ projectId });
  const runner = await newTestRunner(projectId);
  const { grant } = await claimOne(runner);
  const path = `/tasks/${taskId}/gates`;
  const asked = { name: 'push', action: push() };
  expect((await send(path, asked, { token: grant.agentToken })).status).toBe(201);
  if (approved) expect((await send(`${path}/push/approve`)).status).toBe(200);
  const { body: gate } = await read<SeenGate>(`${path}/push`, runner.token);
  return { projectId, path, gate, runner, grant };
}
type AskedTask = Awaited<ReturnType<typeof newAsked>>;

const withRole = async (projectId: string, role: Role) =>
  (await newPat(await newPerson({ [projectId]: role }))).token;

async function serviceOf(projectId: string): Promise<string> {
  const { id } = await newClient({ projectId, role: 'developer', scopes: SCOPE.split(' ') });
  return personToken(id, Date.now(), { ptype: 'service', client_id: id, scope: SCOPE });
}

/** The credential of a principal at home in the project of this task. */
async function tokenOf(principal: Principal, { projectId, runner, grant }: AskedTask) {
  switch (principal) {
    case 'service':
      return serviceOf(projectId);
    case 'runner':
      return runner.token;
    case 'agent':
      return grant.agentToken;
    case 'person through an act chain': {
      const person = await newPerson({ [projectId]: 'owner' });
      return personToken(person, Date.now(), { scope: SCOPE, act: { sub: 'cli_other' } });
    }
    default:
      return withRole(projectId, principal);
  }
}

/** Another task: of another project, or for who holds one task, another one of the same project. */
async function elsewhere(principal: Principal, home: AskedTask, approved: boolean) {
  if (principal !== 'runner' && principal !== 'agent') return newAsked(approved);
  const { projectId } = home;
  const taskId = await newTask({ projectId });
  const runner = await newTestRunner(projectId);
  const { grant } = await claimOne(runner);
  const path = `/tasks/${taskId}/gates`;
  await send(path, { name: 'push', action: push() }, { token: grant.agentToken });
  if (approved) await send(`${path}/push/approve`);
  const { body: gate } = await read<SeenGate>(`${path}/push`, runner.token);
  return { projectId, path, gate, runner, grant };
}

/** What is sent: whoever uses an approval is given all that its holder knows, as if it had been stolen. */
function bodyOf(act: string, target: AskedTask, hash: string, time: number) {
  const { gate, grant } = target;
  const actionHash = hash === 'fresh' ? gate.actionHash : 'sha256:another';
  if (act === 'approves') return { actionHash };
  const { leaseId, epoch } = grant.lease;
  const { id: gateId, nonce = 'none' } = gate;
  return { leaseId, epoch, gateId, nonce, actionHash, consumeId: `cns_${time}` };
}

const answerOf = async (answer: Response): Promise<string> => {
  const { code } = await answer.json<{ code?: string }>();
  return code === undefined ? String(answer.status) : `${answer.status} ${code}`;
};

describe('the approval matrix', () => {
  it.each(
    CELLS.map((row) => [row.principal, row.act, row.place, row.hash, ...row.cell, row] as const),
  )('%s %s at their %s task under a %s hash: %s, then %s', async (...[, , , , , , row]) => {
    const { act, principal, place, hash, cell } = row;
    const isUse = act === 'uses';
    const home = await newAsked(isUse);
    const headers = bearer(await tokenOf(principal, home));
    const target = place === 'own' ? home : await elsewhere(principal, home, isUse);
    const path = `${target.path}/push/${isUse ? 'consume' : 'approve'}`;
    const times: string[] = [];
    for (const time of [1, 2]) {
      const json = bodyOf(act, target, hash, time);
      times.push(await answerOf(await askRequired(path, { json, headers })));
    }
    expect(times).toEqual(cell);
    const { body } = await read<Gate>(`${target.path}/push`);
    const before = isUse ? 'approved' : 'pending';
    const after = isUse ? 'consumed' : 'approved';
    expect(body.state).toBe(cell[0] === '200' ? after : before);
    if (act === 'approves' && cell[0] === '200') expect(body.votes).toHaveLength(1);
  });
});
