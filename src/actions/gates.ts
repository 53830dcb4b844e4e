import { ok, type Result } from '../contract/error.ts';
import type { ChangeRequestBody, Gate, GateDecisionBody, GateStatus } from '../contract/gate.ts';
import type { DecideGate } from '../domain/command.ts';
import { dispatch } from '../rpc/dispatch.ts';
import type { Ask } from './ask.ts';
import { targetTask } from './target.ts';

export async function listGates(ask: Ask, id: string): Promise<Result<{ gates: Gate[] }>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const task = await target.value.read(ask.actor);
  return task.ok ? ok({ gates: task.value.gates }) : task;
}

/** The newest gate of this name, or the one of this id. A name that the task does not have is not required. */
export async function getGate(
  ask: Ask,
  id: string,
  name: string,
): Promise<Result<Partial<Gate> & { status: GateStatus; acceptanceCriteria?: string }>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const task = await target.value.read(ask.actor);
  if (!task.ok) return task;
  const { gates, acceptanceCriteria } = task.value;
  const gate = gates.find((known) => known.name === name || known.id === name);
  if (gate === undefined) return ok({ status: 'not-required' });
  return ok(acceptanceCriteria === undefined ? gate : { ...gate, acceptanceCriteria });
}

async function decide(
  ask: Ask,
  id: string,
  decision: Omit<DecideGate, 'type' | 'now' | 'actor'>,
): Promise<Result<{ ok: true }>> {
  const target = await targetTask(ask, id);
  if (!target.ok) return target;
  const { actor, now } = ask;
  const command = { type: 'decide-gate', now, actor, ...decision } as const;
  const done = await dispatch(target.value, command, ask);
  return done.ok ? ok({ ok: true }) : done;
}

export const approveGate = (ask: Ask, id: string, gate: string, body: GateDecisionBody) =>
  decide(ask, id, { ...body, gate, decision: 'approve' });

export const rejectGate = (ask: Ask, id: string, gate: string, body: GateDecisionBody) =>
  decide(ask, id, { ...body, gate, decision: 'reject' });

export const requestChanges = (ask: Ask, id: string, gate: string, body: ChangeRequestBody) =>
  decide(ask, id, { ...body, gate, decision: 'request-changes' });
