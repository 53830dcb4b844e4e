// What an approver does at a gate beside deciding: edits the action, hands their say on, takes a vote back.

import { ok, type Result, TASK_NOT_FOUND } from '../contract/error.ts';
import type { GateDelegateBody, GateEditBody, GateWithdrawBody } from '../contract/gate-request.ts';
import { findStandings } from '../db/approvers.ts';
import { ProjectDb } from '../db/database.ts';
import { dispatch } from '../rpc/dispatch.ts';
import type { Ask } from './ask.ts';
import { sendDecision, signinOf } from './decide-gate.ts';
import { targetTask } from './target.ts';

type Done = Promise<Result<{ ok: true }>>;

export async function editGate(ask: Ask, id: string, gate: string, body: GateEditBody): Done {
  const { actor, now } = ask;
  const signin = signinOf(ask.credential);
  const done = await sendDecision(ask, id, {
    type: 'edit-gate',
    actor,
    now,
    gate,
    signin,
    ...body,
  });
  return done.ok ? ok({ ok: true }) : done;
}

/** What their role in the project of the task lets them do, the members say; the task only asks. */
export async function delegateGate(
  ask: Ask,
  id: string,
  gate: string,
  { to, ...body }: GateDelegateBody,
): Done {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const entry = await target.value.entry();
  if (entry === null) return TASK_NOT_FOUND;
  const roles = await findStandings(new ProjectDb(ask.env, entry.projectId), [to]);
  const { actor, now } = ask;
  const person = { id: to, role: Object.hasOwn(roles, to) ? roles[to] : undefined };
  const command = { type: 'delegate-gate', actor, now, gate, to: person, ...body } as const;
  const done = await dispatch(target.value, command, ask);
  return done.ok ? ok({ ok: true }) : done;
}

export async function withdrawVote(
  ask: Ask,
  id: string,
  gate: string,
  body: GateWithdrawBody,
): Done {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const command = { type: 'withdraw-vote', actor, now, gate, ...body } as const;
  const done = await dispatch(target.value, command, ask);
  return done.ok ? ok({ ok: true }) : done;
}
