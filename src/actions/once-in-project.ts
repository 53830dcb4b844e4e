// Work that takes more than one call, done once for an Idempotency-Key. The project's object writes the key down before
// the work begins, and beside it what the work is to make.

import { ok, type Result, refuse } from '../contract/error.ts';
import { projectObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';

const IN_FLIGHT = refuse(
  'idempotency_in_flight',
  'The first request with this Idempotency-Key still runs.',
);

export interface Work<T> {
  /** Does the work. */
  readonly work: () => Promise<Result<T>>;
  /** The outcome as a repetition is shown it: without secrets. */
  readonly keep: (value: T) => unknown;
}

/** A repetition that comes while the first still runs is refused; after a fault it is as if there had been no first. */
export async function onceInProject<T>(
  ask: Ask,
  projectId: string,
  { work, keep }: Work<T>,
): Promise<Result<T>> {
  if (ask.idempotency === null) return work();
  const door = projectObject(ask.env, projectId);
  const { k } = ask.idempotency;
  const begun = await door.beginKeyed(ask.idempotency);
  if (!begun.ok) return begun;
  if (begun.replayed) {
    if (begun.value.reply === undefined) return IN_FLIGHT;
    ask.noteReplay();
    // Our own bytes: what `keep` made of it.
    return ok(begun.value.reply as T);
  }
  let reply: unknown;
  try {
    const done = await work();
    if (done.ok) reply = keep(done.value);
    return done;
  } finally {
    await door.finishKeyed(k, reply);
  }
}

/**
 * Makes a task under an id that was written down with the key, so that requests with the same key, at the same time or
 * after a crash, make the same task.
 */
export async function makeTaskOnce(
  ask: Ask,
  place: { readonly projectId: string; readonly taskId: string },
  make: (taskId: string) => Promise<Result<{ taskId: string }>>,
): Promise<Result<{ taskId: string }>> {
  if (ask.idempotency === null) return make(place.taskId);
  const door = projectObject(ask.env, place.projectId);
  const begun = await door.beginKeyed({ ...ask.idempotency, made: place.taskId });
  if (!begun.ok) return begun;
  const taskId = String(begun.value.made);
  const answer = { taskId };
  if (begun.value.reply !== undefined) {
    ask.noteReplay();
    return ok(answer);
  }
  const made = await make(taskId);
  // Nobody else knows the id: a request with the same key was faster.
  const isMade = !made.ok && made.refusal.code === 'invalid_transition';
  if (!made.ok && !isMade) return made;
  if (isMade) ask.noteReplay();
  await door.finishKeyed(ask.idempotency.k, answer);
  return ok(answer);
}
