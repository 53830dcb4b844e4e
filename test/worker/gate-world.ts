// A task at work whose runner and agent ask people before they do something.

import type { Gate } from '../../src/contract/gate.ts';
import { newWorkingWorld } from './leased-world.ts';
import { type Holder, type Reply, read, send, type TestRunner } from './world.ts';

/** A push of this commit. */
export const push = (head = 'a'.repeat(40)) => ({
  type: 'git.push',
  target: { remote: 'origin', branch: 'main' },
  params: { head },
});

export type SeenGate = Gate & { readonly nonce?: string };
type Fields = Record<string, unknown>;

/** The runner holds the task and works on its first stage. */
export async function newAskingWorld(fields: Fields = {}) {
  const world = await newWorkingWorld(fields);
  const { taskId, runner, holder } = world;
  const { leaseId, epoch } = holder.grant.lease;
  const agent = holder.grant.agentToken;
  const path = `/tasks/${taskId}/gates`;
  return {
    ...world,
    agent,
    lease: { leaseId, epoch },
    asAgent: (json: Fields = {}): Promise<Reply<SeenGate>> =>
      send(path, { name: 'push', action: push(), ...json }, { token: agent }),
    asRunner: (json: Fields = {}): Promise<Reply<SeenGate>> =>
      send(path, { name: 'push', action: push(), leaseId, epoch, ...json }, runner),
    seen: async (gate = 'push'): Promise<SeenGate> =>
      (await read<SeenGate>(`${path}/${gate}`, runner.token)).body,
    consume: (gate: SeenGate, json: Fields = {}) => {
      const { id: gateId, nonce = 'none', actionHash } = gate;
      const body = { leaseId, epoch, gateId, nonce, actionHash, consumeId: 'cns_1', ...json };
      return send(`${path}/${gateId}/consume`, body, runner);
    },
    person: (verb: string, json: Fields = {}, gate = 'push') =>
      send(`${path}/${gate}/${verb}`, json),
  };
}
export type AskingWorld = Awaited<ReturnType<typeof newAskingWorld>>;

/** An agent asks, a person approves, the runner uses it. */
export async function pushOnce(runner: TestRunner, { taskId, grant }: Holder): Promise<void> {
  const { leaseId, epoch } = grant.lease;
  const path = `/tasks/${taskId}/gates`;
  await send(path, { name: 'push', action: push() }, { token: grant.agentToken });
  await send(`${path}/push/approve`);
  const { body } = await read<SeenGate>(`${path}/push`, runner.token);
  const { id: gateId, nonce, actionHash } = body;
  const use = { leaseId, epoch, gateId, nonce, actionHash, consumeId: 'cns_1' };
  const { status } = await send(`${path}/push/consume`, use, runner);
  if (status !== 200) throw new Error('The approval was not used.');
}
