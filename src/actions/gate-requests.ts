// What a lease holder and its agent ask at the gates of their task, and how an approval is used.

import { ok, type Result, refuse } from '../contract/error.ts';
import type { Gate } from '../contract/gate.ts';
import type { GateConsumeBody, GateConsumed, GateRequestBody } from '../contract/gate-request.ts';
import { heard } from '../rpc/dispatch.ts';
import type { Ask } from './ask.ts';
import { takeStanding } from './standing-use.ts';
import { targetDoor } from './target.ts';

interface Requested {
  readonly gate: Gate;
  readonly isNew: boolean;
}

type Lease = { readonly leaseId: string; readonly epoch: number };

/** Whether this request has opened a gate at which somebody's word was given beforehand. */
const isByStanding = ({ gate, isNew }: Requested): boolean =>
  isNew && gate.votes?.some(({ via }) => via === 'standing') === true;

/** A runner names the lease that it holds; only the credential of an agent does so by itself. */
function leaseIn({ actor }: Ask, { leaseId, epoch }: GateRequestBody): Result<Lease | undefined> {
  if (actor.kind === 'agent') return ok(undefined);
  if (leaseId !== undefined && epoch !== undefined) return ok({ leaseId, epoch });
  const [path, name] = leaseId === undefined ? ['leaseId', 'LeaseId'] : ['epoch', 'Epoch'];
  const message = `${name} is required`;
  return refuse('invalid_request', message, { errors: [{ path, message }] });
}

export async function requestGate(
  ask: Ask,
  id: string,
  body: GateRequestBody,
): Promise<Result<Requested>> {
  const lease = leaseIn(ask, body);
  if (!lease.ok) return lease;
  const door = await targetDoor(ask, id, 'holderGates');
  if (!door.ok) return door;
  const { actor, now, idempotency } = ask;
  const standing = await takeStanding(ask, id, body.action);
  const { name, action, advisory, policy, blocking } = body;
  const wanted = { name, action, advisory, policy, blocking, lease: lease.value };
  const command = {
    type: 'request-gate',
    actor,
    now,
    ...wanted,
    standing: standing?.vote,
  } as const;
  const asked = await door.value.request(command, idempotency);
  const isUsed = asked.ok && asked.replayed !== true && isByStanding(asked.value);
  if (standing !== null && !isUsed) await standing.giveBack();
  return heard(ask, asked);
}

export async function consumeGate(
  ask: Ask,
  id: string,
  gate: string,
  body: GateConsumeBody,
): Promise<Result<GateConsumed>> {
  const door = await targetDoor(ask, id, 'holderGates');
  if (!door.ok) return door;
  const { actor, now, idempotency } = ask;
  const command = { type: 'consume-gate', actor, now, gate, ...body } as const;
  return heard(ask, await door.value.consume(command, idempotency));
}
