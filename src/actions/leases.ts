import type { EventsAnswer, EventsBody } from '../contract/batch.ts';
import { ok, type Result } from '../contract/error.ts';
import type {
  ForceReleaseBody,
  ForceReleased,
  HeartbeatAnswer,
  HeartbeatBody,
} from '../contract/lease.ts';
import type { Lease } from '../contract/task.ts';
import type { Next, ResultAnswer, ResultBody, Work } from '../contract/work.ts';
import type { Decomposition } from '../domain/command.ts';
import { readProduced } from '../domain/produced.ts';
import { dispatch, heard } from '../rpc/dispatch.ts';
import type { Ask } from './ask.ts';
import { newDecomposition } from './new-subtasks.ts';
import { targetTask } from './target.ts';
import { getTask } from './tasks.ts';

interface Holder {
  readonly leaseId: string;
  readonly epoch: number;
}

export async function readLease(
  ask: Ask,
  id: string,
): Promise<Result<{ lease: Lease | null; epoch: number }>> {
  const target = await targetTask(ask, id);
  return target.ok ? target.value.readLease(ask.actor) : target;
}

export async function heartbeat(
  ask: Ask,
  id: string,
  body: HeartbeatBody,
): Promise<Result<HeartbeatAnswer>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  return heard(ask, await target.value.heartbeat({ actor: ask.actor, body }, ask.idempotency));
}

export async function release(
  ask: Ask,
  id: string,
  body: Holder & { reason: string },
): Promise<Result<{ ok: true }>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const done = await dispatch(target.value, { type: 'release', now, actor, ...body }, ask);
  return done.ok ? ok({ ok: true }) : done;
}

/** Takes a task from its runner. The answer is the epoch that fences whoever held it. */
export async function forceRelease(
  ask: Ask,
  id: string,
  { reason }: ForceReleaseBody,
): Promise<Result<ForceReleased>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const done = await dispatch(target.value, { type: 'force-release', now, actor, reason }, ask);
  return done.ok ? ok({ ok: true, epoch: done.value.epoch }) : done;
}

/** Takes a batch whole or refuses it whole: an answer means that all of it is durable. */
export async function sendEvents(
  ask: Ask,
  id: string,
  body: EventsBody,
): Promise<Result<EventsAnswer>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const events = readProduced(body.events, now);
  if (!events.ok) return events;
  const { leaseId, epoch, producer } = body;
  const batch = { leaseId, epoch, producer, events: events.value };
  const command = { type: 'ingest', now, actor, ...batch } as const;
  return heard(ask, await target.value.ingest(command, ask.idempotency));
}

export async function readWork(
  ask: Ask,
  id: string,
  holder: Holder,
): Promise<Result<{ work: Work | null; next?: Next }>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { leaseId, epoch } = holder;
  return target.value.readWork({ actor: ask.actor, leaseId, epoch });
}

/** What a planner's answer splits the task into; only work that was done does so. */
async function decompositionOf(
  ask: Ask,
  id: string,
  { decompose, outcome }: ResultBody,
): Promise<Result<Decomposition | undefined>> {
  if (decompose === undefined || outcome !== 'completed') return ok(undefined);
  const task = await getTask(ask, id);
  return task.ok ? newDecomposition(ask, task.value, decompose) : task;
}

export async function sendResult(
  ask: Ask,
  id: string,
  workId: string,
  result: ResultBody,
): Promise<Result<ResultAnswer>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const { leaseId, epoch } = result;
  const decomposition = await decompositionOf(ask, id, result);
  if (!decomposition.ok) return decomposition;
  const work = { leaseId, epoch, workId, result, decomposition: decomposition.value };
  const command = { type: 'finish-work', now, actor, ...work } as const;
  return heard(ask, await target.value.finishWork(command, ask.idempotency));
}
