// What is asked of a task on its way to the object. It goes as text: the platform's own copy of a command with its actor
// and of the answer takes as long as all that is decided there.

import { ok, type Result } from '../contract/error.ts';
import { fromJsonText, toJsonText } from '../contract/json-text.ts';
import type { Idempotency, Kept } from '../contract/reply.ts';
import type { Command } from '../domain/command.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { TaskClient } from './stubs.ts';

/** Who asks with an Idempotency-Key, perhaps, and wants to know if the answer is one of before. */
export interface Asker {
  readonly idempotency: Idempotency | null;
  readonly noteReplay: () => void;
}

/** Has a task decide a command, which is durable when this answers. A refusal has changed nothing. */
export async function dispatch(
  task: TaskClient,
  command: Command,
  asker?: Asker,
): Promise<Result<Outcome>> {
  const text = toJsonText(command);
  if (!asker?.idempotency) return fromJsonText(await task.dispatch(text));
  return heard(asker, fromJsonText(await task.dispatch(text, asker.idempotency)));
}

/** The same for an answer that holds more than the outcome: `made` comes back as the first request with this key made it. */
export async function dispatchWith<M>(
  task: TaskClient,
  command: Command,
  { asker, made }: { readonly asker: Asker; readonly made: M },
): Promise<Result<Outcome & { readonly made: M }>> {
  const { idempotency } = asker;
  const text = toJsonText(command);
  const done: Kept<Outcome> = fromJsonText(
    await (idempotency === null
      ? task.dispatch(text)
      : task.dispatch(text, { ...idempotency, made })),
  );
  heard(asker, done);
  if (!done.ok) return done;
  // Our own bytes: what an earlier call of this same line sent along.
  return ok({ ...done.value, made: done.replayed ? (done.made as M) : made });
}

/** Notes that an answer is one of before. */
export function heard<T>(asker: Pick<Asker, 'noteReplay'>, kept: Kept<T>): Result<T> {
  if (kept.replayed) asker.noteReplay();
  return kept;
}
