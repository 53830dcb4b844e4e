import { ok, type Result } from '../contract/error.ts';
import type { Done } from '../contract/task.ts';
import type { Cancel, Pause, Resume, Retry } from '../domain/command.ts';
import { dispatch, dispatchWith } from '../rpc/dispatch.ts';
import type { Ask } from './ask.ts';
import { targetTask } from './target.ts';

async function control(
  ask: Ask,
  id: string,
  command: Cancel | Pause | Resume | Retry,
): Promise<Result<null>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const done = await dispatch(target.value, command, ask);
  return done.ok ? ok(null) : done;
}

export async function cancelTask(
  ask: Ask,
  id: string,
  body: { reason?: string | undefined },
): Promise<Result<Done>> {
  const { actor, now } = ask;
  const done = await control(ask, id, { type: 'cancel', now, actor, reason: body.reason });
  return done.ok ? ok({ ok: true, message: 'Task cancelled' }) : done;
}

export async function pauseTask(
  ask: Ask,
  id: string,
  body: { reason: string; resumeAfter?: string | undefined },
): Promise<Result<Done>> {
  const { actor, now } = ask;
  const { reason, resumeAfter } = body;
  const done = await control(ask, id, { type: 'pause', now, actor, reason, resumeAfter });
  return done.ok ? ok({ ok: true, message: 'Task paused', taskId: id }) : done;
}

/** Resumes a paused task; for one that waits to be run, starting is what resuming means. */
export async function resumeTask(ask: Ask, id: string): Promise<Result<Done>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const before = await target.value.read(actor);
  if (!before.ok) return before;
  const done = await dispatchWith(
    target.value,
    { type: 'resume', now, actor },
    { asker: ask, made: { paused: before.value.status === 'paused' } },
  );
  if (!done.ok) return done;
  const { paused } = done.value.made;
  const message = paused
    ? 'Task resumed from paused state'
    : done.value.executing
      ? 'Continuing execution of pending subtasks'
      : 'Task execution started';
  return ok({ ok: true, message, taskId: id });
}

export async function retryTask(
  ask: Ask,
  id: string,
  body: { from?: string | undefined },
): Promise<Result<Done>> {
  const { actor, now } = ask;
  const done = await control(ask, id, { type: 'retry', now, actor, from: body.from });
  return done.ok ? ok({ ok: true, message: 'Task retry started' }) : done;
}
