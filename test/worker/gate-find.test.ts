// GET /gates/:gateId is asked with nothing but an id, so all that it tells is what the caller may read anyway.

import { describe, expect, it } from 'vitest';
import type { InboxGate } from '../../src/contract/inbox.ts';
import { askRequired, bearer } from './ask.ts';
import { newAskingWorld } from './gate-world.ts';
import { newMember } from './people.ts';

const find = async (gateId: string, token?: string) => {
  const headers = token === undefined ? {} : bearer(token);
  const answer = await askRequired(`/gates/${gateId}`, { headers });
  return {
    status: answer.status,
    body: await answer.json<Partial<InboxGate> & { code?: string }>(),
  };
};

describe('a gate by its id alone', () => {
  it('is told to who may read its task, and never with what uses its approval', async () => {
    const { projectId, taskId, asAgent, agent, runner } = await newAskingWorld();
    const { body: gate } = await asAgent();
    const other = await newAskingWorld();
    const { token } = await newMember(projectId, 'viewer');
    const { status, body } = await find(gate.id, token);
    expect([status, body.taskId, body.canDecide]).toEqual([200, taskId, false]);
    expect(Object.keys(body)).not.toContain('nonce');
    const all = await Promise.all([
      find(gate.id),
      find(gate.id, (await newMember(projectId, 'owner', { scopes: ['gates:approve'] })).token),
      find(gate.id, (await newMember(projectId, 'owner', { environments: ['staging'] })).token),
      find(gate.id, other.agent),
      find(gate.id, other.runner.token),
      find('gate_00000000000000000000000000', token),
      find('..%2Fdecisions', token),
      find(`${gate.id}%00`, token),
    ]);
    expect(all.map(({ status: one, body: { code } }) => [one, code])).toEqual([
      [401, 'unauthorized'],
      [403, 'insufficient_scope'],
      [403, 'environment_forbidden'],
      [403, 'agent_forbidden'],
      [404, 'not_found'],
      [404, 'not_found'],
      [404, 'not_found'],
      [404, 'not_found'],
    ]);
    // An agent has its own task's gates by their names.
    expect((await find(gate.id, agent)).status).toBe(403);
    expect(Object.keys((await find(gate.id, runner.token)).body)).not.toContain('nonce');
  });
});
