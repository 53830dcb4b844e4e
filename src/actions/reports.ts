import { ok, type Result } from '../contract/error.ts';
import type { LogBody, StatusAnswer, StatusBody } from '../contract/task-request.ts';
import { dispatch } from '../rpc/dispatch.ts';
import type { Ask } from './ask.ts';
import { targetTask } from './target.ts';

/** Reports a status. A report that would pass an undecided gate is held there, and the answer says so. */
export async function reportStatus(
  ask: Ask,
  id: string,
  report: StatusBody,
): Promise<Result<StatusAnswer>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const done = await dispatch(target.value, { type: 'report-status', now, actor, report }, ask);
  if (!done.ok) return done;
  const { status, heldAt } = done.value;
  return ok(
    status === 'waiting-approval' && heldAt !== undefined
      ? { ok: true, status, gate: heldAt }
      : { ok: true },
  );
}

export async function addLog(ask: Ask, id: string, entry: LogBody): Promise<Result<{ ok: true }>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const done = await dispatch(target.value, { type: 'add-log', now, actor, entry }, ask);
  return done.ok ? ok({ ok: true }) : done;
}
